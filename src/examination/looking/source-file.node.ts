import { basename } from "node:path";
import { Fault } from "#base/faults";
import { concatBytes, utf8 } from "#base/values";
import type { Finding, Report } from "#examination/evidence";
import { fileBytes, innerBytes } from "#examination/opening/node";
import { placeNames, placeText, type SourceLook } from "#examination/sources";
import { lookAtSource, openFolderFile } from "#examination/sources/node";
import type { FileReader, LookedLane } from "./looking-options.node.ts";

type FolderSpec = Extract<SourceLook["spec"], { kind: "folder" }>;

/** Larger files are not shown. */
const MOST_BYTES = 2 ** 28;

/** How carving names what stands within a file of no kind; more may stand in that. */
const CARVED = /\/carved@\d+(?:\/|$)/;

type Refused = Extract<Awaited<ReturnType<FileReader>>, { refused: string }>;

/**
 * Reads the whole file that a finding stands in, from the source itself, only reading: out of a folder here, out of an image or
 * device in a child that is shut in. Nothing of it is written anywhere.
 */
export const sourceFile: FileReader = async (lane, index, signal) => {
  const { report, source } = lane;
  const finding = report.findings[index];
  if (finding === undefined) return { refused: "not-shown" };
  const found = await find(lane);
  if ("refused" in found) return found;
  const names = placeNames(finding.place);
  if (found.folder !== null) return folderFile(found.folder, names, signal);
  try {
    // The medium's own name is where it is plugged in today.
    const bytes = await mediumFile(source, [found.name, ...names.slice(1)], { finding, signal });
    return bytes ?? { refused: "not-shown" };
  } catch (error) {
    if (error instanceof Fault && error.code === "source/rights") return { refused: "rights" };
    throw error;
  }
};

/** A file that a file system gives, what stands in one, or what has no name and is found again at its place. */
async function mediumFile(
  source: string,
  names: readonly Uint8Array[],
  { finding: { standing, inside }, signal }: { finding: Finding; signal: AbortSignal },
): Promise<Uint8Array | null> {
  const most = { mostBytes: MOST_BYTES, signal };
  const isGone = standing !== undefined && standing !== "allocated";
  const bytes = await fileBytes(source, names, { ...most, deleted: isGone });
  const isCarved = inside === true && !isGone && CARVED.test(placeText(names).place);
  return bytes === null && isCarved ? fileBytes(source, names, { ...most, deleted: true }) : bytes;
}

/** What was examined, where it is today: by name, and as a folder where its files are read here. */
async function find(lane: LookedLane): Promise<{ name: Uint8Array; folder: FolderSpec | null } | Refused> {
  const { report, source } = lane;
  try {
    const look = await lookAtSource(source);
    const isFile = look.spec.kind === "image";
    if (!(isFile ? isImage(report) : isSame(look, report))) return { refused: "other-device" };
    return { name: look.name, folder: look.spec.kind === "folder" ? look.spec : null };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "source/unsupported-format") return { refused: "gone" };
    // A container: only the child that is shut in knows its inside.
    if (!isImage(report)) return { refused: "other-device" };
    return { name: utf8(basename(source)), folder: null };
  }
}

/** Whether an image's file was examined: a path is a path, what it holds is its own business. A logical one is examined like a folder. */
function isImage({ source, notices }: Report): boolean {
  return (
    source.kind === "image" || (source.kind === "folder" && notices.some(({ code }) => code === "image-container"))
  );
}

/** Whether the folder or device that is there now is what was examined, as far as it tells. */
function isSame({ spec, sizeBytes, serial, model }: SourceLook, { source: was, notices }: Report): boolean {
  if (spec.kind !== was.kind) return false;
  if (spec.kind === "folder") return !notices.some(({ code }) => code === "image-container");
  return sizeBytes === was.sizeBytes && (serial ?? "") === (was.serial ?? "") && (model ?? "") === (was.model ?? "");
}

/** A folder's own file, or what stands in one: the longest place that is a file is the outer one. */
async function folderFile(
  spec: FolderSpec,
  names: readonly Uint8Array[],
  signal: AbortSignal,
): Promise<Uint8Array | { refused: "gone" | "not-shown" }> {
  const [own, ...links] = names;
  for (let count = links.length; own !== undefined && count > 0; count--) {
    const path = links.slice(0, count).flatMap((name, i) => (i === 0 ? [name] : [utf8("/"), name]));
    const file = opened(spec, concatBytes(...path));
    if (file === null) continue;
    const { fd, sizeBytes } = file;
    try {
      if (count < links.length) {
        const outer = { fd, sizeBytes, chain: names.slice(0, count + 1) };
        return (await innerBytes(outer, names, { mostBytes: MOST_BYTES, signal })) ?? { refused: "not-shown" };
      }
      if (sizeBytes > MOST_BYTES) return { refused: "not-shown" };
      const bytes = new Uint8Array(sizeBytes);
      return bytes.subarray(0, file.readSync(bytes, 0));
    } catch {
      return { refused: "gone" };
    } finally {
      file.close();
    }
  }
  return { refused: "gone" };
}

function opened(spec: FolderSpec, path: Uint8Array): ReturnType<typeof openFolderFile> | null {
  try {
    return openFolderFile(spec, path);
  } catch {
    return null;
  }
}
