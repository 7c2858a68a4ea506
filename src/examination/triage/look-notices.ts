import { type Notice, notice } from "#examination/evidence";
import type { KnownPhases, SourceLook } from "#examination/sources";

/**
 * What the look at a source says that page one must say, too. Left to the report itself, which has the facts: mounts and write
 * protection.
 */
export function lookNotices({ notices, spec, ownDisk }: Pick<SourceLook, "notices" | "spec" | "ownDisk">): Notice[] {
  return notices.flatMap(({ code, values }): Notice[] => {
    const text = (name: string): string => String(values[name] ?? "");
    switch (code) {
      case "own-disk":
        return [notice("own-disk", {})];
      case "folder-times":
        return [notice("access-times", {})];
      case "raw-device-first":
        return [notice("raw-device-first", { device: text("device") })];
      case "segments-uneven":
        return [notice("segments-uneven", { segment: text("segment") })];
      case "compressed-file":
        return [notice("compressed-file", { format: text("format") })];
      case "mounts-unknown":
        return [notice("mounts-unknown", {})];
      case "on-writable-mount":
        // Folders are told as mounted-writable; a copy on the examiner's own disk lies where it should.
        return spec.kind === "image" && !ownDisk ? [notice("on-writable-mount", { where: text("mountPoint") })] : [];
      default:
        return [];
    }
  });
}

/** Where headers claim more than there is: a disk copy without its last segment, one partition's image cut short. */
export function partNotice(known: KnownPhases | null, sizeBytes: number): Notice[] {
  const claimedBytes = known?.claimedBytes ?? 0;
  return claimedBytes > sizeBytes ? [notice("part-of-disk", { claimedBytes, sizeBytes })] : [];
}
