import { createHmac } from "node:crypto";
import { fromHex } from "#base/values";
import type { JournalEntry } from "#examination/evidence";
import type { Evidence } from "#examination/evidence/node";
import type { HitRow, JobResult, ListedRow } from "./engine-message.ts";
import { comparePlaces, type HitPlace } from "./hit-place.ts";
import { type FileHit, type Hit, type HitLedger, openHits } from "./hits.ts";
import { matchedBySet } from "./list-sets.ts";

/** Candidates that did not stand are counted one by one up to here. */
const UNCONFIRMED_MOST = 10_000;
/** Journal entries of hits hold at most so many rows. */
const ROWS_AT_ONCE = 1000;

/** One confirmed block in the journal: file, offset, content number, part. */
type KeptRow = [fileIndex: number, offsetBytes: number, content: number, part: number];

/** A listed whole file in the journal. */
interface KeptFile {
  fileIndex: number;
  sizeBytes: number;
  listed: ListedRow[];
  lowEntropy: boolean;
}

/** A listed file of an image or device, in the journal. */
interface PlacedFile extends HitPlace, NonNullable<FileHit["at"]> {
  sizeBytes: number;
  listed: ListedRow[];
  lowEntropy: boolean;
}

/** What was met: the ledger of hits and its copy in the journal, so that a resumed examination has every hit once. */
export interface HitRecord {
  readonly ledger: HitLedger;
  readonly unconfirmed: number;
  /** Takes a result's rows. @returns offsets of the confirmed ones. */
  take(fileIndex: number, rows: readonly HitRow[]): number[];
  takeFile(fileIndex: number, result: JobResult): void;
  /** Takes a listed file of an image or device. */
  takePlaced(file: PlacedFile): void;
  /** Writes what was met since the last time into the journal; to be called before a checkpoint. */
  flush(): void;
  /** Takes the hits of a journal that is continued. */
  replay(entries: readonly JournalEntry[]): void;
  state(): { unconfirmed: string[] };
}

export interface HitRecordOptions {
  evidence: Pick<Evidence, "append">;
  /** Known to the officer's identity alone: numbers of contents in the journal cannot be compared with anything outside. */
  contentKey: Uint8Array;
  placeOf(fileIndex: number): HitPlace;
  unconfirmed?: string[];
}

/** Opens the record of an examination's hits. */
export function hitRecord({ evidence, contentKey, placeOf, unconfirmed = [] }: HitRecordOptions): HitRecord {
  const ledger = openHits();
  const doubtful = new Set(unconfirmed);
  const rows: KeptRow[] = [];
  /** In a full ledger the last hit that is kept: what lies behind it never counts, and need not be in the journal. */
  let last: Hit | undefined;
  const keep = ([fileIndex, offsetBytes, content, set]: KeptRow): void =>
    ledger.add({ ...placeOf(fileIndex), offsetBytes, content, set });
  const { keepFile, keepPlaced } = fileKeeper(ledger, placeOf);
  const flush = (): void => {
    while (rows.length > 0) evidence.append("hits", { blocks: rows.splice(0, ROWS_AT_ONCE) });
    if (ledger.more) last = ledger.hits().at(-1);
  };
  return {
    ledger,
    get unconfirmed() {
      return doubtful.size;
    },
    take(fileIndex, found) {
      const offsets: number[] = [];
      for (const [part, offsetBytes, fingerprint, confirmed] of found) {
        const name = `${fileIndex} ${part} ${offsetBytes}`;
        if (confirmed === 0) {
          if (doubtful.size < UNCONFIRMED_MOST) doubtful.add(name);
          continue;
        }
        doubtful.delete(name);
        const row: KeptRow = [fileIndex, offsetBytes, contentNumber(contentKey, fingerprint), part];
        keep(row);
        if (last === undefined || !isBehind({ ...placeOf(fileIndex), offsetBytes }, last)) rows.push(row);
        offsets.push(offsetBytes);
      }
      if (rows.length >= ROWS_AT_ONCE) flush();
      return offsets;
    },
    takeFile(fileIndex, { readBytes, fileBytes: sizeBytes = readBytes, listed = [], lowEntropy = false }) {
      if (listed.length === 0) return;
      const file: KeptFile = { fileIndex, sizeBytes, listed, lowEntropy };
      keepFile(file);
      evidence.append("hits", { ...file });
    },
    takePlaced(file) {
      keepPlaced(file);
      evidence.append("hits", { placed: { ...file } });
    },
    flush,
    replay(entries) {
      for (const { kind, body } of entries) {
        // What stands in files is looked for again, as a whole.
        if (kind !== "hits" || body["inside"] === true) continue;
        if (Array.isArray(body["blocks"])) for (const row of body["blocks"]) keep(row);
        else if (body["placed"] !== undefined) keepPlaced(body["placed"] as PlacedFile);
        else keepFile(body as unknown as KeptFile);
      }
    },
    state: () => ({ unconfirmed: [...doubtful] }),
  };
}

/** Puts listed files of the journal into the ledger. */
function fileKeeper(
  ledger: HitLedger,
  placeOf: HitRecordOptions["placeOf"],
): { keepFile(file: KeptFile): void; keepPlaced(file: PlacedFile): void } {
  const keep = (at: HitPlace, { listed, ...file }: Omit<KeptFile, "fileIndex"> & Pick<FileHit, "at">): void => {
    for (const told of matchedBySet(listed)) ledger.addFile({ ...at, ...file, ...told });
  };
  return {
    keepFile: ({ fileIndex, ...file }) => keep(placeOf(fileIndex), file),
    keepPlaced: ({ place, placeBytes, offsetBytes, standing, certainty, ...file }) => {
      const sure = certainty === undefined ? {} : { certainty };
      const at = { offsetBytes, ...(standing === undefined ? {} : { standing }), ...sure };
      keep({ place, ...(placeBytes === undefined ? {} : { placeBytes }) }, { ...file, at });
    },
  };
}

function isBehind(hit: Pick<Hit, "place" | "placeBytes" | "offsetBytes">, last: Hit): boolean {
  return (comparePlaces(hit, last) || hit.offsetBytes - last.offsetBytes) > 0;
}

/** Equal for equal contents within one examination: 52 bits of HMAC-SHA-256. */
export function contentNumber(key: Uint8Array, fingerprint: string): number {
  const digest = createHmac("sha256", key).update(fromHex(fingerprint)).digest("hex");
  return Number.parseInt(digest.slice(0, 13), 16);
}
