import assert from "node:assert/strict";
import { test } from "node:test";
import { radixOrder } from "./build-order.ts";
import { PAIR_COLUMNS, PAIR_RADIX, PAIR_WORDS, relatedPairs, relationsOf } from "./related-files.ts";
import { LEADERS, pairUp, scrambled } from "./related-pairs.ts";

/** Files as lists of contents; what the builder does with buckets and spills, in memory. */
function relate(files: number[][]): { pairs: [number, number][]; dropped: number[] } {
  const places = new Map<number, { file: number; at: number }[]>();
  files.forEach((contents, file) => {
    contents.forEach((content, at) => {
      const entries = places.get(content) ?? [];
      if (!entries.some((entry) => entry.file === file)) entries.push({ file, at });
      places.set(content, entries);
    });
  });
  const records: number[] = [];
  const passedOver = new Uint8Array(files.length);
  for (const entries of places.values()) {
    const ranked = pairUp(
      entries.map(({ file }) => file),
      (i, j) => {
        const [a, b] = [entries[i], entries[j]].sort((x, y) => (x?.file ?? 0) - (y?.file ?? 0));
        if (a && b) records.push(a.file, b.file, (b.at - a.at) >>> 0, a.at);
      },
    );
    for (const file of ranked.slice(LEADERS)) passedOver[file] = 1;
  }
  const words = Uint32Array.from(records);
  const pairs: [number, number][] = [];
  const order = radixOrder(words, PAIR_WORDS, PAIR_COLUMNS);
  relatedPairs(
    { records: words, order },
    (file) => new Set(files[file]).size,
    (a, b) => pairs.push([a, b]),
  );
  const sorted = Float64Array.from(pairs, ([a, b]) => a * PAIR_RADIX + b).sort();
  const relations = relationsOf(sorted, passedOver);
  const dropped = [...places]
    .filter(([, entries]) =>
      relations.standsInUnrelated(
        pairUp(
          entries.map(({ file }) => file),
          () => undefined,
        ),
      ),
    )
    .map(([content]) => content);
  return { pairs, dropped };
}

let fresh = 1_000_000;
const own = (count: number): number[] => Array.from({ length: count }, () => fresh++);

test("relatedPairs() by 16 consecutive blocks, at any shift; 15 are not enough", () => {
  const common = own(16);
  assert.equal(
    relate([
      [...own(100), ...common],
      [...common, ...own(300)],
    ]).pairs.length,
    1,
  );
  assert.equal(
    relate([
      [...own(100), ...common.slice(1)],
      [...common.slice(1), ...own(300)],
    ]).pairs.length,
    0,
  );
});

test("relatedPairs() scattered common blocks count by share: a quarter of the smaller", () => {
  const common = own(10);
  const scattered = (gap: number): number[] => common.flatMap((content) => [content, ...own(gap)]);
  assert.equal(relate([scattered(3), scattered(9)]).pairs.length, 1);
  assert.equal(relate([scattered(4), scattered(9)]).pairs.length, 0);
});

test("a block in three unrelated files is dropped, in two it stays", () => {
  const [shared = 0, twice = 0] = own(2);
  const file = (...extra: number[]): number[] => [...own(20), ...extra, ...own(20)];
  assert.deepEqual(relate([file(shared, twice), file(shared, twice), file(shared)]).dropped, [shared]);
});

test("copies survive: cut, with another header, stored in an archive, prolonged, and all of them at once", () => {
  const original = own(200);
  const copies = [
    original,
    original.slice(0, 60),
    original.slice(0, 3),
    [...own(5), ...original],
    [...own(40), ...original, ...own(700)],
    [...original, ...own(100)],
    original.slice(100),
  ];
  assert.deepEqual(relate(copies).dropped, []);
});

test("a maker's header in copies and strangers is dropped, the copies' own blocks are not", () => {
  const header = own(2);
  const original = own(50);
  const files = [
    [...header, ...original],
    [...header, ...original.slice(0, 30)],
    ...[1, 2, 3].map(() => [...header, ...own(50)]),
  ];
  assert.deepEqual(relate(files).dropped.sort(), [...header].sort());
});

test("an archive that holds everything does not make its members related", () => {
  const [header = 0] = own(1);
  const members = Array.from({ length: 6 }, () => [header, ...own(40)]);
  assert.deepEqual(relate([...members, members.flat()]).dropped, [header]);
});

test("hundreds of cut copies of one file lose nothing", () => {
  const original = own(120);
  const copies = Array.from({ length: 300 }, (_, i) => [...own(1), ...original.slice(0, 20 + (scrambled(i) % 100))]);
  assert.deepEqual(relate(copies).dropped, []);
});

test("a header in hundreds of strangers is dropped, also beside hundreds of copies of one of them", () => {
  const [header = 0] = own(1);
  const original = [header, ...own(60)];
  const strangers = Array.from({ length: 200 }, () => [header, ...own(30)]);
  const copies = Array.from({ length: 300 }, (_, i) => original.slice(0, 20 + (i % 40)));
  assert.deepEqual(relate([...copies, ...strangers]).dropped, [header]);
});

test("relationsOf() of many files with few strangers finds the strangers behind the leaders", () => {
  const [header = 0] = own(1);
  const original = [header, ...own(60)];
  const copies = Array.from({ length: 500 }, () => [...original, ...own(1)]);
  const strangers = Array.from({ length: 3 }, () => [header, ...own(30)]);
  assert.deepEqual(relate([...copies, ...strangers]).dropped, [header]);
  assert.deepEqual(relate([...copies, ...strangers.slice(0, 1)]).dropped, []);
});
