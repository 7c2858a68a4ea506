/** One line of the kernel's mount table. */
export interface MountLine {
  /** "major:minor" of the file system's device; major 0 where it has none of its own (btrfs, overlay, network). */
  number: string;
  mountPoint: Uint8Array;
  /** False where the whole file system is read-only, not only this view of it. */
  writable: boolean;
  /** False where reading may not change times of access here: read-only or noatime. */
  keepsAccessTimes: boolean;
  fileSystem: string;
  /** What was mounted, as given, e.g. "/dev/sdb1" or "tmpfs". */
  source: string;
}

/**
 * Reads /proc/self/mountinfo.
 *
 * @param table Bytes of the table; lines that do not parse are left out.
 * @see proc_pid_mountinfo(5), man-pages 6.9: "36 35 98:0 /root /mnt rw,noatime shared:1 - ext4 /dev/root rw"
 */
export function parseMounts(table: Uint8Array): MountLine[] {
  const mounts: MountLine[] = [];
  for (const line of latin1(table).split("\n")) {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const [, , number = "", , mountPoint = "", options = ""] = fields;
    const [fileSystem = "", source = "", superOptions = ""] = dash < 0 ? [] : fields.slice(dash + 1);
    if (!/^\d+:\d+$/.test(number) || !mountPoint.startsWith("/") || fileSystem === "") continue;
    const view = options.split(",");
    const whole = superOptions.split(",");
    mounts.push({
      number,
      mountPoint: unescapeOctal(mountPoint),
      writable: !whole.includes("ro"),
      keepsAccessTimes: view.includes("ro") || whole.includes("ro") || view.includes("noatime"),
      fileSystem,
      source: new TextDecoder().decode(unescapeOctal(source)),
    });
  }
  return mounts;
}

/**
 * The mount a path lies in: the longest mount point above it, the last mounted where two are equal.
 *
 * @param path Absolute, without links, "." or "..".
 */
export function mountOf(mounts: readonly MountLine[], path: Uint8Array): MountLine | undefined {
  let best: MountLine | undefined;
  for (const mount of mounts) {
    if (isBelow(path, mount.mountPoint) && mount.mountPoint.length >= (best?.mountPoint.length ?? 0)) best = mount;
  }
  return best;
}

function isBelow(path: Uint8Array, folder: Uint8Array): boolean {
  if (folder.length === 1) return true;
  if (folder.length > path.length || !folder.every((byte, i) => byte === path[i])) return false;
  return path.length === folder.length || path[folder.length] === 0x2f;
}

/** Devices in use as swap space. @see proc_swaps(5) */
export function parseSwaps(table: Uint8Array): string[] {
  const lines = latin1(table).split("\n").slice(1);
  return lines.flatMap((line) => {
    const [path = ""] = line.split(/\s+/);
    return path.startsWith("/") ? [new TextDecoder().decode(unescapeOctal(path))] : [];
  });
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function unescapeOctal(field: string): Uint8Array {
  const plain = field.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}
