import { fromHex, utf8 } from "#base/values";
import { type CarvedFormat, isUndecoded } from "#examination/carving";
import type { CarveJudge, CarveVerdict } from "#examination/carving/node";
import { type CarvedInnerRecord, type InnerTaking, innerTaking } from "./carve-inner-taking.node.ts";
import type {
  AreaKind,
  AreaMessage,
  CarvePlace,
  FoundEndMessage,
  FoundMessage,
  SearchedMessage,
  UnreadMessage,
} from "./carve-message.node.ts";
import type { UnreadRange } from "./digests.ts";
import { chainText } from "./entry-place.ts";
import type { ExtractFile, ExtractFolder } from "./extract-files.node.ts";
import type { InnerEndMessage, InnerMessage, InnerProblemMessage } from "./inside-message.ts";
import type { ChildMessage } from "./limited-child.node.ts";
import type { RefusedMessage, ZerosMessage } from "./reader-message.node.ts";

/** What was searched of areas of one kind. */
interface AreaSum {
  sizeBytes: number;
  searchedBytes: number;
  unreadBytes: number;
}

/** A file that is told. */
export interface CarvedRecord {
  place: string;
  placeBytes?: string;
  /** Below the folder, where copies are made. */
  file?: string;
  what: AreaKind;
  format: CarvedFormat;
  how: string;
  sizeBytes: number;
  pieces: UnreadRange[];
  sha256: string;
  damaged: boolean;
  proof: "decoded" | "structure";
  unread: UnreadRange[];
}

/** Takes what a reader tells, has it judged, and writes what is told; its bytes wait while one is judged. */
export interface CarveTaking {
  hear(message: ChildMessage): void;
  piece(bytes: Uint8Array): Promise<void> | void;
  /** A reader ended: what is half told is dropped, and the next one goes on behind it. */
  broken(): void;
  /** When everything that was heard is judged. @throws what a writer or a judge threw. */
  settled(): Promise<void>;
  readonly place: CarvePlace;
  readonly sums: ReadonlyMap<AreaKind, AreaSum>;
  readonly refused: RefusedMessage | undefined;
  /** Beginnings that were not followed, and those that no structure followed. */
  readonly left: number;
  readonly decoys: number;
  readonly partly: number;
  /** Files that deleted entries still name: a list has them. */
  readonly named: number;
  readonly inner: Pick<InnerTaking, "told" | "problems">;
}

interface CarveTakingWishes {
  judge: CarveJudge;
  from: CarvePlace;
  /** Where copies go; null: none are made. */
  folder: ExtractFolder | null;
  tell(record: CarvedRecord): void;
  tellInner(record: CarvedInnerRecord): void;
  progress(place: CarvePlace, area: AreaSum): void;
}

/** Passed over where a reader ended twice at one place. */
const PASSED_BYTES = 2 ** 20;

interface Open {
  told: FoundMessage;
  bytes: Uint8Array;
  at: number;
  verdict: CarveVerdict | null;
  file: ExtractFile | null;
}

const ENDINGS: Record<CarvedFormat, string> = {
  ...{ jpeg: "jpg", png: "png", gif: "gif", webp: "webp", heic: "heic", avif: "avif" },
  ...{ bmp: "bmp", tiff: "tif", mp4: "mp4", mov: "mov", "3gp": "3gp", avi: "avi" },
  ...{ zip: "zip", "7z": "7z", gzip: "gz", bzip2: "bz2", xz: "xz", zstd: "zst", tar: "tar", rar: "rar", cab: "cab" },
  ...{ ole: "ole", pdf: "pdf", sqlite: "db", "sqlite-wal": "db-wal", thumbcache: "db", mail: "eml" },
};

/** What stands between messages. */
interface Taken extends CarveTakingWishes {
  sums: Map<AreaKind, AreaSum>;
  place: CarvePlace;
  left: number;
  decoys: number;
  partly: number;
  named: number;
  inner: InnerTaking;
  what: AreaKind;
  refused: RefusedMessage | undefined;
  failure: unknown;
  open: Open | null;
  /** Everything that was heard, one after another. */
  pending: Promise<void>;
  sum: AreaSum;
  /** What was counted before this area. */
  before: { searchedBytes: number; left: number; decoys: number };
}

/** @param wishes Begins with nothing heard. */
export function carveTaking(wishes: CarveTakingWishes): CarveTaking {
  const taken: Taken = {
    ...wishes,
    ...{
      sums: new Map(),
      place: { ...wishes.from },
      left: 0,
      decoys: 0,
      partly: 0,
      named: 0,
      refused: undefined,
      failure: undefined,
    },
    ...{ what: "free", inner: innerOf(wishes, (work) => later(taken, work)) },
    ...{ open: null, pending: Promise.resolve(), sum: newSum(), before: { searchedBytes: 0, left: 0, decoys: 0 } },
  };
  return {
    sums: taken.sums,
    get place() {
      return taken.place;
    },
    get left() {
      return taken.left;
    },
    get decoys() {
      return taken.decoys;
    },
    get partly() {
      return taken.partly;
    },
    get named() {
      return taken.named;
    },
    inner: taken.inner,
    get refused() {
      return taken.refused;
    },
    hear: (message) => hear(taken, message),
    piece: (bytes) => takePiece(taken, bytes),
    broken: () => broken(taken),
    settled: async () => {
      await taken.pending;
      if (taken.failure !== undefined) throw taken.failure;
    },
  };
}

function innerOf({ judge, folder, tellInner }: CarveTakingWishes, after: (work: () => void) => void): InnerTaking {
  return innerTaking({ folder, isNew: (sha256) => judge.isNew(sha256), tell: tellInner, later: after });
}

function newSum(): AreaSum {
  return { sizeBytes: 0, searchedBytes: 0, unreadBytes: 0 };
}

function hear(taken: Taken, message: ChildMessage): void {
  const told = message as unknown;
  if (message.kind === "refused") taken.refused = told as RefusedMessage;
  else if (message.kind === "area") beginArea(taken, told as AreaMessage);
  else if (message.kind === "found") begin(taken, told as FoundMessage);
  else if (message.kind === "zeros") takeZeros(taken, (told as ZerosMessage).lengthBytes);
  else if (message.kind === "found-end") end(taken, told as FoundEndMessage);
  else if (message.kind === "inner") taken.inner.begin(told as InnerMessage, taken.what);
  else if (message.kind === "inner-end") taken.inner.end(told as InnerEndMessage);
  else if (message.kind === "inner-problem") taken.inner.problem(told as InnerProblemMessage);
  else if (message.kind === "named") taken.named++;
  else if (message.kind === "searched") searched(taken, told as SearchedMessage);
  else if (message.kind === "unread") taken.sum.unreadBytes += (told as UnreadMessage).unreadBytes;
  if (taken.failure !== undefined) throw taken.failure;
}

/** Does something when everything before it is done; the first thing that is thrown is kept. */
function later(taken: Taken, work: () => Promise<void> | void): void {
  taken.pending = taken.pending.then(work).catch((error: unknown) => {
    taken.failure ??= error;
  });
}

function beginArea(taken: Taken, { area, what, sizeBytes }: AreaMessage): void {
  later(taken, () => taken.judge.nextArea());
  taken.what = what;
  const sum = taken.sums.get(what) ?? newSum();
  taken.sums.set(what, sum);
  taken.sum = sum;
  if (area !== taken.place.area) taken.place = { area, byte: 0 };
  if (taken.place.byte === 0) sum.sizeBytes += sizeBytes;
  taken.before = { searchedBytes: sum.searchedBytes, left: taken.left, decoys: taken.decoys };
}

function begin(taken: Taken, told: FoundMessage): void {
  const own: Open = { told, bytes: new Uint8Array(0), at: 0, verdict: null, file: null };
  taken.open = own;
  if (!isUndecoded(told.candidate.format)) {
    own.bytes = new Uint8Array(told.candidate.sizeBytes);
    return;
  }
  later(taken, async () => {
    own.verdict = await taken.judge.judge({ ...told, bytes: null });
    if (own.verdict.told && taken.folder !== null) own.file = taken.folder.begin(named(told));
  });
}

function takePiece(taken: Taken, bytes: Uint8Array): Promise<void> | void {
  const { open } = taken;
  // What is written waits for what was found before.
  if (taken.inner.piece(bytes)) return taken.folder === null ? undefined : taken.pending;
  if (open === null) return;
  if (!isUndecoded(open.told.candidate.format)) {
    open.bytes.set(bytes.subarray(0, Math.max(0, open.bytes.length - open.at)), open.at);
    open.at += bytes.length;
    return;
  }
  const piece = bytes.slice();
  later(taken, () => open.file?.piece(piece));
  return taken.pending;
}

/** In an array of a picture zeros stand already. */
function takeZeros(taken: Taken, lengthBytes: number): void {
  const { open } = taken;
  if (open === null) return;
  open.at += lengthBytes;
  later(taken, () => open.file?.zeros(lengthBytes));
}

function end(taken: Taken, { unread }: FoundEndMessage): void {
  const { open: own, folder, judge } = taken;
  taken.open = null;
  if (own === null) return;
  later(taken, async () => {
    own.verdict ??= await judge.judge({ ...own.told, bytes: own.bytes });
    if (!own.verdict.told) return;
    if (unread.length > 0) taken.partly++;
    taken.tell(recordOf(own, { verdict: own.verdict, folder, unread }));
  });
}

function searched(taken: Taken, { area, count }: SearchedMessage): void {
  taken.place = { area, byte: count.nextByte };
  taken.sum.searchedBytes = taken.before.searchedBytes + count.searchedBytes;
  taken.left = taken.before.left + count.left;
  taken.decoys = taken.before.decoys + count.decoys;
  taken.progress(taken.place, taken.sum);
}

function broken(taken: Taken): void {
  const { open, place } = taken;
  taken.open = null;
  later(taken, () => void open?.file?.end());
  taken.inner.broken();
  taken.place = { area: place.area, byte: place.byte + PASSED_BYTES };
  taken.sum.unreadBytes += PASSED_BYTES;
}

/** The names of its copy: the medium's own is left out. */
function named({ chain, candidate }: FoundMessage): Uint8Array[] {
  const names = chain.slice(1).map((name) => fromHex(name));
  const last = names.pop() ?? new Uint8Array(0);
  return [...names, new Uint8Array([...last, ...utf8(`.${ENDINGS[candidate.format]}`)])];
}

function recordOf(
  own: Open,
  {
    verdict,
    folder,
    unread,
  }: { verdict: CarveVerdict & { told: true }; folder: ExtractFolder | null; unread: UnreadRange[] },
): CarvedRecord {
  const { told, bytes } = own;
  const { format, how, sizeBytes, pieces } = told.candidate;
  const record: CarvedRecord = {
    ...chainText(told.chain.map((name) => fromHex(name))),
    ...{ what: told.what, format, how, sizeBytes, pieces, sha256: told.sha256 },
    ...{ damaged: verdict.damaged, proof: verdict.proof, unread },
  };
  if (folder === null) return record;
  const file = own.file ?? folder.begin(named(told));
  if (own.file === null) file.piece(bytes);
  const digests = file.end();
  const written = { ...record, file: file.file, sha256: digests.sha256 ?? "" };
  folder.record({ ...written, digests });
  return written;
}
