import { setImmediate } from "node:timers/promises";
import { Fault } from "#base/faults";
import { BLOCK_BYTES } from "#base/hashing";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import { checkRecipients, type Signer } from "#base/signing/node";
import { toHex } from "#base/values";
import { type Chosen, chooseBlocks } from "./build-choose.node.ts";
import { draftOf } from "./build-draft.node.ts";
import { type FileTable, fileTable } from "./build-files.ts";
import { type BlockHasher, blockHasher } from "./build-hasher.node.ts";
import { type BuiltLikeness, gatherLikeness, likenessDraft } from "./build-likeness.node.ts";
import { readLines } from "./build-lines.node.ts";
import type { Pause } from "./build-read.node.ts";
import { type InputLine, type InputTotals, listInputs, readInputs } from "./build-reading.node.ts";
import type { FileRecord } from "./build-record.ts";
import { findRelations } from "./build-relations.node.ts";
import { refuseTooMany } from "./build-size.ts";
import { type InputNote, listWhole } from "./build-whole.node.ts";
import { type BuiltWords, buildWords } from "./build-words.node.ts";
import { type BuildKeys, openWork, type WorkFolder, type WorkSettings } from "./build-work.node.ts";
import { filtersFault } from "./faults.ts";
import { type WrittenFilter, writeFilter } from "./filter-file-write.node.ts";
import type { FilterAbout } from "./filter-header.ts";
import { writeKeptHashes } from "./kept-hashes.node.ts";
import type { LikenessWish } from "./likeness-wish.ts";
import { type GatheredLists, gatherLists, refusePractice } from "./list-gather.node.ts";
import type { DigestWish } from "./list-section.ts";
import type { DropRule } from "./probative.ts";

/** --max-blocks-per-file where nothing else is asked for: 4 MiB of every file. */
const MAX_BLOCKS_PER_FILE = 1024;
/** Least that can be asked for: the three probed runs and one more. */
export const LEAST_BLOCKS_PER_FILE = 64;

/** What a build is asked for. */
export interface BuildOptions {
  /** Files and folders, absolute. */
  inputs: string[];
  knownGood?: string[];
  about: Omit<FilterAbout, "listedBytes" | "inputBytes" | "statistics">;
  agency: Signer;
  /** age1… recipients besides the agency itself. */
  recipients: string[];
  out: string;
  /** Where to keep the block hashes for a later rekey, sealed to the agency. */
  keepHashes?: string | undefined;
  maxBlocksPerFile?: number;
  signal?: AbortSignal | undefined;
  /** What time it is, for officers' words on entries; the machine's own clock where nothing is said. */
  nowMs?: number;
  /** Milliseconds between checkpoints, 10,000 unless it is a test. */
  checkpointMs?: number;
  /** Keys instead of fresh ones: a set key shared with another part, fixed keys in a test. */
  keys?: Partial<BuildKeys> | undefined;
  /** False lists every block that is not blank all over: only to measure what the rules do. */
  rules?: boolean;
  /** Perceptual fingerprints; absent: the filter has none. With lists, `inputs` may be empty. */
  likeness?: LikenessWish | undefined;
  /** Sealed lists of whole-file digests; with them, `inputs` may be empty. */
  digests?: readonly DigestWish[] | undefined;
  onProgress?(progress: BuildProgress): void;
  onNote?(note: InputNote): void;
}

/** How far a build is. `done` and `total` are bytes while reading, steps of the same length otherwise. */
export interface BuildProgress {
  stage: "looking" | "reading" | "comparing" | "choosing" | "whole" | "likeness" | "lists" | "writing";
  done: number;
  total: number;
}

/** Whether going on with the same command cannot help, so that nothing is to be left behind. */
function isHopeless(code: string, begun: boolean): boolean {
  return code === "filter/nothing-listed" || (code === "filter/input-missing" && !begun);
}

/** What a build did, in numbers. */
export interface Built {
  written: WrittenFilter;
  files: number;
  knownGoodFiles: number;
  copies: number;
  /** Whole blocks of the inputs = listed contents + all of `dropped`. */
  blocks: number;
  dropped: Partial<Record<DropRule | "copied", number>>;
  /** Files listed by their digests. */
  whole: number;
  /** Absent where none was asked for. */
  likeness?: BuiltLikeness;
  /** Absent where none was asked for. */
  lists?: GatheredLists;
  resumed: boolean;
}

/**
 * Builds a filter file from originals: reads each input once, keeps what is probative, writes, signs and seals. Interrupted at any moment, the
 * same call goes on from the folder `<out>.work`. Memory does not grow with the inputs' sizes, only 30 to 70 bytes with each file.
 *
 * @throws {Fault} filter/input-missing, filter/nothing-listed, filter/stopped, filter/work-in-use, filter/work-differs, filter/disk-full,
 *   filter/unwritable, filter/too-many-blocks, likeness/list, likeness/list-missing, and those of gatherLists() and buildWords().
 */
export async function buildFilter(options: BuildOptions): Promise<Built> {
  const { agency, out, keys: given, maxBlocksPerFile: maxBlocks = MAX_BLOCKS_PER_FILE } = options;
  const { inputs, knownGood = [], rules = true } = options;
  checkRecipients(options.recipients);
  const { likeness, digests } = options;
  // Before hours of reading: whom the words are of, and whether they contradict each other.
  const words = likeness?.words && (await buildWords(likeness.words, agency, options.nowMs ?? Date.now()));
  const lists = { ...(likeness && { likeness }), ...(digests && { digests }) };
  const settings: WorkSettings = { inputs, knownGood, rules, maxBlocks, ...lists };
  const work = await openWork(`${out}.work`, settings, { agency, given });
  try {
    const { sectorKey, blockKey } = deriveSetKeys(work.keys.setKey);
    const hasher = blockHasher({ sectorKey, blockKey, sipKey: deriveSipKey(work.keys.releaseKey) });
    const running = { options, work, words, settings, hasher, pause: pauser(options.signal, out) };
    const totals = await read(running);
    const built = await finish(running, totals);
    work.remove();
    return built;
  } catch (error) {
    if (error instanceof Fault && isHopeless(error.code, work.checkpoint !== undefined)) work.remove();
    throw error;
  } finally {
    work.close();
  }
}

interface Running {
  options: BuildOptions;
  work: WorkFolder;
  words: BuiltWords | undefined;
  settings: WorkSettings;
  hasher: BlockHasher;
  pause: Pause;
}

/** Lets signals come through every 50 ms. */
function pauser(signal: AbortSignal | undefined, out: string): Pause {
  let lastMs = performance.now();
  return () => {
    if (performance.now() - lastMs < 50) return undefined;
    return setImmediate().then(() => {
      lastMs = performance.now();
      if (signal?.aborted) {
        throw filtersFault("filter/stopped", "The build was stopped", { values: { path: `${out}.work` } });
      }
    });
  };
}

async function read({ options, work, settings, hasher, pause }: Running): Promise<InputTotals> {
  const say = (stage: BuildProgress["stage"], done: number, total: number): void =>
    options.onProgress?.({ stage, done, total });
  say("looking", 0, 1);
  const own = [options.out, ...(options.keepHashes === undefined ? [] : [options.keepHashes])];
  const totals = await listInputs({ work, settings, pause }, own);
  let done = 0;
  const onRead = (bytes: number): void => {
    done += bytes;
    say("reading", done, totals.bytes);
  };
  await readInputs({ work, settings, hasher, pause, checkpointMs: options.checkpointMs ?? 10_000, onRead });
  return totals;
}

async function finish({ options, work, words, settings, hasher, pause }: Running, totals: InputTotals): Promise<Built> {
  const stage = (name: BuildProgress["stage"], total: number): ((by?: number) => void) => {
    let done = 0;
    return (by = 1) => {
      done += by;
      options.onProgress?.({ stage: name, done, total });
    };
  };
  const records = (): Generator<FileRecord> => readLines<FileRecord>(work.path("files.jsonl"));
  const table = fileTable(records(), totals.files, settings.maxBlocks);
  const tools = { work, table, pause };
  const relations = settings.rules ? await findRelations({ ...tools, onStep: stage("comparing", 512) }) : undefined;
  const chosen = await chooseBlocks({ ...tools, relations, onStep: stage("choosing", 256) });
  const onNote = options.onNote ?? (() => undefined);
  const whole = await listWhole({ ...tools, hasher, onNote, onRead: stage("whole", totals.bytes) });
  const counted = countInputs(work, table, chosen);
  const total = chosen.counts.reduce((sum, count) => sum + count, 0);
  const likeness = await likenessOf({ options, work, words, pause }, stage("likeness", totals.files));
  const lists = await listsOf({ options, work, pause }, stage("lists", 1));
  if (total === 0 && whole === 0 && !holdsLikeness(likeness) && (lists?.about.groups.length ?? 0) === 0) {
    throw filtersFault("filter/nothing-listed", "Nothing of the inputs can be listed", {
      values: { files: counted.files },
    });
  }
  refuseTooMany(total, table.kept);
  const about = {
    ...options.about,
    ...counted.about,
    statistics: { kept: total, dropped: counted.dropped },
    ...(likeness && { likeness: listedLikeness(likeness) }),
    ...(lists && { lists: lists.about }),
  };
  const writing = stage("writing", total);
  let told = 0;
  const draft = draftOf(work, { about, keys: work.keys, counts: chosen.counts });
  const written = await writeFilter(options.out, draft, {
    agency: options.agency,
    recipients: [options.agency.recipient, ...options.recipients],
    onProgress: (keys) => {
      writing(keys - told);
      told = keys;
    },
  });
  if (options.keepHashes !== undefined) await keep(options.keepHashes, { options, work, about, chosen, whole });
  const { files, knownGoodFiles, copies, blocks, dropped } = counted;
  const resumed = work.checkpoint !== undefined;
  return {
    written,
    files,
    knownGoodFiles,
    copies,
    blocks,
    dropped,
    whole,
    ...(likeness && { likeness }),
    ...(lists && { lists }),
    resumed,
  };
}

async function likenessOf(
  { options, work, words, pause }: Pick<Running, "options" | "work" | "words" | "pause">,
  onInput: () => void,
): Promise<BuiltLikeness | undefined> {
  const { likeness: wish, signal } = options;
  return wish === undefined ? undefined : gatherLikeness({ work, wish, words, pause, signal, onInput });
}

async function listsOf(
  { options, work, pause }: Pick<Running, "options" | "work" | "pause">,
  onDone: () => void,
): Promise<GatheredLists | undefined> {
  const { digests, agency, about } = options;
  if (digests === undefined || digests.length === 0) return undefined;
  const lists = await gatherLists(work, digests, { agency, pause });
  refusePractice(lists, about.category);
  onDone();
  return lists;
}

function holdsLikeness(built: BuiltLikeness | undefined): boolean {
  return built !== undefined && Object.values(listedLikeness(built)).some((count) => count > 0);
}

/** What everyone may read of it in the header: numbers. */
function listedLikeness({ counts }: BuiltLikeness): NonNullable<FilterAbout["likeness"]> {
  const { pictures, benign, videos, frames, foreign } = counts;
  return { pictures, benign, videos, frames, foreign };
}

async function keep(
  path: string,
  {
    options,
    work,
    about,
    chosen,
    whole,
  }: Pick<Running, "options" | "work"> & { about: FilterAbout; chosen: Chosen; whole: number },
): Promise<void> {
  const { name, agency, category, listedBytes, inputBytes, statistics, likeness, lists } = about;
  const set = likeness === undefined ? [] : [work.path("likeness.set")];
  await writeKeptHashes(path, {
    header: {
      format: "phum-kept-hashes",
      version: 1,
      about: {
        name,
        agency,
        category,
        listedBytes,
        inputBytes,
        statistics,
        ...(likeness && { likeness }),
        ...(lists && { lists }),
      },
      setKey: toHex(work.keys.setKey),
      hashes: chosen.hashes,
      files: whole,
      ...(likeness && { likenessBytes: likenessDraft(work.path("likeness.set")).lengthBytes }),
      signedBy: options.agency.publicKey,
    },
    parts: [work.path("whole.digests"), work.path("kept.hashes"), ...set],
    agency: options.agency,
  });
}

interface Counted extends Pick<Built, "files" | "knownGoodFiles" | "copies" | "blocks" | "dropped"> {
  about: Pick<FilterAbout, "listedBytes" | "inputBytes">;
}

/** Adds up what the inputs' records and the table say. */
function countInputs(work: WorkFolder, table: FileTable, chosen: Chosen): Counted {
  const about = { listedBytes: 0, inputBytes: 0 };
  const counted: Counted = { files: 0, knownGoodFiles: 0, copies: 0, blocks: 0, dropped: { ...chosen.dropped }, about };
  const { dropped } = counted;
  const drop = (rule: DropRule | "copied", count: number): void => {
    if (count > 0) dropped[rule] = (dropped[rule] ?? 0) + count;
  };
  const lines = readLines<InputLine>(work.path("inputs.jsonl"));
  let number = 0;
  for (const record of readLines<FileRecord>(work.path("files.jsonl"))) {
    const { value: line } = lines.next();
    if (line?.good) counted.knownGoodFiles++;
    else if (line?.trouble === undefined) {
      counted.files++;
      counted.blocks += record.blocks;
      about.inputBytes += record.sizeBytes;
      about.listedBytes += (table.listed[number] ?? 0) * (1 + (table.copies[number] ?? 0)) * BLOCK_BYTES;
      if (record.copyOf !== undefined) {
        counted.copies++;
        drop("copied", record.blocks);
      } else {
        for (const [rule, count] of Object.entries(record.dropped)) drop(rule as DropRule, count);
      }
    }
    number++;
  }
  return counted;
}
