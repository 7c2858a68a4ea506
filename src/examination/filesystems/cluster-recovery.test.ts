import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { recoverFiles } from "./cluster-recovery.ts";
import { FatSample, type SampleItem } from "./fat-sample.ts";
import { openFat } from "./fat-volume.ts";
import type { FileEntry } from "./file-entry.ts";
import type { Ground, LostFile } from "./recovery-claim.ts";
import { mainBytes, memoryVolume } from "./sample-entries.ts";

const FREE: Ground = { lastCluster: 100, isFree: () => true, anchors: [] };

/** A deleted file from its start and its number of clusters, with the times of making and of last writing. */
function lost(id: number, [cluster, count]: [number, number], when: [number, number] | null = null): LostFile {
  return { id, cluster, count, createdMs: when?.[0] ?? null, doneMs: when?.[1] ?? null };
}

/** "certainty first-last …", lost runs in brackets. */
function told(files: LostFile[], ground: Partial<Ground> = {}): Record<number, string> {
  const answers = recoverFiles(files, { ...FREE, ...ground });
  return Object.fromEntries(
    [...answers].map(([id, { certainty, runs }]) => {
      const text = runs.map(({ cluster, count, lost }) => {
        const run = count === 1 ? `${cluster}` : `${cluster}-${cluster + count - 1}`;
        return lost ? `(${run})` : run;
      });
      return [id, [certainty, ...text].join(" ")];
    }),
  );
}

const CASES: { name: string; files: LostFile[]; ground?: Partial<Ground>; want: Record<number, string> }[] = [
  { name: "a file alone is in one piece", files: [lost(1, [5, 3])], want: { 1: "contiguous-guess 5-7" } },
  {
    name: "a start that is taken now gives nothing",
    files: [lost(1, [5, 3])],
    ground: { isFree: (cluster) => cluster !== 5 },
    want: { 1: "name-only" },
  },
  {
    name: "one start belongs to who wrote there last",
    files: [lost(1, [5, 3], [1000, 1000]), lost(2, [5, 2], [5000, 5000])],
    want: { 1: "name-only", 2: "contiguous-guess 5-6" },
  },
  {
    name: "two entries of one file share its clusters",
    files: [lost(1, [5, 3], [1000, 1000]), lost(2, [5, 3], [1000, 9000])],
    want: { 1: "contiguous-guess 5-7", 2: "contiguous-guess 5-7" },
  },
  {
    name: "a file goes round what was there before it",
    files: [lost(1, [5, 4], [2000, 2000])],
    ground: { isFree: (cluster) => cluster !== 7, anchors: [{ cluster: 7, createdMs: 1000 }] },
    want: { 1: "best-fit 5-6 8-9" },
  },
  {
    name: "a file that was written over keeps the rest of its piece",
    files: [lost(1, [5, 4], [2000, 2000])],
    ground: { isFree: (cluster) => cluster !== 7, anchors: [{ cluster: 7, createdMs: 9000 }] },
    want: { 1: "partly-overwritten 5-6 (7) 8" },
  },
  {
    name: "a file goes round one that started while it was written",
    files: [lost(1, [5, 3], [1000, 9000]), lost(2, [6, 2], [2000, 2000])],
    want: { 1: "best-fit 5 8-9", 2: "contiguous-guess 6-7" },
  },
  {
    name: "of two that share, who stopped growing first goes first",
    files: [lost(1, [5, 2], [1000, 3000]), lost(2, [6, 3], [2000, 9000]), lost(3, [9, 1], [4000, 4000])],
    want: { 1: "best-fit 5 7", 2: "best-fit 6 8 10", 3: "contiguous-guess 9" },
  },
  {
    name: "without any times what follows is taken",
    files: [lost(1, [5, 3]), lost(2, [6, 1])],
    want: { 1: "best-fit 5 7-8", 2: "contiguous-guess 6" },
  },
  { name: "a start beyond the volume gives nothing", files: [lost(1, [101, 1])], want: { 1: "name-only" } },
  {
    name: "a file that goes beyond the volume is cut there",
    files: [lost(1, [99, 5])],
    want: { 1: "partly-overwritten 99-100" },
  },
];

for (const { name, files, ground, want } of CASES) {
  test(`recoverFiles(): ${name}`, () => assert.deepEqual(told(files, ground), want));
}

test("recoverFiles() ends with hostile claims", () => {
  const ground = { lastCluster: 2_000_000, isFree: (cluster: number) => cluster % 7 !== 0, anchors: [] };
  const files = Array.from({ length: 20_000 }, (_, i) => lost(i, [2 + i * 5, 1_000_000], [i, 20_000 - i]));
  assert.equal(recoverFiles(files, ground).size, files.length);
});

/** A history of writing, appending and deleting that a seed decides; what was deleted, with its bytes. */
function history(seed: string, options: { clusters: number; appends: boolean }) {
  const random = seededRandom(seed);
  const sample = new FatSample({ kind: "fat12", clusters: options.clusters });
  const live: { item: SampleItem; bytes: number[] }[] = [];
  const gone: { item: SampleItem; content: Uint8Array }[] = [];
  let ms = Date.UTC(2020, 1, 1);
  const noise = (most: number) => Array.from({ length: 1 + random.below(most) }, () => 1 + random.below(255));
  for (let step = 0; step < 60; step++) {
    ms += 1000 * (1 + random.below(30));
    const what = random.below(10);
    const bytes = noise(what < 5 ? 3000 : 2500);
    const fits = sample.free * 512 > bytes.length + 1024;
    const recent = live[live.length - 1 - random.below(4)];
    if ((what < 5 || live.length === 0) && fits) {
      const item = sample.addFile(sample.root, `F${step}.DAT`, { content: Uint8Array.from(bytes), ms });
      live.push({ item, bytes });
    } else if (what < 7 && options.appends && recent !== undefined && fits) {
      sample.append(recent.item, Uint8Array.from(bytes), ms);
      recent.bytes.push(...bytes);
    } else {
      const [one] = live.splice(random.below(live.length), 1);
      if (one === undefined) continue;
      sample.remove(one.item);
      gone.push({ item: one.item, content: Uint8Array.from(one.bytes) });
    }
  }
  return { sample, gone };
}

function isRight(entry: FileEntry | undefined, content: Uint8Array): boolean {
  if (entry === undefined || entry.certainty === "partly-overwritten") return false;
  return Buffer.from(content).equals(mainBytes(entry) ?? new Uint8Array(0));
}

/** What is right among files whose bytes are all still there, whole and in pieces; and clusters given that are another's. */
function score(seeds: number, options: { clusters: number; appends: boolean }) {
  const found = { whole: 0, wholeRight: 0, pieces: 0, piecesRight: 0, skipRight: 0, reused: 0 };
  for (let seed = 0; seed < seeds; seed++) {
    const { sample, gone } = history(`recovery ${seed}`, options);
    const image = sample.image();
    const entries = new Map([...(openFat(memoryVolume(image))?.entries() ?? [])].map((entry) => [entry.id, entry]));
    const at = (cluster: number) => image.subarray(sample.at(cluster), sample.at(cluster) + 512);
    for (const { item, content } of gone) {
      const entry = entries.get(item.atByte / 32);
      for (const { startByte, lengthBytes } of entry?.streams[0]?.extents ?? []) {
        for (let byte = 0; startByte !== null && byte < lengthBytes; byte += 512) {
          if (sample.table[(startByte + byte - sample.at(0)) / 512] !== 0) found.reused++;
        }
      }
      if (!Buffer.concat(item.clusters.map(at)).subarray(0, content.length).equals(content)) continue;
      const inPieces = item.clusters.some((cluster, i) => cluster !== (item.clusters[0] ?? 0) + i);
      const right = isRight(entry, content) ? 1 : 0;
      found[inPieces ? "pieces" : "whole"]++;
      found[inPieces ? "piecesRight" : "wholeRight"] += right;
      if (inPieces) found.skipRight += isRight({ ...skipping(sample, item, entry) }, content) ? 1 : 0;
    }
  }
  return found;
}

/** What a reader that only skips clusters in use would give. */
function skipping(sample: FatSample, item: SampleItem, entry: FileEntry | undefined): FileEntry {
  assert.ok(entry !== undefined);
  const clusters: number[] = [];
  for (let at = item.clusters[0] ?? 2; clusters.length < item.clusters.length && at < sample.table.length; at++) {
    if (sample.table[at] === 0) clusters.push(at);
  }
  const bytes = Buffer.concat(clusters.map((at) => sample.bytes.subarray(sample.at(at), sample.at(at) + 512)));
  const read = memoryVolume(bytes.subarray(0, item.sizeBytes));
  return { ...entry, certainty: "best-fit", streams: [{ name: null, sizeBytes: read.sizeBytes, read, extents: [] }] };
}

test("recoverFiles() of simulated histories: whole files right, pieces far more often than by skipping, never another's", () => {
  const found = score(60, { clusters: 400, appends: true });
  assert.ok(found.whole > 500 && found.pieces > 100, JSON.stringify(found));
  assert.ok(found.wholeRight >= found.whole * 0.99, JSON.stringify(found));
  assert.ok(found.piecesRight >= found.pieces * 0.5, JSON.stringify(found));
  assert.ok(found.piecesRight >= found.skipRight * 4, JSON.stringify(found));
  assert.equal(found.reused, 0);
});

test("recoverFiles() of simulated histories on a full volume: whole files right, never another's", () => {
  const found = score(60, { clusters: 120, appends: false });
  assert.ok(found.whole > 500, JSON.stringify(found));
  assert.ok(found.wholeRight >= found.whole * 0.98, JSON.stringify(found));
  assert.equal(found.reused, 0);
});
