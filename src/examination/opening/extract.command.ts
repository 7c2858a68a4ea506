import type { Command, CommandRequest } from "#base/commandline";
import { equalBytes } from "#base/values";
import type { FileStream } from "#examination/filesystems";
import { isRefusal, refusalText } from "#examination/images";
import { placeNames, slice } from "#examination/sources";
import type { UnreadRange } from "./digests.ts";
import { chainText, entryChain } from "./entry-place.ts";
import { type ExtractFolder, extractFolder } from "./extract-files.node.ts";
import { openingFault } from "./faults.ts";
import { REFUSED_EXIT } from "./list.command.ts";
import type { Medium } from "./medium.ts";
import { openMedium } from "./open-medium.node.ts";
import { type FoundEntry, walkMedium } from "./walk-medium.ts";
import { sayOpening } from "./words.ts";

/** Exit code where something was extracted and not all of it could be read. */
const PARTLY_EXIT = 74;

/** `phum extract SOURCE PLACE --out DIR [--deleted] [--id N]`: copies a file, or all below a folder, out of a medium. */
export const extract: Command = {
  path: ["extract"],
  positionals: { name: "SOURCE PLACE", min: 2, max: 2 },
  options: { out: { value: "DIR", required: true }, deleted: {}, id: { value: "N" } },
  help: (language) => ({
    summary: sayOpening(language, "help.extract"),
    options: {
      out: sayOpening(language, "help.extract.out"),
      deleted: sayOpening(language, "help.extract.deleted"),
      id: sayOpening(language, "help.extract.id"),
    },
  }),
  run: async (request) => {
    const [source = "", place = ""] = request.positionals;
    const wanted = { place, names: namesOf(place), id: idOf(request.text("id")), deleted: request.flag("deleted") };
    const medium = await openMedium(request.path(source));
    if (isRefusal(medium)) {
      request.err(refusalText(request.language, medium));
      return REFUSED_EXIT;
    }
    try {
      const exact = exactly(medium, wanted);
      const folder = extractFolder(request.path(request.text("out") ?? ""));
      try {
        return extractAll(exact ?? below(medium, wanted), { folder, request, place });
      } finally {
        folder.close();
      }
    } finally {
      medium.close();
    }
  },
};

interface Wanted {
  place: string;
  names: Uint8Array[];
  id: number | null;
  deleted: boolean;
}

/** One stream of one entry, to be copied. */
interface Taken {
  found: FoundEntry;
  stream: FileStream;
}

function namesOf(place: string): Uint8Array[] {
  try {
    return placeNames(place.replace(/\/$/, ""));
  } catch (cause) {
    throw openingFault("opening/place-form", `Cannot read the place ${place}`, { values: { place }, cause });
  }
}

function idOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,15}$/.test(text))
    throw openingFault("opening/number", `Cannot use --id ${text}`, { values: { id: text } });
  return Number(text);
}

/**
 * The one stream whose place is the wanted one; null where the place is a folder (or a medium, volume, file system).
 * What is deleted is looked for only where it is wanted, or nothing present has the place: that may read all free space.
 *
 * @throws {Fault} opening/place-unknown; opening/place-ambiguous where several entries have it and no number tells them apart.
 */
function exactly(medium: Medium, wanted: Wanted): Taken[] | null {
  const { files, folder } = matches(medium, wanted, wanted.deleted);
  const found = files.length > 0 || folder || wanted.deleted ? { files, folder } : matches(medium, wanted, true);
  const values = { place: wanted.place, ids: found.files.map(({ found: { entry } }) => entry.id).join(", ") };
  if (found.files.length > 1) {
    throw openingFault("opening/place-ambiguous", `Several entries have the place ${wanted.place}`, { values });
  }
  if (found.files.length === 1) return found.files;
  if (!found.folder) throw openingFault("opening/place-unknown", `Nothing has the place ${wanted.place}`, { values });
  return null;
}

/** Streams that have a place, and whether it is (also) a folder's. */
function matches(medium: Medium, wanted: Wanted, deleted: boolean): { files: Taken[]; folder: boolean } {
  const files: Taken[] = [];
  let folder = false;
  for (const found of walkMedium(medium, { deleted })) {
    if (wanted.id !== null && found.entry.id !== wanted.id) continue;
    const chain = entryChain(found, found.entry, null);
    const inside = begins(chain, wanted.names);
    if (inside && (chain.length > wanted.names.length || found.entry.kind === "directory")) folder = true;
    if (found.entry.kind === "directory") continue;
    for (const stream of found.entry.streams) {
      const own = entryChain(found, found.entry, stream);
      if (own.length === wanted.names.length && begins(own, wanted.names)) files.push({ found, stream });
    }
  }
  return { files, folder };
}

/**
 * A stream that says it is more than twice its medium is taken up to its last byte that stands on it: what lies beyond is
 * holes or a lie, and would never end.
 */
function asFarAsThere({ medium, volume }: FoundEntry, stream: FileStream): { kept: FileStream; beyond: UnreadRange[] } {
  const { sizeBytes } = stream.read;
  if (sizeBytes <= 2 * medium.image.media.sizeBytes) {
    return { kept: stream, beyond: rest(sizeBytes, stream.sizeBytes) };
  }
  let [at, end] = [0, 0];
  for (const { startByte, lengthBytes, lost } of stream.extents) {
    const there = startByte === null || lost === true ? 0 : Math.min(lengthBytes, volume.sizeBytes - startByte);
    if (there > 0) end = Math.min(at + there, sizeBytes);
    at += lengthBytes;
  }
  const kept = { ...stream, read: slice(stream.read, 0, end), extents: cutExtents(stream, end) };
  return { kept, beyond: rest(end, Math.max(sizeBytes, stream.sizeBytes)) };
}

/** What a stream says it has and cannot be had. */
function rest(endByte: number, sizeBytes: number): UnreadRange[] {
  return sizeBytes > endByte ? [{ startByte: endByte, lengthBytes: sizeBytes - endByte }] : [];
}

function cutExtents({ extents }: FileStream, end: number): FileStream["extents"] {
  const kept: FileStream["extents"] = [];
  let at = 0;
  for (const extent of extents) {
    if (at >= end) break;
    kept.push(extent);
    at += extent.lengthBytes;
  }
  return kept;
}

/** Every stream below a place. */
function* below(medium: Medium, { names, id, deleted }: Wanted): Generator<Taken> {
  for (const found of walkMedium(medium, { deleted })) {
    const { entry } = found;
    if (entry.kind === "directory" || (id !== null && entry.id !== id)) continue;
    if (!begins(entryChain(found, entry, null), names)) continue;
    for (const stream of entry.streams) yield { found, stream };
  }
}

function begins(chain: readonly Uint8Array[], names: readonly Uint8Array[]): boolean {
  return names.every((name, i) => chain[i] !== undefined && equalBytes(chain[i], name));
}

interface Extracting {
  folder: ExtractFolder;
  request: CommandRequest;
  place: string;
}

function extractAll(taken: Iterable<Taken>, { folder, request, place }: Extracting): number {
  let [files, partly] = [0, 0];
  for (const { found, stream } of taken) {
    if (request.signal.aborted) break;
    const chain = entryChain(found, found.entry, stream);
    const { kept, beyond } = asFarAsThere(found, stream);
    const written = folder.write(chain.slice(1), kept, request.signal);
    const { file, digests } = written;
    const unread = [...written.unread, ...beyond];
    const { id, state, certainty, times } = found.entry;
    const sizeBytes = stream.read.sizeBytes;
    folder.record({ ...chainText(chain), file, id, state, certainty, sizeBytes, times, digests, unread });
    request.out(`${digests.sha256 ?? ""}  ${file}`);
    files++;
    if (unread.length > 0) partly++;
  }
  const told = { files, place };
  request.err(sayOpening(request.language, "extract.done", told));
  if (partly > 0) request.err(sayOpening(request.language, "extract.partly", { files: partly }));
  return partly > 0 ? PARTLY_EXIT : 0;
}
