import { type LikenessJudge, likenessJudge } from "#examination/likeness";
import { buildNearestIndex, fingerprintGiven, openFingerprints } from "#examination/likeness/node";
import { type ComparedFile, comparedFile } from "./compared-file.node.ts";
import type { KnownGood } from "./known-good.node.ts";
import type { KnownSet } from "./known-sets.node.ts";
import type { OpenMedia } from "./media-files.ts";
import { LIKENESS_WORK } from "./thresholds.ts";

/** Results are written down in pieces of so many, or after so long. */
const KEPT_AT_ONCE = 16;
const KEPT_MS = 2000;

/** Lists that are opened. */
interface LikenessLists {
  sets: readonly KnownSet[];
  /** Files that need not be looked into; null: no list says. */
  knownGood: KnownGood | null;
}

/** How files are compared. */
export interface DeskRequest {
  /** Opens the lists; asked once, when the first file is there. */
  lists(): Promise<LikenessLists>;
  /** What was compared before an interruption. */
  before: readonly ComparedFile[];
  /** Files that are decoded at once. */
  workers: number;
  keep(files: readonly ComparedFile[]): void;
}

/** Compares files one by one with the same lists, and keeps what came of each: files of the source and files within them alike. */
export interface LikenessDesk {
  /** In no order; those before an interruption among them. */
  readonly kept: readonly ComparedFile[];
  readonly workers: number;
  find(key: string): ComparedFile | undefined;
  /** What came of the same bytes elsewhere, by their SHA-256. */
  ofContent(sha256: string): ComparedFile | undefined;
  /** Whether bytes of this length were compared that may come once more. */
  hasSize(sizeBytes: number): boolean;
  lists(): Promise<LikenessLists>;
  /** @throws What the file's `read` throws; {Fault} pictures/child, filter/*. */
  compare(key: string, file: OpenMedia, signal: AbortSignal): Promise<ComparedFile>;
  /** Keeps a result, the first of each key, and tells it to `keep` soon, so that a sudden end costs little. */
  take(file: ComparedFile): void;
  flush(): void;
  close(): void;
}

type OpenLists = LikenessLists & { judge: LikenessJudge; fingerprints: ReturnType<typeof openFingerprints> };

/** Opens a desk. Foreign bytes are decoded in children that are shut in; nothing of a picture is kept but its fingerprint. */
export function likenessDesk({ lists, before, workers, keep }: DeskRequest): LikenessDesk {
  const book = keptFiles(before, keep);
  const bytes = LIKENESS_WORK.pictureMostBytes;
  let open: Promise<OpenLists> | undefined;
  const opened = (): NonNullable<typeof open> => {
    open ??= lists().then((own) => {
      const judge = likenessJudge(own.sets, buildNearestIndex);
      const robust = judge.asksParts && "query";
      return { ...own, judge, fingerprints: openFingerprints({ limits: { children: workers, bytes }, robust }) };
    });
    return open;
  };
  return {
    ...book,
    workers,
    lists: opened,
    async compare(key, file, signal) {
      const { knownGood, judge, fingerprints } = await opened();
      if ((await knownGood?.holds(file)) === true) return { key, is: "known-good" };
      const found = await fingerprintGiven(file, fingerprints, { most: bytes, signal });
      return comparedFile(judge, key, { file, found });
    },
    close() {
      book.flush();
      open?.then(
        ({ knownGood, fingerprints }) => {
          fingerprints.close();
          knownGood?.close();
        },
        () => undefined,
      );
    },
  };
}

type Book = Pick<LikenessDesk, "kept" | "find" | "ofContent" | "hasSize" | "take" | "flush">;

/** Collects what was compared and hands it on to be written down. */
function keptFiles(before: readonly ComparedFile[], keep: DeskRequest["keep"]): Book {
  const byKey = new Map<string, ComparedFile>();
  const byContent = new Map<string, ComparedFile>();
  const sizes = new Set<number>();
  const kept: ComparedFile[] = [];
  let [fresh, sinceMs]: [ComparedFile[], number] = [[], performance.now()];
  const enter = (file: ComparedFile): boolean => {
    const { key, sha256, sizeBytes, why } = file;
    if (byKey.has(key)) return false;
    byKey.set(key, file);
    kept.push(file);
    // What is too large for one way of reading it is not for another.
    if (sha256 === undefined || sizeBytes === undefined || why === "too-large" || byContent.has(sha256)) return true;
    byContent.set(sha256, file);
    sizes.add(sizeBytes);
    return true;
  };
  for (const file of before) enter(file);
  const flush = (): void => {
    if (fresh.length > 0) keep(fresh);
    [fresh, sinceMs] = [[], performance.now()];
  };
  return {
    ...{ kept, flush },
    find: (key) => byKey.get(key),
    ofContent: (sha256) => byContent.get(sha256),
    hasSize: (sizeBytes) => sizes.has(sizeBytes),
    take(file) {
      if (!enter(file)) return;
      fresh.push(file);
      if (fresh.length >= KEPT_AT_ONCE || performance.now() - sinceMs >= KEPT_MS) flush();
    },
  };
}
