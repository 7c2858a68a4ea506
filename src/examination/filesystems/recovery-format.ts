// Deleted files held against their own formats: what the rule of cluster-recovery.ts gives them is confirmed, and where it
// is not, other pieces are tried: the file's beginning up to where its format breaks, and behind it the free clusters from
// another place on. A confirmed file's clusters are its own, and the rest are decided anew without them.
import { recoverFiles } from "./cluster-recovery.ts";
import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { appendCluster, type ClusterRun } from "./fat-table.ts";
import type { FormatAnswer, FormatCheck } from "./format-answer.ts";
import { formatCheckOf } from "./format-check.ts";
import type { Ground, LostFile, Recovered } from "./recovery-claim.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** Larger files are not held against their format. */
const FILE_LIMIT_BYTES = 32 * 1024 * 1024;
/** Bytes that may be looked at in one listing: to confirm what is given, and to look for other pieces. */
const CONFIRM_BYTES = 256 * 1024 * 1024;
const SEARCH_BYTES = 128 * 1024 * 1024;
const SEARCH_OF_ONE_BYTES = 32 * 1024 * 1024;
const PIECES_MOST = 8;
/** Places that are tried behind each break, and clusters before a break at which it may really be. */
const PLACES_MOST = 384;
const BACK_MOST = 12;

/** Where clusters stand, and what may still be looked at. */
export interface FormatGround extends Ground {
  read: VolumeReader;
  heapStart: number;
  clusterBytes: number;
}

interface Budget {
  bytes: number;
}

/** As recoverFiles(), with formats. */
export function recoverByFormat(files: LostFile[], ground: FormatGround): Map<number, Recovered> {
  const settled = clusterSet();
  const own: FormatGround = {
    ...ground,
    anchors: [...ground.anchors],
    isFree: (cluster) => ground.isFree(cluster) && !settled.has(cluster),
  };
  const sure = new Map<number, Recovered>();
  const budget = { bytes: CONFIRM_BYTES };
  let answers = recoverFiles(files, own);
  for (let round = 0; round < 2; round++) {
    const found = confirm(files, answers, { own, sure, budget });
    if (found.length === 0) break;
    settle(found, { own, settled, sure });
    answers = recoverFiles(rest(files, sure), own);
  }
  const twins = new Map<string, Recovered>();
  let left = SEARCH_BYTES;
  for (const file of rest(files, sure)) {
    // A file that was renamed leaves its old entry behind: both are the same file.
    const key = `${file.cluster} ${file.count} ${file.createdMs}`;
    const searching = { bytes: Math.min(left, SEARCH_OF_ONE_BYTES) };
    const before = searching.bytes;
    const found = twins.has(key) ? null : search(file, own, searching);
    left -= before - searching.bytes;
    const answer = found === null ? twins.get(key) : recovered(found);
    if (answer === undefined) continue;
    twins.set(key, answer);
    settle([{ file, answer }], { own, settled, sure });
  }
  if (twins.size > 0) answers = recoverFiles(rest(files, sure), own);
  return new Map([...answers, ...sure]);
}

function rest(files: LostFile[], sure: Map<number, Recovered>): LostFile[] {
  return files.filter(({ id }) => !sure.has(id));
}

interface Found {
  file: LostFile;
  answer: Recovered;
}

/** The files whose given clusters are theirs. */
function confirm(
  files: LostFile[],
  answers: Map<number, Recovered>,
  { own, sure, budget }: { own: FormatGround; sure: Map<number, Recovered>; budget: Budget },
): Found[] {
  const found: Found[] = [];
  for (const file of rest(files, sure)) {
    const answer = answers.get(file.id);
    const check = checkOf(file);
    if (answer === undefined || check === null || answer.runs.some(({ lost }) => lost)) continue;
    const clusters = answer.runs.flatMap(({ cluster, count }) => Array.from({ length: count }, (_, i) => cluster + i));
    if (clusters.length !== file.count) continue;
    const said = look(file, clusters, { own, check, budget });
    if (said?.whole) found.push({ file, answer: said.onlyLikely ? answer : { ...answer, confirmed: true } });
  }
  return found;
}

function settle(
  found: Found[],
  { own, settled, sure }: { own: FormatGround; settled: ClusterSet; sure: Map<number, Recovered> },
): void {
  for (const { file, answer } of found) {
    sure.set(file.id, answer);
    for (const { cluster, count } of answer.runs) {
      settled.addRun(cluster, count);
      if (file.createdMs !== null) own.anchors.push({ cluster, createdMs: file.createdMs });
    }
  }
}

function checkOf({ name, sizeBytes = 0 }: LostFile): FormatCheck | null {
  return name === undefined || sizeBytes === 0 || sizeBytes > FILE_LIMIT_BYTES ? null : formatCheckOf(name);
}

/** What a file's format says of some clusters; null where nothing can be said, or enough was looked at. */
function look(
  { sizeBytes = 0 }: LostFile,
  clusters: readonly number[],
  { own, check, budget }: { own: FormatGround; check: FormatCheck; budget: Budget },
): FormatAnswer | null {
  if (budget.bytes <= 0) return null;
  const { heapStart, clusterBytes } = own;
  const bytes = new Uint8Array(sizeBytes);
  const runs: ClusterRun[] = [];
  for (const cluster of clusters) appendCluster(runs, cluster);
  let at = 0;
  for (const { cluster, count } of runs) {
    const length = Math.min(sizeBytes - at, count * clusterBytes);
    const part = own.read(heapStart + (cluster - 2) * clusterBytes, length);
    bytes.set(part, at);
    if (part.length < length) return null;
    at += length;
  }
  const answer = check(bytes);
  // Reading is quick, decoding is not.
  budget.bytes -= Math.ceil(sizeBytes / 8) + (answer?.brokenAt ?? sizeBytes);
  return answer;
}

/** Other pieces of a file, its format deciding; null where none are found. */
function search(file: LostFile, own: FormatGround, budget: Budget): Tried | null {
  const check = checkOf(file);
  if (check === null || file.count < 2 || !own.isFree(file.cluster)) return null;
  const asked = { own, check, budget };
  let best: number[] | null = ascending([file.cluster], file.cluster + 1, { own, count: file.count });
  let answer = best === null ? null : look(file, best, asked);
  for (let pieces = 0; best !== null && answer !== null && pieces < PIECES_MOST; pieces++) {
    if (answer.whole) return { clusters: best, answer };
    if (answer.goodBytes === 0 && answer.brokenAt === 0) return null;
    const better = nextPiece(file, { clusters: best, answer }, asked);
    if (better === null) return null;
    [best, answer] = [better.clusters, better.answer];
  }
  return best !== null && answer?.whole === true ? { clusters: best, answer } : null;
}

interface Tried {
  clusters: number[];
  answer: FormatAnswer;
}

/** The piece behind a break that brings the format's own end, or carries it farthest. */
function nextPiece(
  file: LostFile,
  { clusters, answer }: Tried,
  asked: { own: FormatGround; check: FormatCheck; budget: Budget },
): Tried | null {
  const { own } = asked;
  const last = Math.min(clusters.length - 1, Math.ceil(answer.brokenAt / own.clusterBytes));
  const first = Math.max(1, Math.floor(answer.goodBytes / own.clusterBytes), last - BACK_MOST);
  let best: Tried | null = null;
  for (const place of placesFrom(clusters[first - 1] ?? file.cluster, own)) {
    for (let kept = last; kept >= first; kept--) {
      if (clusters[kept] === place || clusters.slice(0, kept).includes(place)) continue;
      const tried = ascending(clusters.slice(0, kept), place, { own, count: file.count });
      const found = tried === null ? null : look(file, tried, asked);
      if (asked.budget.bytes <= 0) return null;
      if (tried === null || found === null) continue;
      if (found.whole) return { clusters: tried, answer: found };
      const isFarther = found.brokenAt > (best?.answer.brokenAt ?? answer.brokenAt);
      if (isFarther) best = { clusters: tried, answer: found };
    }
  }
  return best;
}

/** Free clusters where a piece may begin: the first behind used ones first, then all, onward from a place and from the start. */
function placesFrom(from: number, { isFree, lastCluster }: Ground): number[] {
  const likely: number[] = [];
  const other: number[] = [];
  const look = (first: number, end: number): void => {
    for (let at = first; at < end && likely.length < PLACES_MOST && other.length < PLACES_MOST; at++) {
      if (isFree(at)) (isFree(at - 1) ? other : likely).push(at);
    }
  };
  look(from + 1, lastCluster + 1);
  look(2, from);
  return [...likely, ...other].slice(0, PLACES_MOST);
}

/** Some clusters, and behind them the free ones from a place on; null where there are not enough. */
function ascending(
  kept: readonly number[],
  from: number,
  { own, count }: { own: Ground; count: number },
): number[] | null {
  const clusters = [...kept];
  const known = new Set(kept);
  for (let at = from; clusters.length < count && at <= own.lastCluster; at++) {
    if (own.isFree(at) && !known.has(at)) clusters.push(at);
  }
  return clusters.length < count ? null : clusters;
}

function recovered({ clusters, answer }: Tried): Recovered {
  const runs: ClusterRun[] = [];
  for (const cluster of clusters) appendCluster(runs, cluster);
  const certainty = runs.length === 1 ? "contiguous-guess" : "best-fit";
  return answer.onlyLikely ? { certainty, runs } : { certainty, runs, confirmed: true };
}
