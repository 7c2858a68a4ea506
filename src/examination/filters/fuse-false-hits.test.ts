import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { sampleFingerprints } from "./filter-sample.node.ts";
import { openShardBuilder } from "./fuse-builder.node.ts";
import { falseHitsPerTib } from "./fuse-false-hits.ts";
import { openLookup } from "./fuse-kernel.node.ts";
import { laidOut, setBytes, writeDescriptors } from "./fuse-layout.ts";
import { placeOf } from "./fuse-place.ts";

const SET_AT = 65536;
const BATCH = 4096;
const keys = sampleFingerprints("false hits", 200_000);
const shard = await openShardBuilder().build({
  count: keys.length,
  pieces: [keys],
  seedOf: (attempt) => BigInt(attempt),
});
const laid = laidOut([{ seed: shard.seed, ...shard.shape }]);
const random = seededRandom("false hits: strangers");

/** Whether a count of rare, independent events is within five standard deviations of what theory expects. */
function assertNear(count: number, expected: number): void {
  assert.ok(Math.abs(count - expected) < 5 * Math.sqrt(expected), `${count} hits, ${expected} expected`);
}

for (const [bits, log2Lookups] of [
  [8, 18],
  [16, 25],
] as const) {
  test(`lookup() with ${bits} check bits: random hits as theory says, 2^${log2Lookups} lookups`, () => {
    const batchAt = SET_AT + setBytes(laid);
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    writeDescriptors(memory.buffer, SET_AT, laid);
    new Uint32Array(memory.buffer, SET_AT + (laid[0]?.cellsAt ?? 0), shard.shape.cells).set(shard.scan);
    new DataView(memory.buffer).setUint32(SET_AT + 8, 2 ** bits - 1, true);
    const halves = new Uint32Array(memory.buffer, batchAt, 2 * BATCH);
    const { lookup } = openLookup(memory);
    let hits = 0;
    for (let done = 0; done < 2 ** log2Lookups; done += BATCH) {
      for (let i = 0; i < halves.length; i++) halves[i] = random.bits32();
      hits += lookup(batchAt, BATCH, SET_AT, batchAt + 8 * BATCH);
    }
    assertNear(hits, 2 ** (log2Lookups - bits));
  });
}

test("the two planes err independently: 4 bits of each, 2^17 lookups", () => {
  const { scan, check } = { scan: shard.scan.slice(), check: shard.check.slice() };
  let hits = 0;
  for (let i = 0; i < 2 ** 17; i++) {
    const stranger = (BigInt(random.bits32()) << 32n) | BigInt(random.bits32());
    const place = placeOf(stranger, { seed: shard.seed, ...shard.shape });
    const [a, b, c] = place.positions;
    const scanned = (scan[a] ?? 0) ^ (scan[b] ?? 0) ^ (scan[c] ?? 0) ^ place.scan;
    const checked = (check[a] ?? 0) ^ (check[b] ?? 0) ^ (check[c] ?? 0) ^ place.check;
    if (((scanned | checked) & 15) === 0) hits++;
  }
  assertNear(hits, 2 ** (17 - 8));
});

test("falseHitsPerTib() of 100 M keys at eight phases is at most 0.02", () => {
  const { aligned, allPhases } = falseHitsPerTib(100_000_000);
  assert.ok(allPhases > 0.0116 && allPhases < 0.0117, `${allPhases}`);
  assert.equal(aligned * 8, allPhases);
});
