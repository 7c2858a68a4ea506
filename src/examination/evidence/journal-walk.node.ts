import { verifySignature } from "#base/signing/node";
import { canonicalBytes, concatBytes, fromHex, utf8 } from "#base/values";
import type { JournalBody, JournalEntry, JournalKind } from "./journal-entry.ts";
import { tamperedJournal } from "./journal-file.node.ts";

const LABEL = utf8("phum-checkpoint/1\n");
const EARLIER_FILE = /^report-[1-9]\d{0,5}\.json$/;
const HEX32 = /^[0-9a-f]{64}$/;

/** What a checkpoint says of the runs and of the state at its moment. */
export interface Checkpoint {
  /** Counts 1, 2, 3 … over the whole journal, also over interruptions. */
  counter: number;
  runs: number;
  /** SHA-256 over the records so far. */
  runsDigest: string;
  /** SHA-256 of state-<counter>.json. */
  state: string;
}

/** A report that stood when the examination was gone on with: its file then, its SHA-256, and the `closed` entry it ends with. */
export interface EarlierReport {
  file: string;
  digest: string;
  closed: JournalEntry;
}

/** What the journal's structure says, entry after entry. */
export interface JournalWalk {
  /** Takes the next entry. @throws {Fault} evidence/tampered. */
  take(entry: JournalEntry): void;
  readonly opened: JournalEntry | null;
  readonly checkpoints: readonly Checkpoint[];
  /** The last entry, when it is `closed`. */
  readonly closed: JournalEntry | null;
  /** Entries by kind. */
  readonly counts: Readonly<Partial<Record<JournalKind, number>>>;
  /** Position of the last checkpoint's entry; -1 without one. */
  readonly checkpointAt: number;
  /** Reports that were gone on from, in order. */
  readonly earlier: readonly EarlierReport[];
}

/** Bytes that a checkpoint's signature covers: the chain up to it, and what it says. */
export function checkpointBytes(place: { n: number; at: string; previous: string }, says: Checkpoint): Uint8Array {
  return concatBytes(LABEL, canonicalBytes({ ...place, ...says }));
}

/** Follows a journal's structure: who opened it, whether each checkpoint is signed and counts on, whether it ends closed. */
export function walkJournal(): JournalWalk {
  let opened: JournalEntry | null = null;
  let closed: JournalEntry | null = null;
  let checkpointAt = -1;
  const checkpoints: Checkpoint[] = [];
  const counts: Partial<Record<JournalKind, number>> = {};
  const earlier: EarlierReport[] = [];
  const take = (entry: JournalEntry): void => {
    const { n, kind, body } = entry;
    if ((n === 0) !== (kind === "opened") || (closed !== null && kind !== "resumed")) throw tamperedJournal(n);
    if (kind === "resumed") earlier.push(...earlierOf(entry, closed));
    closed = null;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind === "opened") {
      if (!HEX32.test(String(body["signPublic"])) || typeof body["exhibit"] !== "string") throw tamperedJournal(n);
      opened = entry;
    } else if (kind === "checkpoint") {
      checkpoints.push(signedCheckpoint(entry, String(opened?.body["signPublic"]), checkpoints.at(-1)));
      checkpointAt = n;
    } else if (kind === "closed") {
      if (body["entries"] !== n || body["head"] !== entry.previous) throw tamperedJournal(n);
      closed = entry;
    }
  };
  return {
    take,
    get opened() {
      return opened;
    },
    get closed() {
      return closed;
    },
    get checkpointAt() {
      return checkpointAt;
    },
    checkpoints,
    counts,
    earlier,
  };
}

/** The report that stood when this was resumed. A finished examination alone has one. @throws {Fault} evidence/tampered. */
function earlierOf({ n, body }: JournalEntry, closed: JournalEntry | null): EarlierReport[] {
  const told = body["earlierReport"] ?? null;
  if (told === null) return [];
  const { file, digest } = told as Record<string, unknown>;
  const whole = typeof file === "string" && EARLIER_FILE.test(file) && HEX32.test(String(digest));
  if (!whole || closed === null) throw tamperedJournal(n);
  return [{ file, digest: String(digest), closed }];
}

/** A checkpoint that is signed by the key and follows the one before. @throws {Fault} evidence/tampered. */
function signedCheckpoint(entry: JournalEntry, signPublic: string, before: Checkpoint | undefined): Checkpoint {
  const { n, at, previous, body } = entry;
  const { signature } = body;
  const says = checkpointOf(body);
  const follows = says?.counter === (before?.counter ?? 0) + 1 && says.runs >= (before?.runs ?? 0);
  if (says === undefined || !follows || typeof signature !== "string" || !/^[0-9a-f]{128}$/.test(signature)) {
    throw tamperedJournal(n);
  }
  if (!verifySignature(signPublic, checkpointBytes({ n, at, previous }, says), fromHex(signature))) {
    throw tamperedJournal(n);
  }
  return says;
}

function checkpointOf(body: JournalBody): Checkpoint | undefined {
  const { counter, runs, runsDigest, state } = body;
  if (!Number.isSafeInteger(counter) || !Number.isSafeInteger(runs) || Object.keys(body).length !== 5) return undefined;
  if (typeof runsDigest !== "string" || typeof state !== "string") return undefined;
  return { counter: Number(counter), runs: Number(runs), runsDigest, state };
}
