import { utf8 } from "#base/values";
import { fileBytes } from "#examination/opening/node";
import { placeNames, type SourceLook } from "#examination/sources";
import { lookAtSource, openFolderFile } from "#examination/sources/node";
import type { FileReader, LookedLane } from "./looking-options.node.ts";

/** Larger files are not shown. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads the whole file that a finding stands in, from the source itself, only reading: out of a folder here, out of an image or
 * device in a child that is shut in. Nothing of it is written anywhere.
 */
export const sourceFile: FileReader = async (lane, index, signal) => {
  const { report, source } = lane;
  const finding = report.findings[index];
  if (finding === undefined) return { refused: "not-shown" };
  const look = await lookAtSource(source).catch(() => null);
  if (look === null) return { refused: "gone" };
  if (!isSame(look, lane)) return { refused: "other-device" };
  const names = placeNames(finding.place);
  if (look.spec.kind === "folder") return folderFile(look.spec, names);
  // The medium's own name is where it is plugged in today.
  const bytes = await fileBytes(source, [look.name, ...names.slice(1)], { mostBytes: MOST_BYTES, signal });
  return bytes ?? { refused: "not-shown" };
};

/** Whether what is plugged in now is what was examined, as far as it tells. */
function isSame({ spec, sizeBytes, serial, model }: SourceLook, { report }: LookedLane): boolean {
  const was = report.source;
  if (spec.kind !== was.kind) return false;
  if (spec.kind !== "device") return true; // a path is a path; what a container holds is its own business
  return sizeBytes === was.sizeBytes && (serial ?? "") === (was.serial ?? "") && (model ?? "") === (was.model ?? "");
}

function folderFile(
  spec: Extract<SourceLook["spec"], { kind: "folder" }>,
  names: readonly Uint8Array[],
): Uint8Array | { refused: "gone" | "not-shown" } {
  const path = names.flatMap((name, i) => (i === 0 ? [name] : [utf8("/"), name]));
  try {
    const file = openFolderFile(spec, Buffer.concat(path));
    try {
      if (file.sizeBytes > MOST_BYTES) return { refused: "not-shown" };
      const bytes = new Uint8Array(file.sizeBytes);
      return bytes.subarray(0, file.readSync(bytes, 0));
    } finally {
      file.close();
    }
  } catch {
    return { refused: "gone" };
  }
}
