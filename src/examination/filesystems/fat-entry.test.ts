import assert from "node:assert/strict";
import { test } from "node:test";
import { dosTimeMs, isDotEntry, isPlausibleEntry, readFatEntry } from "./fat-entry.ts";
import { dosTime } from "./fat-sample.ts";

const DATES = [
  { year: 2024, month: 2, day: 29, exists: true },
  { year: 2023, month: 2, day: 29, exists: false },
  { year: 2100, month: 2, day: 29, exists: false },
  { year: 2000, month: 2, day: 29, exists: true },
  { year: 1980, month: 0, day: 1, exists: false },
  { year: 1980, month: 13, day: 1, exists: false },
  { year: 1999, month: 4, day: 31, exists: false },
  { year: 2107, month: 12, day: 31, exists: true },
];
test("dosTimeMs() is null for days that never were", () => {
  for (const { year, month, day, exists } of DATES) {
    const ms = dosTimeMs(((year - 1980) << 9) | (month << 5) | day, 0);
    assert.equal(ms, exists ? Date.UTC(year, month - 1, day) : null, `${year}-${month}-${day}`);
  }
  for (const time of [24 << 11, 60 << 5, 30]) assert.equal(dosTimeMs(0x5a21, time), null);
  const noon = Date.UTC(2024, 5, 1, 12, 34, 56);
  const { date, time } = dosTime(noon);
  assert.equal(dosTimeMs(date, time), noon);
});

test("isDotEntry() is so of the first two entries only", () => {
  const name = (text: string) => Uint8Array.from(text.padEnd(11, " "), (letter) => letter.charCodeAt(0));
  assert.deepEqual(
    [".", "..", "...", ".A", "A"].map((text) => isDotEntry(name(text))),
    [true, true, false, false, false],
  );
});

test("isPlausibleEntry() refuses what no system writes", () => {
  const bounds = { lastCluster: 1000, sizeBytes: 100_000 };
  const good = new Uint8Array(32);
  good.set([..."\u00e5NAME   TXT"].map((letter) => letter.charCodeAt(0)));
  good.set([0x20, 0], 11);
  new DataView(good.buffer).setUint16(24, 0x5a21, true);
  new DataView(good.buffer).setUint16(26, 5, true);
  const plausible = (changes: [number, number][], strict: boolean) => {
    const record = new DataView(good.slice().buffer);
    for (const [at, value] of changes) record.setUint8(at, value);
    return isPlausibleEntry({ record, entry: readFatEntry(record, false) }, bounds, strict);
  };
  assert.ok(plausible([], false) && plausible([], true));
  for (const change of [
    [11, 0x40],
    [11, 0x18],
    [11, 0x0f],
    [3, 0x07],
    [3, 0x2a],
    [27, 0xff],
    [31, 0x10],
    [24, 0],
  ] as const) {
    assert.ok(!plausible([[...change]], false), change.join());
  }
  assert.ok(plausible([[12, 0x40]], false) && !plausible([[12, 0x40]], true));
  assert.ok(!plausible([[26, 1]], false));
});
