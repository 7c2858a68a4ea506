import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, type SeededRandom, seededRandom } from "#base/values";
import { memorySource, ReadError } from "#examination/sources";
import vectors from "#vectors/wof/chunks.json" with { type: "json" };
import type { FileEntry } from "./file-entry.ts";
import { SAMPLE_MS, type SampleFile, type SampleVolume, sampleNtfs } from "./ntfs-sample.ts";
import { fileNameValue, indexEntry, journalRecord, logPages, structure } from "./ntfs-sample-parts.ts";
import { openNtfs } from "./ntfs-volume.ts";

const SEED = process.env["PHUM_FUZZ_SEED"] ?? "ntfs fuzz 1";
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const WITHIN_MS = process.env["PHUM_FUZZ_CASES"] === undefined ? 45_000 : Number.POSITIVE_INFINITY;
/** No object may take longer. */
const OBJECT_MS = 5000;

test("entries() and its streams end on mutated volumes", (t) => {
  const random = seededRandom(SEED);
  const original = sampleNtfs(volumeOf(random));
  const begun = performance.now();
  let cases = 0;
  for (; cases < CASES && performance.now() - begun < WITHIN_MS; cases++) {
    const at = performance.now();
    const changed = mutate(original, random);
    try {
      readAll(original);
    } catch (error) {
      assert.fail(`seed "${SEED}", case ${cases}: ${error instanceof Error ? error.stack : error}`);
    }
    assert.ok(performance.now() - at < OBJECT_MS, `seed "${SEED}", case ${cases}: took ${performance.now() - at} ms`);
    for (const [place, value] of changed) original[place] = value;
  }
  t.diagnostic(`seed "${SEED}", ${cases} cases in ${Math.round(performance.now() - begun)} ms`);
  assert.ok(cases >= Math.min(CASES, 500));
});

function volumeOf(random: SeededRandom): SampleVolume {
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
  const text = new TextEncoder().encode("a few words, and again a few words; ".repeat(2200));
  const parent = { record: 29, sequence: 1 };
  const slack = [50, 51, 52].map((record) =>
    indexEntry({ record, sequence: 2 }, fileNameValue({ parent, name: `former ${record}`, ms: SAMPLE_MS })),
  );
  const log = new Uint8Array(4032);
  log.set(indexEntry({ record: 55, sequence: 2 }, fileNameValue({ parent, name: "of the log", ms: SAMPLE_MS })), 512);
  const gone = journalRecord(2, { record: 56, name: "of the journal", reason: 0x200, ms: SAMPLE_MS });
  const packed = vectors.cases.filter((one) => one.name.startsWith("words,"));
  const overlaid = packed.map(({ packing, sizeBytes, packed: bytes }, i): SampleFile => {
    const body = Uint8Array.from(Buffer.from(bytes, "base64"));
    const reparse = structure(24, [
      [0, 4, 0x80000017],
      [4, 2, 16],
      [8, 4, 1],
      [12, 4, 2],
      [16, 4, 1],
      [20, 4, packing],
    ]);
    const sparse = { bytes: new Uint8Array(0), at: [null], sizeBytes };
    const streams = [sparse, { name: "WofCompressedData", bytes: body }];
    return { record: 40 + i, names: [`packed ${i}`], reparse, streams };
  });
  return {
    clusters: 256,
    files: [
      ...overlaid,
      { record: 2, names: ["$LogFile"], streams: [{ bytes: logPages(log) }] },
      { record: 24, names: ["$UsnJrnl"], parent: { record: 11, sequence: 11 }, streams: [{ name: "$J", bytes: gone }] },
      { record: 29, names: ["folder"], directory: true, slack: concatBytes(...slack) },
      { record: 30, names: ["a.txt", "b.txt"], parent, streams: [{ bytes: noise(90), as: "resident" }] },
      { record: 31, names: ["c.bin"], parent, streams: [{ bytes: noise(9000) }, { name: "side", bytes: noise(5000) }] },
      { record: 32, names: ["d.txt"], streams: [{ bytes: text, as: "compressed" }] },
      { record: 33, names: ["e.bin"], freed: true, streams: [{ bytes: noise(9000), at: [180, 182, 181] }] },
      { record: 34, names: ["f.bin"], freed: true, streams: [{ bytes: noise(9000), at: [182, 183, 184] }] },
      {
        record: 35,
        names: ["g.bin"],
        spread: [36, 37],
        streams: [{ bytes: noise(20_000), at: [200, 202, 204, 206, 208] }],
      },
      { record: 38, names: ["h"], freed: true, directory: true, parent },
      { record: 39, names: ["i.txt"], freed: true, parent: { record: 38, sequence: 1 } },
    ],
  };
}

/** Changes a few bytes where structures stand; gives what was there. */
function mutate(image: Uint8Array, random: SeededRandom): [number, number][] {
  const changed: [number, number][] = [];
  const put = (at: number, value: number): void => {
    changed.unshift([at, image[at] ?? 0]);
    image[at] = value;
  };
  for (let i = 1 + random.below(6); i > 0; i--) {
    const kind = random.below(10);
    const at =
      kind < 7 ? 4 * 4096 + random.below(56 * 1024) : kind < 8 ? random.below(512) : random.below(image.length);
    const interesting = [0, 1, 0x7f, 0x80, 0xff, random.below(256)];
    const length = random.below(4) === 0 ? 1 + random.below(8) : 1;
    for (let k = 0; k < length && at + k < image.length; k++) put(at + k, interesting[random.below(6)] ?? 0);
  }
  return changed;
}

function readAll(image: Uint8Array): void {
  const fileSystem = openNtfs(memorySource(image));
  if (fileSystem === null) return;
  let entries = 0;
  for (const entry of fileSystem.entries()) {
    readEntry(entry, image.length);
    assert.ok(++entries < 5000);
  }
  let last = 0;
  for (const { startByte, lengthBytes } of fileSystem.unallocated()) {
    assert.ok(startByte >= last && lengthBytes > 0 && startByte + lengthBytes <= image.length);
    last = startByte + lengthBytes;
  }
  assert.ok(fileSystem.problems.length <= 200);
}

function readEntry(entry: FileEntry, volumeBytes: number): void {
  assert.ok(entry.path.length > 0 && Number.isSafeInteger(entry.id));
  const view = new Uint8Array(20_000);
  for (const stream of entry.streams) {
    assert.ok(Number.isSafeInteger(stream.sizeBytes) && stream.sizeBytes >= 0);
    for (const extent of stream.extents) assert.ok(extent.lengthBytes > 0 && (extent.startByte ?? 0) >= 0);
    for (const range of stream.slack ?? []) assert.ok(range.lengthBytes > 0 && range.startByte >= 0);
    for (const at of [0, 70_000, Math.max(0, Math.min(stream.read.sizeBytes, volumeBytes) - 10)]) {
      try {
        const length = stream.read.readSync(view, at);
        assert.ok(length <= view.length && length <= Math.max(0, stream.read.sizeBytes - at));
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        assert.ok(error.goodBytes >= 0 && error.goodBytes <= view.length);
      }
    }
  }
}
