import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { type AskedHash, askedHashes, askedOfPicture, likenessJudge, type NamedSet } from "./likeness-judge.ts";
import { nearestTwin } from "./nearest-twin.ts";
import { coefficientsOf, turnedHashes } from "./pdq.ts";
import { LIKENESS } from "./thresholds.ts";
import type { FrameHash } from "./video-likeness.ts";

const random = seededRandom("likeness-judge");
const noise = (bytes = 32): Uint8Array => Uint8Array.from({ length: bytes }, () => random.below(256));

/** The hash with so many of its first bits, counted from one, turned over. */
function off(hash: Uint8Array, bits: number, from = 0): Uint8Array {
  const copy = Uint8Array.from(hash);
  for (let i = from; i < from + bits; i++) copy[i >> 3] = (copy[i >> 3] ?? 0) ^ (1 << (i & 7));
  return copy;
}

const whole = (hash: Uint8Array): AskedHash[] => [{ hash, transform: "none", part: "whole" }];

function set(name: string, given: Partial<NamedSet["entries"]> & { known: Uint8Array }): NamedSet {
  const thresholds = { distanceBits: 31, quality: 50 };
  const knownQuality = new Uint8Array(given.known.length / 32).fill(255);
  return {
    name,
    release: "1",
    entries: { thresholds, knownQuality, benign: new Uint8Array(), videos: [], opaque: [], ...given },
  };
}

test("likenessJudge() tells every set's entries within its own distance, nearest first", () => {
  const [a, b] = [noise(), noise()];
  const sets = [
    set("first", { known: concatBytes(b, off(a, 20)) }),
    set("second", { known: off(a, 10), thresholds: { distanceBits: 31, quality: 50 } }),
    set("strict", { known: a, thresholds: { distanceBits: 4, quality: 50 } }),
    set("demanding", { known: a, thresholds: { distanceBits: 31, quality: 90 } }),
  ];
  const judge = likenessJudge(sets, nearestTwin);
  const found = judge.picture(whole(off(a, 5)), 60).map((match) => [match.set, match.entry, match.distanceBits]);
  assert.deepEqual(found, [
    ["second", 0, 5],
    ["first", 1, 15],
  ]);
  assert.deepEqual(judge.picture(whole(a), 49), [], "what says nothing is not asked");
  assert.deepEqual(judge.picture(whole(noise()), 100), []);
});

test("likenessJudge(): a benign entry as near or nearer, of any set, rules the hit out", () => {
  const a = noise();
  const sets = (bits: number): NamedSet[] => [
    set("known", { known: off(a, 12) }),
    set("other", { known: noise(), benign: off(a, bits, 100) }),
  ];
  const hits = (bits: number): number => likenessJudge(sets(bits), nearestTwin).picture(whole(a), 80).length;
  assert.deepEqual([hits(13), hits(12), hits(3)], [1, 0, 0]);
});

test("likenessJudge() says what would be done to the entry's picture", () => {
  const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => ((i % 64) * 3 + (i >> 6) * (i % 7)) & 255);
  const { values } = coefficientsOf({ width: 64, height: 64, channels: 1, pixels });
  const turned = turnedHashes(values);
  for (const [asked, said] of [
    ["rotate90", "rotate270"],
    ["rotate270", "rotate90"],
    ["mirror", "mirror"],
  ] as const) {
    const known = turned.get(asked);
    assert.ok(known !== undefined);
    const [match] = likenessJudge([set("s", { known })], nearestTwin).picture(askedHashes(turned), 80);
    assert.equal(match?.distanceBits, 0);
    assert.equal(match?.transform, said);
  }
});

test("likenessJudge() asks about parts where a set wants them, and about the whole alone where it does not", () => {
  const [values, part] = [1, 2].map((n) => Float32Array.from({ length: 256 }, (_, i) => ((i * 37 * n) % 101) - 50));
  assert.ok(values !== undefined && part !== undefined);
  const query = [
    { part: "whole", values },
    { part: "trimmed", values: part },
  ];
  const asked = askedOfPicture({ values, parts: { query } });
  assert.deepEqual([asked.length, new Set(asked.map((one) => one.part)).size], [16, 2]);
  assert.equal(askedOfPicture({ values }).length, 8);
  const known = turnedHashes(part).get("rotate90");
  assert.ok(known !== undefined);
  const [plain, robust] = [set("plain", { known }), set("robust", { known, robust: true })];
  const judge = likenessJudge([plain, robust], nearestTwin);
  assert.deepEqual([judge.asksParts, likenessJudge([plain], nearestTwin).asksParts], [true, false]);
  const matches = judge.picture(asked, 80);
  assert.deepEqual(
    matches.map((match) => [match.set, match.part, match.transform, match.distanceBits]),
    [["robust", "trimmed", "rotate270", 0]],
  );
  const benign = [set("robust", { known, robust: true }), set("harmless", { known: noise(), benign: known })];
  assert.deepEqual(likenessJudge(benign, nearestTwin).picture(asked, 80), []);
});

test("likenessJudge() sets an entry apart that is like many unlike pictures, and not one that is met often", () => {
  const [common, rare] = [noise(), noise()];
  const judge = likenessJudge([set("s", { known: concatBytes(common, rare) })], nearestTwin);
  for (let i = 0; i < 60; i++) judge.picture(whole(off(rare, 3, i)), 80);
  assert.deepEqual(judge.quarantined(), []);
  for (let i = 0; i < 10; i++) judge.picture(whole(off(common, 25, 25 * i)), 80);
  assert.equal(judge.isQuarantined({ set: "s", release: "1", entry: 0 }), false);
  for (let i = 0; i < 200; i++) {
    let hash = common;
    for (let n = 0; n < 25; n++) hash = off(hash, 1, random.below(256));
    judge.picture(whole(hash), 80);
  }
  assert.deepEqual(judge.quarantined(), [{ set: "s", release: "1", entry: 0, unrelated: LIKENESS.unrelatedMost + 1 }]);
  assert.equal(judge.isQuarantined({ set: "s", release: "1", entry: 1 }), false);
});

test("likenessJudge() tells where in a video a known one is met; harmless frames alone are none", () => {
  const film = (hashes: Uint8Array[]): FrameHash[] =>
    hashes.map((hash, frame) => ({ frame, hash, quality: 90, timestampMs: 1000 * frame }));
  const clip = [noise(), noise(), noise()];
  const longer = film([noise(), noise(), ...clip.map((hash) => off(hash, 6)), noise()]);
  const sets = [set("s", { known: new Uint8Array(), videos: [film([noise(), noise()]), film(clip)] })];
  const [lead, ...others] = likenessJudge(sets, nearestTwin).video(longer);
  assert.deepEqual(others, []);
  assert.deepEqual([lead?.entry, lead?.knownPercent, lead?.nearestBits, lead?.set], [1, 100, 6, "s"]);
  assert.deepEqual(lead?.spans, [{ fromMs: 2000, toMs: 4000, frames: 3 }]);
  const benign = set("b", { known: new Uint8Array(), benign: concatBytes(...clip) });
  assert.deepEqual(likenessJudge([...sets, benign], nearestTwin).video(film(clip)), []);
});
