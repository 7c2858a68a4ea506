import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { referenceBuild, type ShardPlanes } from "./fuse-build.ts";
import { type BuiltShard, openShardBuilder } from "./fuse-builder.node.ts";
import { distinctFingerprints } from "./fuse-distinct.ts";
import { fuseExports, openLookup } from "./fuse-kernel.node.ts";
import { laidOut, setBytes, writeDescriptors } from "./fuse-layout.ts";
import { type Lookup, lookupBytes, referenceLookup } from "./fuse-lookup.ts";
import { placeOf } from "./fuse-place.ts";
import { largestSet, MAX_SCAN_BYTES, scanBytesFor, shapeFor, shardCountFor } from "./fuse-shape.ts";

const SET_AT = 65536;

function randomKeys(seed: string, count: number): BigUint64Array {
  const random = seededRandom(seed);
  const keys = new BigUint64Array(count);
  const halves = new Uint32Array(keys.buffer);
  for (let i = 0; i < halves.length; i++) halves[i] = random.bits32();
  return distinctFingerprints(keys);
}

function seedOf(attempt: number): bigint {
  return BigInt.asUintN(64, 0x9e3779b97f4a7c15n * BigInt(attempt + 1));
}

/** A memory with the set of these shards at SET_AT, room for a batch of 4,096 behind it. */
function setInMemory(shards: BuiltShard[]): { memory: WebAssembly.Memory; batchAt: number; hitsAt: number } {
  const laid = laidOut(shards.map(({ seed, shape }) => ({ seed, ...shape })));
  const batchAt = SET_AT + setBytes(laid);
  const bytes = batchAt + 4096 * 8 + lookupBytes(4096);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536), maximum: 65536, shared: true });
  writeDescriptors(memory.buffer, SET_AT, laid);
  for (const [i, shard] of shards.entries()) {
    new Uint32Array(memory.buffer, SET_AT + (laid[i]?.cellsAt ?? 0), shard.shape.cells).set(shard.scan);
  }
  return { memory, batchAt, hitsAt: batchAt + 4096 * 8 };
}

function hitsOf(
  lookup: Lookup,
  { memory, batchAt, hitsAt }: ReturnType<typeof setInMemory>,
  batch: bigint[],
): number[] {
  new BigUint64Array(memory.buffer, batchAt, batch.length).set(batch);
  const hits = lookup.lookup(batchAt, batch.length, SET_AT, hitsAt);
  return [...new Uint32Array(memory.buffer, hitsAt, hits)];
}

function copied(shard: BuiltShard): BuiltShard {
  return { ...shard, scan: shard.scan.slice(), check: shard.check.slice() };
}

async function built(keys: BigUint64Array): Promise<BuiltShard> {
  return copied(await openShardBuilder().build({ count: keys.length, pieces: [keys], seedOf }));
}

function assertMembers(keys: BigUint64Array, shard: Pick<BuiltShard, "seed" | "shape"> & ShardPlanes): void {
  for (const key of keys) {
    const { positions, scan, check } = placeOf(key, { seed: shard.seed, ...shard.shape });
    const [a, b, c] = positions;
    assert.equal(((shard.scan[a] ?? 0) ^ (shard.scan[b] ?? 0) ^ (shard.scan[c] ?? 0)) >>> 0, scan);
    assert.equal((shard.check[a] ?? 0) ^ (shard.check[b] ?? 0) ^ (shard.check[c] ?? 0), check);
  }
}

test("the kernel is built, so that these tests speak of it", () => {
  assert.notEqual(fuseExports(new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })), undefined);
});

const STRUCTURED: Record<string, (i: bigint) => bigint> = {
  "i << 32": (i) => i << 32n,
  "small integers": (i) => i,
  "i << 48 beside i": (i) => (i << 48n) | (i & 0xffn),
  "top bit set": (i) => (1n << 63n) | i,
};
for (const [name, make] of Object.entries(STRUCTURED)) {
  test(`build() finds every key of ${name}`, async () => {
    const keys = distinctFingerprints(
      BigUint64Array.from({ length: 20_000 }, (_, i) => BigInt.asUintN(64, make(BigInt(i)))),
    );
    assertMembers(keys, await built(keys));
  });
}

for (const count of [0, 1, 2, 3, 4, 5, 10, 33, 100, 1000, 65_537]) {
  test(`build() and lookup() of ${count} keys, by kernel and by twin`, async () => {
    const keys = randomKeys(`keys ${count}`, count);
    const shard = await built(keys);
    assertMembers(keys, shard);
    const set = setInMemory([shard]);
    const batch = [...keys.subarray(0, 2000), ...randomKeys("strangers", 2000)];
    const want = keys.subarray(0, 2000).length;
    const hits = hitsOf(openLookup(set.memory), set, batch);
    assert.deepEqual(hits, hitsOf(referenceLookup(set.memory), set, batch));
    assert.deepEqual(
      hits,
      Array.from({ length: want }, (_, i) => i),
    );
  });
}

for (const count of [0, 1, 2, 3, 10, 1000]) {
  test(`referenceBuild() of ${count} keys finds every one`, () => {
    const keys = randomKeys(`twin ${count}`, count);
    const shape = shapeFor(count);
    for (let attempt = 0; ; attempt++) {
      const planes = referenceBuild(keys, seedOf(attempt), shape);
      if (planes === undefined && attempt < 64) continue;
      assert.ok(planes);
      assertMembers(keys, { seed: seedOf(attempt), shape, ...planes });
      return;
    }
  });
}

test("build() succeeds for 500 sets of each tiny size", async () => {
  const builder = openShardBuilder();
  for (let count = 1; count <= 12; count++) {
    for (let round = 0; round < 500; round++) {
      const keys = randomKeys(`tiny ${count} ${round}`, count);
      const shard = await builder.build({ count, pieces: [keys], seedOf });
      if (round < 20) assertMembers(keys, shard);
    }
  }
});

test("build() refuses fingerprints that do not ascend in unsigned order", async () => {
  const builder = openShardBuilder();
  for (const keys of [
    [2n, 1n],
    [5n, 5n],
    [0x8000_0000_0000_0000n, 1n],
  ]) {
    const pieces = [BigUint64Array.from(keys)];
    await assert.rejects(builder.build({ count: 2, pieces, seedOf }), /must ascend/);
  }
  const pieces = [BigUint64Array.from([1n, 2n])];
  await assert.rejects(
    builder.build({ count: 3, pieces, seedOf }),
    /3 fingerprints were announced, current number is 2/,
  );
  await assert.rejects(
    builder.build({ count: 1, pieces, seedOf }),
    /1 fingerprints were announced, current number is 2/,
  );
});

test("distinctFingerprints() orders all 64 bits and drops only equal ones", () => {
  const given = BigUint64Array.from([3n << 62n, 1n, (1n << 53n) + 1n, 1n << 53n, 1n, 1n << 63n, (1n << 53n) + 1n, 0n]);
  const want = [0n, 1n, 1n << 53n, (1n << 53n) + 1n, 1n << 63n, 3n << 62n];
  assert.deepEqual([...distinctFingerprints(given)], want);
});

test("lookup() over several shards finds every key, whatever the batch's length", async () => {
  const keys = randomKeys("four shards", 40_000);
  const builder = openShardBuilder();
  const shards: BuiltShard[] = [];
  for (let shard = 0n; shard < 4n; shard++) {
    const own = keys.filter((key) => key >> 62n === shard);
    shards.push(
      copied(await builder.build({ count: own.length, pieces: [own.subarray(0, 7), own.subarray(7)], seedOf })),
    );
  }
  const set = setInMemory(shards);
  for (const length of [0, 1, 31, 159, 160, 161, 191, 192, 193, 1000, 4096]) {
    const batch = [...keys.subarray(5000, 5000 + length)].map((key, i) => (i % 3 === 0 ? key : key ^ 0x10_0001n));
    const hits = hitsOf(openLookup(set.memory), set, batch);
    assert.deepEqual(
      hits,
      [...batch.keys()].filter((i) => i % 3 === 0),
    );
    assert.deepEqual(hits, hitsOf(referenceLookup(set.memory), set, batch));
  }
});

test("lookup() reads a set that lies above 2 GiB", async () => {
  const keys = randomKeys("high", 1000);
  const shard = await built(keys);
  const laid = laidOut([{ seed: shard.seed, ...shard.shape }]);
  const [setAt, batchAt, hitsAt] = [2 ** 31 + 65536, 2 ** 31 + 2 ** 20, 2 ** 31 + 2 ** 21];
  // Untouched pages cost nothing.
  const memory = new WebAssembly.Memory({ initial: 2 ** 15 + 64, maximum: 65536, shared: true });
  writeDescriptors(memory.buffer, setAt, laid);
  new Uint32Array(memory.buffer, setAt + (laid[0]?.cellsAt ?? 0), shard.shape.cells).set(shard.scan);
  new BigUint64Array(memory.buffer, batchAt, 2000).set([...keys, ...randomKeys("strangers", 1000)]);
  for (const { lookup } of [openLookup(memory), referenceLookup(memory)]) {
    assert.equal(lookup(batchAt, 2000, setAt, hitsAt), 1000);
  }
});

test("lookup() leaves what stands around the hits untouched", async () => {
  const set = setInMemory([await built(randomKeys("around", 100))]);
  const bytes = new Uint8Array(set.memory.buffer);
  const before = bytes.slice();
  openLookup(set.memory).lookup(set.batchAt, 1024, SET_AT, set.hitsAt);
  bytes.fill(0, set.hitsAt, set.hitsAt + lookupBytes(1024));
  before.fill(0, set.hitsAt, set.hitsAt + lookupBytes(1024));
  assert.ok(Buffer.from(bytes).equals(before));
});

test("shapes keep to 36.1 bits a key and shards to 2^24 keys", () => {
  for (const keys of [1_000_000, 10_000_000, 100_000_000, largestSet()]) {
    assert.ok((scanBytesFor(keys) * 8) / keys < 36.4, `${keys}`);
    assert.ok(keys / shardCountFor(keys) <= 2 ** 24);
  }
  assert.equal(shardCountFor(100_000_000), 8);
  assert.ok(scanBytesFor(largestSet()) <= MAX_SCAN_BYTES);
  assert.ok(scanBytesFor(largestSet() + 1_000_000) > MAX_SCAN_BYTES);
});
