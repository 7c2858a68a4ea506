import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Fault } from "#base/faults";
import type { Signer } from "#base/signing/node";
import { canonicalText } from "#base/values";
import { hashlistsFault } from "./faults.ts";
import { dropPart, type KeptPart, keptPart } from "./import-part.node.ts";
import { formatOfFile, readListFile } from "./list-file.node.ts";
import { type ListRole, ownRole } from "./list-format.node.ts";
import type { ReaderMark } from "./list-record.ts";
import { type CategoryMap, type RecordTally, recordTally, type TallyState } from "./record-tally.node.ts";
import type { StoreHeader } from "./store-header.ts";
import { openHashList } from "./store-read.node.ts";
import { type StoreWriter, startStore } from "./store-write.node.ts";

/** What an import is asked for. */
export interface ImportOptions {
  list: string;
  /** Where the sealed list is to stand. */
  out: string;
  role: ListRole;
  name: string;
  release: string;
  categories: CategoryMap;
  agency: Signer;
  nowMs: number;
  signal?: AbortSignal | undefined;
  /** Called between pieces with the bytes read (of a database, none) and the list's length. */
  onProgress?(doneBytes: number, totalBytes: number): void;
  /** After so many bytes (of a database, so many bytes of rows) what was done is kept, should the import be interrupted. */
  keepEachBytes?: number;
}

/** What an import did. `again`: this very list stood in the store already. `from`: the byte (or row) an interrupted one was gone on from. */
export interface Imported {
  header: StoreHeader;
  again: boolean;
  from: number;
}

/** A second or three of work. */
const KEEP_EACH_BYTES = 256 << 20;
/** What ends an import and says nothing of its list: the same import may go on. */
const PASSING = ["hashlist/stopped", "hashlist/unreadable", "hashlist/unwritable"];
/** What a row of a database counts for. */
const ROW_BYTES = 128;

/**
 * Imports one list into the lab's sealed store. Streams; nothing that could be used as a list stands in the store before the list was
 * read to its end. Asked again for a list that is there already, it says so and does nothing; for one that was interrupted, it goes on
 * where that one had kept its work.
 *
 * @throws {Fault} hashlist/role, hashlist/unmapped, hashlist/store-exists, hashlist/stopped, hashlist/empty, and those of reading and writing.
 */
export async function importList(options: ImportOptions): Promise<Imported> {
  const { list, role, out, agency } = options;
  const format = formatOfFile(list);
  refuseRole(options, format);
  const source = { file: basename(list), sizeBytes: statSync(list).size, sha256: await digestOf(list, options) };
  if (existsSync(out)) {
    const header = await sameList(options, source);
    // Where the end was interrupted after the list had taken its place.
    dropPart(out);
    return { header, again: true, from: 0 };
  }
  const asked = askedText(options, source);
  const { store, kept } = await openStore(options, asked);
  const tally = recordTally(options, store, kept?.state.tally as TallyState | undefined);
  try {
    await readOn({ options, format, source, asked, store, tally, from: kept?.state.mark });
    tally.refuse();
    const { signedBy, importedAt } = { signedBy: agency.publicKey, importedAt: new Date(options.nowMs).toISOString() };
    const { name, release } = options;
    const about = { format: "phum-hash-list", version: 1, name, release, role, listFormat: format, source } as const;
    let header: StoreHeader | undefined;
    store.finish((recordsBytes) => {
      header = { ...about, importedAt, ...tally.told(), recordsBytes, signedBy };
      return header;
    });
    if (header === undefined) throw new Error("Cannot import: nothing was written");
    return { header, again: false, from: kept?.state.mark.offsetBytes ?? 0 };
  } catch (error) {
    if (error instanceof Fault && PASSING.includes(error.code)) store.leave();
    else store.discard();
    throw error;
  }
}

interface Importing {
  options: ImportOptions;
  format: ReturnType<typeof formatOfFile>;
  source: StoreHeader["source"];
  asked: string;
  store: StoreWriter;
  tally: RecordTally;
  from: ReaderMark | undefined;
}

/** Reads the list to its end, and keeps what was done from time to time. */
async function readOn({ options, format, source, asked, store, tally, from }: Importing): Promise<void> {
  const each = (options.keepEachBytes ?? KEEP_EACH_BYTES) / (format === "nsrl-sqlite" ? ROW_BYTES : 1);
  let keptAt = from?.offsetBytes ?? 0;
  await readListFile(options.list, format, {
    sink: tally.sink,
    from,
    async pause(reached, markNow) {
      // A row says nothing of bytes.
      options.onProgress?.(format === "nsrl-sqlite" ? 0 : reached, source.sizeBytes);
      await setImmediate();
      const stop = options.signal?.aborted === true;
      const mark = stop || reached - keptAt >= each ? markNow() : undefined;
      if (mark !== undefined) {
        await store.keep({ asked, mark, tally: tally.state() });
        keptAt = reached;
      }
      if (stop) throw stopped(options.list);
    },
  });
}

/** A new store, or one that an interrupted import of the same list left. */
async function openStore(
  { out, agency }: ImportOptions,
  asked: string,
): Promise<{ store: StoreWriter; kept?: KeptPart }> {
  const kept = await keptPart(out, asked, agency);
  if (kept !== undefined) {
    try {
      return { store: await startStore(out, agency, kept), kept };
    } catch (error) {
      // What was left does not hold what was said: it is begun anew.
      if (!(error instanceof RangeError) && !(error instanceof Fault && error.code.startsWith("sealed/"))) throw error;
    }
  }
  dropPart(out);
  return { store: await startStore(out, agency) };
}

function askedText({ role, name, release, categories }: ImportOptions, source: StoreHeader["source"]): string {
  const { named, others } = categories;
  return canonicalText({ role, name, release, source, named: [...named], others: others ?? null });
}

/** A list that is made for one role never serves in the other. */
function refuseRole({ list, role, categories }: ImportOptions, format: Parameters<typeof ownRole>[0]): void {
  const own = ownRole(format);
  const named = [...categories.named.values()];
  // Known-good rows come in this format, too, in a category of their own: only those, and only where they are named.
  const vicsAsGood = format === "vics" && role === "known-good" && !named.includes("known-good");
  if ((own === undefined || own === role) && !vicsAsGood) return;
  throw hashlistsFault("hashlist/role", `${list} cannot serve as ${role}`, { values: { path: list, role } });
}

async function digestOf(path: string, { signal }: ImportOptions): Promise<string> {
  const digest = createHash("sha256");
  const fd = openSync(path, "r");
  try {
    const piece = new Uint8Array(4 << 20);
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
      digest.update(piece.subarray(0, read));
      await setImmediate();
      if (signal?.aborted) throw stopped(path);
    }
  } finally {
    closeSync(fd);
  }
  return digest.digest("hex");
}

/** The header of what stands there, where it was made of the same list in the same way. */
async function sameList(
  { out, agency, role, name, release }: ImportOptions,
  source: StoreHeader["source"],
): Promise<StoreHeader> {
  const stored = await openHashList(out, agency);
  try {
    const { header } = stored;
    const same =
      header.source.sha256 === source.sha256 &&
      header.role === role &&
      header.name === name &&
      header.release === release;
    if (same) return header;
  } finally {
    stored.close();
  }
  throw hashlistsFault("hashlist/store-exists", `Another list stands in ${out}`, { values: { path: out } });
}

function stopped(path: string): Error {
  return hashlistsFault("hashlist/stopped", "The import was stopped", { values: { path } });
}
