import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { type ExfatFound, holdsSets, walkExfat } from "./exfat-directory.ts";
import { findExfatOrphans } from "./exfat-orphans.ts";
import { chainOf, clustersFor, type ExfatKnown, goneFrom, rangesOf } from "./exfat-present.ts";
import type { ExfatReader } from "./exfat-reader.ts";
import { clusterAt } from "./fat-geometry.ts";
import type { ClusterRun } from "./fat-table.ts";
import type { ByteRange } from "./file-entry.ts";
import type { LostFile, Recovered, RecoveredRun } from "./recovery-claim.ts";
import { recoverByFormat } from "./recovery-format.ts";
import type { TreeNode } from "./tree-walk.ts";

/** What is known of a volume's deleted sets before they are given. Keys are the bytes at which sets stand. */
export interface ExfatGone {
  directories: Map<number, ByteRange[]>;
  orphans: TreeNode[];
  recovered: Map<number, Recovered>;
}

/** A deleted file whose set (and the table) still say which clusters it had. */
interface ToldFile extends LostFile {
  runs: ClusterRun[];
}

const MOST_FILES = 500_000;
const MOST_DIRECTORIES = 500_000;

interface Gathering {
  gone: ExfatGone;
  /** Clusters of deleted directories that were entered. */
  entered: ClusterSet;
  told: ToldFile[];
  lost: LostFile[];
}

/** Walks what is deleted (and, if wished, what has no name), and decides which clusters were whose. */
export function lookForGone(reader: ExfatReader, known: ExfatKnown, wishes: { orphans: boolean }): ExfatGone {
  const gone: ExfatGone = { directories: new Map(), orphans: [], recovered: new Map() };
  const all: Gathering = { gone, entered: clusterSet(), told: [], lost: [] };
  gather(reader, { known, all }, null);
  if (wishes.orphans) {
    const taken = (cluster: number) => known.owned.has(cluster) || all.entered.has(cluster);
    gone.orphans = findExfatOrphans(reader, taken);
    gather(reader, { known, all }, gone.orphans);
  }
  const claimed = clusterSet();
  for (const [id, recovered] of toldFiles(all, known, claimed)) gone.recovered.set(id, recovered);
  const free = (at: number) => !known.owned.has(at) && !all.entered.has(at) && !claimed.has(at);
  for (const [id, recovered] of recoverByFormat(all.lost, {
    ...{ read: reader.read, heapStart: clusterAt(reader.geometry, 2), clusterBytes: reader.geometry.clusterBytes },
    lastCluster: reader.lastHeld,
    isFree: (cluster) => free(cluster) && reader.isUsed?.(cluster) !== true,
    anchors: known.anchors,
  })) {
    gone.recovered.set(id, recovered);
  }
  return gone;
}

interface Ground {
  known: ExfatKnown;
  all: Gathering;
}

function gather(reader: ExfatReader, ground: Ground, orphans: TreeNode[] | null): void {
  const { roots, enter: enterPresent } = goneFrom(reader, ground.known);
  const enter = (found: ExfatFound): ByteRange[] | null =>
    found.state === "allocated" ? enterPresent(found) : enterGone(reader, ground, found);
  for (const found of walkExfat(reader, orphans ?? roots, enter)) {
    if (found.state !== "allocated" && !found.record.directory) gatherFile(reader, ground, found);
  }
}

/** A deleted directory is entered where its first cluster is nobody's and still holds sets whose checksums agree. */
function enterGone(reader: ExfatReader, { known, all }: Ground, { record }: ExfatFound): ByteRange[] | null {
  const { set, cluster, atByte } = record;
  const { geometry } = reader;
  if (cluster < 2 || cluster > geometry.lastCluster || all.gone.directories.size >= MOST_DIRECTORIES) return null;
  if (known.owned.has(cluster) || all.entered.has(cluster) || set.sizeBytes === 0) return null;
  if (!holdsSets(reader, reader.read(clusterAt(geometry, cluster), geometry.clusterBytes))) return null;
  const chain = chainOf(reader, set, clustersFor(reader, set.sizeBytes));
  const runs = chain.clusters > 0 ? chain.runs : followSets(reader, record, known.owned);
  const free: ClusterRun[] = [];
  for (const run of runs) {
    for (let at = run.cluster; at < run.cluster + run.count && !known.owned.has(at) && all.entered.add(at); at++) {
      const last = free.at(-1);
      if (last !== undefined && last.cluster + last.count === at) last.count++;
      else free.push({ cluster: at, count: 1 });
    }
  }
  const ranges = rangesOf(reader, free);
  all.gone.directories.set(atByte, ranges);
  return ranges;
}

/** Without a chain: the clusters that follow, as long as they hold sets, at most as many as the size needs. */
function followSets(reader: ExfatReader, record: ExfatFound["record"], owned: ClusterSet): ClusterRun[] {
  const { geometry, read } = reader;
  const needed = Math.min(clustersFor(reader, record.set.sizeBytes), geometry.lastCluster + 1 - record.cluster);
  let count = 1;
  for (; count < needed && !owned.has(record.cluster + count); count++) {
    if (!holdsSets(reader, read(clusterAt(geometry, record.cluster + count), geometry.clusterBytes))) break;
  }
  return [{ cluster: record.cluster, count }];
}

function gatherFile(reader: ExfatReader, { known, all }: Ground, { record }: ExfatFound): void {
  const { set, atByte } = record;
  const count = clustersFor(reader, set.sizeBytes);
  if (count === 0 || set.cluster < 2 || set.cluster + 1 > reader.geometry.lastCluster + 1) return;
  if (count > reader.geometry.lastCluster) {
    reader.note("size-beyond-volume", atByte, { size: set.sizeBytes });
    return;
  }
  if (all.told.length + all.lost.length >= MOST_FILES) {
    reader.note("too-many-entries", null, { limit: MOST_FILES });
    return;
  }
  const { createdMs, modifiedMs } = set.times;
  const file = { id: atByte, cluster: set.cluster, count, createdMs: createdMs ?? null, doneMs: modifiedMs ?? null };
  const chain = chainOf(reader, set, Math.min(count, known.stepsLeft));
  known.stepsLeft -= chain.clusters;
  if (set.contiguous) all.told.push({ ...file, runs: chain.runs });
  else if (chain.clusters > 0) all.told.push({ ...file, runs: ownPart(chain.runs, known.owned) });
  else all.lost.push({ ...file, name: record.name, sizeBytes: set.sizeBytes });
}

/** The table goes on with a later file's chain where one of the clusters was re-used: what follows tells nothing. */
function ownPart(runs: ClusterRun[], owned: ClusterSet): ClusterRun[] {
  const part: ClusterRun[] = [];
  for (const { cluster, count } of runs) {
    const end = owned.nextIn(cluster, cluster + count);
    if (end > cluster) part.push({ cluster, count: end - cluster });
    if (end < cluster + count) break;
  }
  return part;
}

/** Of files whose clusters are told the later one has the stronger claim; what another has is lost, never given. */
function toldFiles({ told, entered }: Gathering, { owned }: ExfatKnown, claimed: ClusterSet): [number, Recovered][] {
  const answers = new Map<number, Recovered>();
  const ofStart = new Map<string, Recovered>();
  const later = (file: ToldFile): number => Math.max(file.createdMs ?? 0, file.doneMs ?? 0);
  for (const file of [...told].sort((a, b) => later(b) - later(a) || a.id - b.id)) {
    // A file that was renamed or moved leaves its old set behind: both are the same file.
    const same = `${file.cluster} ${file.count} ${file.createdMs}`;
    const known = ofStart.get(same);
    const answer = known ?? claim(file, [owned, entered, claimed]);
    if (known === undefined) for (const run of file.runs) claimed.addRun(run.cluster, run.count);
    ofStart.set(same, answer);
    answers.set(file.id, answer);
  }
  return [...answers];
}

function claim(file: ToldFile, taken: ClusterSet[]): Recovered {
  const runs: RecoveredRun[] = [];
  let [kept, gone] = [0, 0];
  for (const run of file.runs) {
    const end = run.cluster + run.count;
    for (let cluster = run.cluster; cluster < end; ) {
      const lostTo = Math.max(...taken.map((set) => set.nextOut(cluster, end)));
      const keptTo = Math.min(...taken.map((set) => set.nextIn(cluster, end)));
      if (lostTo > cluster) {
        runs.push({ cluster, count: lostTo - cluster, lost: true });
        gone += lostTo - cluster;
      } else {
        runs.push({ cluster, count: keptTo - cluster });
        kept += keptTo - cluster;
      }
      cluster = Math.max(lostTo, keptTo);
    }
  }
  if (kept === 0) return { certainty: "name-only", runs: [] };
  return { certainty: gone === 0 && kept === file.count ? "proven" : "partly-overwritten", runs };
}
