import { toHex } from "#base/values";
import type { DigestAlgorithm } from "#examination/filters";
import { type ChildLimits, type Death, evidenceOf, type PlantedFault, runReader } from "#examination/opening/node";
import type { SourceLook } from "#examination/sources";
import { MEDIUM_LIMITS } from "./ask-medium.node.ts";
import type { ExaminationSetup } from "./examination-setup.node.ts";
import { listedAlgorithms } from "./list-sets.ts";
import type { DigestedFile, DigestsTask, SizesTask } from "./medium-message.ts";
import type { HitRecord } from "./record.node.ts";
import type { WorkDesk } from "./work-desk.node.ts";

const SIZES_AT_ONCE = 20_000;
/** Hit files whose digests go into the annex. */
const ANNEX_MOST = 10_000;
/** A medium may be read once for its digests, at the pace of a slow disk. */
const SLOW_BYTES_PER_MS = 20_000;

/** What comparing files whole needs. */
interface WholeFilesWishes {
  look: SourceLook;
  elevate: string[] | null;
  desk: WorkDesk;
  hits: HitRecord;
  algorithms: DigestAlgorithm[];
  signal: AbortSignal;
  limits?: ChildLimits;
  fault?: PlantedFault;
  onDeath(death: Death, said: string): void;
}

/** How many files were compared. */
export interface WholeFilesSeen {
  compared: number;
  knownGood: number;
  /** Files that could not be read whole, and whether the rest of the medium is not known. */
  unread: number;
  cut: boolean;
  /** Digests of the files that were hit: for the sealed annex. */
  files: { place: string; sizeBytes: number; digests: DigestedFile["digests"] }[];
}

/** Files of an image's or device's file systems, compared whole where a list has digests; undefined: none has. */
export async function wholeFilesOf(
  { look, asked, evidence, filters, signal, mediumFault: fault, mediumLimits: limits }: ExaminationSetup,
  desk: WorkDesk,
  hits: HitRecord,
): Promise<WholeFilesSeen | undefined> {
  const headers = filters.flatMap(({ verified }) => verified.parts.map(({ header }) => header));
  const algorithms = listedAlgorithms(headers);
  if (algorithms.length === 0) return undefined;
  return compareWholeFiles({
    ...{ look, elevate: asked.elevate, desk, hits, algorithms, signal },
    ...(fault === undefined ? {} : { fault }),
    ...(limits === undefined ? {} : { limits }),
    onDeath: ({ why, step }, said) => evidence.append("reader", { why, tree: step.place, said }),
  });
}

/**
 * Compares the files of a medium's file systems with lists by their digests: each file of a listed size is read once, by a child that may
 * read the medium and nothing else. Never throws for what the medium does to it.
 */
async function compareWholeFiles(wishes: WholeFilesWishes): Promise<WholeFilesSeen> {
  const seen: WholeFilesSeen = { compared: 0, knownGood: 0, unread: 0, cut: false, files: [] };
  const { look, desk } = wishes;
  if (look.spec.kind === "folder" || desk.stopped) return seen;
  const name = toHex(look.name);
  const all = new Set<number>();
  const asked = await askFiles(wishes, { verb: "sizes", name }, (message) => {
    for (const size of message.sizes ?? []) all.add(size);
  });
  if (!asked) return { ...seen, cut: true };
  const sizes = await listedSizes(desk, [...all]);
  if (sizes.length === 0) return seen;
  const waiting: Promise<void>[] = [];
  const whole = await askFiles(wishes, { verb: "digests", name, sizes, algorithms: wishes.algorithms }, (message) => {
    seen.unread += message.unread ?? 0;
    const files = message.files ?? [];
    const before = waiting.at(-1) ?? Promise.resolve();
    if (files.length > 0) waiting.push(before.then(() => compare(wishes, files, seen)));
  });
  await waiting.at(-1);
  return { ...seen, cut: !whole || desk.stopped };
}

/** What the child says of files; the last of them is its answer. */
interface FilesMessage {
  kind: string;
  sizes?: number[];
  files?: DigestedFile[];
  unread?: number;
  position?: { tree: number; entries: number };
}

/** @returns whether it came to the end. */
async function askFiles(
  { look, elevate, signal, limits, fault, onDeath }: WholeFilesWishes,
  task: SizesTask | DigestsTask,
  take: (message: FilesMessage) => void,
): Promise<boolean> {
  if (look.spec.kind === "folder") return true;
  const medium = evidenceOf(look.spec, { name: look.name, elevate });
  if (medium === null) return false;
  const { silentMs, objectMs, totalMs } = limits ?? MEDIUM_LIMITS;
  const onceMs = look.sizeBytes / SLOW_BYTES_PER_MS;
  try {
    const { how } = await runReader({
      entry: "src/examination/triage/medium.child.node.ts",
      ...{ medium, signal, goesOn: true, task: () => task, onDeath },
      limits: { silentMs, objectMs: objectMs + onceMs, totalMs: totalMs + 2 * onceMs },
      ...(fault === undefined ? {} : { fault }),
      onMessage: (message) => {
        const files = message as FilesMessage;
        take(files);
        return files.position ?? null;
      },
    });
    return how === "done";
  } finally {
    medium.close();
  }
}

async function listedSizes(desk: WorkDesk, all: number[]): Promise<number[]> {
  const listed: number[] = [];
  const tasks = Array.from({ length: Math.ceil(all.length / SIZES_AT_ONCE) }, (_, i) => ({
    ...({ kind: "sizes", offsetBytes: 0, lengthBytes: 0, phases: 1 } as const),
    sizes: all.slice(i * SIZES_AT_ONCE, (i + 1) * SIZES_AT_ONCE),
  }));
  await desk.run(tasks, ({ sizes }, { listedSizes: indexes = [] }) => {
    for (const index of indexes) listed.push(sizes[index] ?? 0);
  });
  return listed;
}

async function compare({ desk, hits }: WholeFilesWishes, files: DigestedFile[], seen: WholeFilesSeen): Promise<void> {
  if (desk.stopped) return;
  const asked = files.map(({ sizeBytes, digests }) => ({ sizeBytes, digests }));
  const task = { kind: "digests", offsetBytes: 0, lengthBytes: 0, phases: 1, files: asked } as const;
  await desk.run([task], (_, { listedFiles = [] }) => {
    seen.compared += files.length;
    for (const [index, listed, good] of listedFiles) {
      if (good === 1) seen.knownGood++;
      const file = files[index];
      if (file === undefined || listed.length === 0) continue;
      const { digests, ...placed } = file;
      hits.takePlaced({ ...placed, listed });
      if (seen.files.length < ANNEX_MOST) seen.files.push({ place: file.place, sizeBytes: file.sizeBytes, digests });
    }
  });
}
