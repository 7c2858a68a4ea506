import { dirname } from "node:path";
import { programFolders } from "#base/machine/node";
import { fromHex } from "#base/values";
import type { EngineStart } from "./engine-message.ts";

/**
 * What Node lets an engine do: read Phum's own folder, the lists and the source; have threads; ask for large pages, until its lists
 * are loaded (dropFfi). It writes nowhere, starts nothing and reaches no network. A device comes as descriptors.
 */
export function engineRights({ filters, source }: Pick<EngineStart, "filters" | "source">): string[] {
  const lists = filters.map(({ path }) => Buffer.from(path));
  const readable = new Set<string>(programFolders);
  for (const path of [...lists, ...sourceFolders(source)]) {
    const text = path.toString("utf8");
    // A name that is no text cannot be told to Node: then everything may be read, and still nothing written.
    const isText = !text.includes("*") && !text.includes(",") && Buffer.from(text, "utf8").equals(path);
    readable.add(isText ? text : "*");
  }
  for (const path of [...readable]) if (isBeginning(path, readable)) readable.add(dirname(path));
  const folders = readable.has("*") ? ["*"] : [...readable].filter((path) => !isWithin(path, readable));
  const reads = folders.map((folder) => `--allow-fs-read=${folder}`);
  return ["--permission", "--no-warnings", "--allow-worker", "--allow-ffi", ...reads];
}

/** A path below another one must not be named besides it: Node then forgets what the other one allows. */
function isWithin(path: string, others: Iterable<string>): boolean {
  return [...others].some((other) => path !== other && path.startsWith(other.endsWith("/") ? other : `${other}/`));
}

/** Node refuses a folder where a file beside it is allowed whose name begins like the folder's ("a" and "a.phumf"): both by their folder. */
function isBeginning(path: string, others: Iterable<string>): boolean {
  return [...others].some(
    (other) => other.startsWith(path) && other !== path && !other.startsWith(`${path}/`) && path !== "/",
  );
}

/** The folder itself, or the one of an image: its other files stand beside it. */
function sourceFolders(source: EngineStart["source"]): Buffer[] {
  // How the opener opened it: past the page cache or not.
  if (source.kind === "device") return [Buffer.from("/proc/self/fdinfo")];
  if (source.kind === "folder" && source.container === undefined) return [Buffer.from(fromHex(source.pathBytes))];
  const files = source.kind === "folder" ? [source.pathBytes] : source.segments.map(({ pathBytes }) => pathBytes);
  return files.map((file) => {
    const path = Buffer.from(fromHex(file));
    return path.subarray(0, Math.max(1, path.lastIndexOf(0x2f)));
  });
}

/** Gives up calling the system's own functions; to be done before the first foreign byte is read, in every thread. */
export function dropFfi(): void {
  const { permission } = process;
  if (permission?.has("ffi") === true) permission.drop("ffi");
}
