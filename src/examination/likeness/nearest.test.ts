import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectHome } from "#base/machine/node";
import { concatBytes, fromHex, type SeededRandom, seededRandom, toHex } from "#base/values";
import { distanceBits } from "./distance-bits.ts";
import { buildNearestIndex, readIndexedSet } from "./nearest-index.node.ts";
import { hasNearestKernel, SHARD_MOST } from "./nearest-shard.node.ts";
import { bitOrder, rearranged, slotRadii, slotsFor, slotsOf } from "./nearest-slots.ts";
import { readSnapshot, snapshotPieces } from "./nearest-snapshot.node.ts";
import { nearestTwin } from "./nearest-twin.ts";
import { laySet, readSet } from "./set-layout.ts";
import { snapshotSum } from "./snapshot-sum.ts";

const unbuilt = hasNearestKernel() ? false : "the kernel is not built: npm run prepare";
const folder = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "pictures/index");
const skip = existsSync(folder) ? false : "no test data: pictures/index";

/** A hash with so many bits changed. */
function near(hash: Uint8Array, bits: number, random: SeededRandom): Uint8Array {
  const copy = hash.slice();
  const changed = new Set<number>();
  while (changed.size < bits) changed.add(random.below(256));
  for (const bit of changed) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

function hashes(count: number, random: SeededRandom): Uint8Array {
  return Uint8Array.from({ length: 32 * count }, () => random.below(256));
}

/** Half of them at random, half in clusters of near duplicates. */
function clustered(count: number, random: SeededRandom): Uint8Array {
  const all = hashes(count, random);
  for (let i = count >> 1; i < count; i++) {
    const centre = i - (i % 50);
    if (i !== centre) all.set(near(all.subarray(32 * centre, 32 * centre + 32), random.below(40), random), 32 * i);
  }
  return all;
}

for (const count of [0, 1, 100, 6000, 20_000]) {
  test(`buildNearestIndex() of ${count} finds what looking at all finds`, { skip: unbuilt }, () => {
    const random = seededRandom(`nearest ${count}`);
    const all = clustered(count, random);
    const [index, twin] = [buildNearestIndex(all), nearestTwin(all)];
    assert.equal(index.count, count);
    let found = 0;
    const queries: Uint8Array[] = [];
    for (let i = 0; i < 60; i++) {
      const entry = count === 0 ? 0 : random.below(count);
      const base = i % 5 === 0 || count === 0 ? hashes(1, random) : all.subarray(32 * entry, 32 * entry + 32);
      const query = near(base, random.below(32), random);
      for (const distance of [31, random.below(36)]) {
        const expected = twin.search(query, distance);
        assert.deepEqual(index.search(query, distance), expected, `distance ${distance}`);
        assert.deepEqual(index.scan(query, distance), [expected]);
        found += expected.total;
      }
      queries.push(query);
      if (count > 0) assert.deepEqual(index.hashAt(entry), all.slice(32 * entry, 32 * entry + 32));
    }
    for (const some of [queries, queries.slice(0, 7)])
      assert.deepEqual(index.scan(concatBytes(...some), 31), twin.scan(concatBytes(...some), 31));
    assert.ok(count === 0 || found > 0);
  });
}

test("buildNearestIndex() finds every one of many that are equal, and tells how many", { skip: unbuilt }, () => {
  const random = seededRandom("equal");
  const one = hashes(1, random);
  const all = concatBytes(...Array.from({ length: 9000 }, (_, i) => (i % 3 === 0 ? one : hashes(1, random))));
  const { near: told, total } = buildNearestIndex(all).search(one, 31, 10);
  assert.deepEqual([total, told.length, told[0]], [3000, 10, { entry: 0, distanceBits: 0 }]);
});

test("buildNearestIndex() gives the reference's matches for its needles", { skip: skip || unbuilt }, () => {
  const lines = (name: string): string[] => readFileSync(join(folder, name), "utf8").trim().split("\n");
  const all = concatBytes(...lines("haystack.txt").map(fromHex));
  // Beside others, so that the slots are used.
  const index = buildNearestIndex(concatBytes(all, hashes(10_000, seededRandom("hay"))));
  const expected = lines("expected_mih_d31.txt");
  let needle = "";
  const wanted = new Map<string, string[]>();
  for (const line of expected) {
    const [name, value = ""] = line.split("=", 2);
    if (name === "needle") {
      needle = value;
      wanted.set(needle, []);
    } else if (name === "d") wanted.get(needle)?.push(line);
  }
  let matches = 0;
  for (const [hash, matched] of wanted) {
    const found = index
      .search(fromHex(hash), 31)
      .near.map(({ entry, distanceBits: bits }) => `d=${bits},match=${toHex(index.hashAt(entry))}`);
    const told = matched.map((line) => line.replace(/,idx=.*/, ""));
    assert.deepEqual(found.sort(), told.sort(), hash);
    matches += told.length;
  }
  assert.ok(matches > 100, `${matches}`);
});

test("readIndexedSet() indexes the known pictures while it reads them in pieces, and keeps them nowhere else", {
  skip: unbuilt,
}, () => {
  const random = seededRandom("indexed set");
  const known = hashes(33_000, random);
  const knownQuality = new Uint8Array(33_000).fill(255);
  const set = { known, knownQuality, benign: hashes(3, random), videos: [], opaque: ["photodna 00"] };
  const laid = laySet({ thresholds: { distanceBits: 31, quality: 50 }, ...set });
  const bytes = concatBytes(...laid.pieces());
  const stored = {
    lengthBytes: bytes.length,
    readInto: (target: Uint8Array, from: number) => target.set(bytes.subarray(from, from + target.length)),
  };
  const read = readIndexedSet(stored);
  assert.deepEqual(read.entries, { ...readSet(stored), known: new Uint8Array(0) });
  assert.equal(read.known?.count, 33_000);
  for (const entry of [0, 32_767, 32_768, 32_999]) {
    const hash = known.subarray(32 * entry, 32 * entry + 32);
    assert.deepEqual(read.known?.hashAt(entry), hash);
    assert.deepEqual(read.known?.search(near(hash, 31, random), 31), { near: [{ entry, distanceBits: 31 }], total: 1 });
  }
});

test("slotRadii() leave no distance uncovered", () => {
  for (const slots of [12, 14, 16].map(slotsOf)) {
    assert.equal(
      slots.reduce((sum, { bits }) => sum + bits, 0),
      256,
    );
    for (let distance = 0; distance <= 31; distance++) {
      const radii = slotRadii(slots, distance) ?? [];
      assert.equal(
        radii.reduce((sum, radius) => sum + radius + 1, 0),
        distance + 1,
      );
    }
  }
  assert.equal(slotRadii(slotsFor(10), 31), undefined);
  assert.equal(slotRadii(slotsOf(12), 60), undefined);
});

test("bitOrder() is an order of all bits, and rearranged() undoes it", () => {
  const order = bitOrder(slotsOf(12));
  assert.equal(new Set(order).size, 256);
  const [a, b] = [hashes(1, seededRandom("a")), hashes(1, seededRandom("b"))];
  assert.equal(distanceBits(rearranged(a, order), rearranged(b, order)), distanceBits(a, b));
});

const reader = (bytes: Uint8Array) => {
  let at = 0;
  return (view: Uint8Array): boolean => {
    const part = bytes.subarray(at, at + view.length);
    view.set(part);
    at += view.length;
    return part.length === view.length;
  };
};

test("readSnapshot() gives the index that was written, and refuses what is broken", { skip: unbuilt }, () => {
  const random = seededRandom("snapshot");
  const all = clustered(6000, random);
  const index = buildNearestIndex(all);
  const bytes = concatBytes(...snapshotPieces(index));
  const read = readSnapshot(reader(bytes));
  assert.ok(!("broken" in read));
  for (let i = 0; i < 20; i++) {
    const query = near(all.subarray(32 * i, 32 * i + 32), 9, random);
    assert.deepEqual(read.search(query, 31), index.search(query, 31));
  }
  const changed = (at: number, value: number): Uint8Array => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };
  assert.deepEqual(readSnapshot(reader(new Uint8Array(100))), { broken: "not-a-snapshot" });
  assert.deepEqual(readSnapshot(reader(changed(8, 1))), { broken: "other-version" });
  assert.deepEqual(readSnapshot(reader(bytes.subarray(0, bytes.length - 1))), { broken: "cut-off" });
  assert.deepEqual(readSnapshot(reader(bytes.subarray(0, 66))), { broken: "cut-off" });
  assert.deepEqual(readSnapshot(reader(changed(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1))), {
    broken: "damaged",
  });
  assert.deepEqual(readSnapshot(reader(changed(21, 255))), { broken: "damaged" });
  assert.ok(SHARD_MOST < 2 ** 24);
});

test("snapshotSum() is the kernel's, tells any one changed bit, and stays what it was", { skip: unbuilt }, () => {
  const random = seededRandom("sum");
  const { shards } = buildNearestIndex(hashes(6000, random));
  const [shard] = shards;
  assert.ok(shard !== undefined);
  const part = { offsetBytes: 128, lengthBytes: 64 * 50 };
  const bytes = shard.kept().slice(part.offsetBytes, part.offsetBytes + part.lengthBytes);
  const sum = snapshotSum(bytes);
  assert.equal(shard.sumOf(part), sum);
  for (let i = 0; i < 100; i++) {
    const copy = bytes.slice();
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    assert.notEqual(snapshotSum(copy), sum);
  }
  // docs/formats/likeness-index.md
  assert.equal(snapshotSum(Uint8Array.from({ length: 128 }, (_, i) => i)).toString(16), "6023e642");
  assert.throws(() => snapshotSum(new Uint8Array(63)), RangeError);
});
