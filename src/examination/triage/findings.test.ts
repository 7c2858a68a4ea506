import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import type { Category } from "#examination/evidence";
import { findingsOf } from "./findings.ts";
import { contentOf, type FileHit, type Hit, openHits, type SetFacts } from "./hits.ts";

const set = (category: Category): SetFacts => ({
  name: `${category} list`,
  release: "2026-3",
  category,
  expired: false,
});
const SETS = [set("national"), set("related"), set("baseline"), set("practice")];
const BLOCK = 4096;

/** Hits at these blocks of a phase, each with its own content unless given. */
function hitsAt(blocks: number[], { phase = 0, index = 0, content = (block: number) => block + 1 } = {}): Hit[] {
  return blocks.map((block) => ({
    place: "stick",
    offsetBytes: block * BLOCK + phase * 512,
    content: content(block),
    set: index,
  }));
}

function findings(hits: Hit[], files: FileHit[] = []) {
  const ledger = openHits();
  for (const hit of hits) ledger.add(hit);
  for (const file of files) ledger.addFile(file);
  return findingsOf(ledger, SETS);
}

const windows: [name: string, hits: Hit[], weights: string[]][] = [
  ["one block", hitsAt([5]), ["amber"]],
  ["two neighbours", hitsAt([5, 6]), ["amber"]],
  ["three neighbours", hitsAt([5, 6, 7]), ["red"]],
  ["three over 64 blocks", hitsAt([5, 30, 68]), ["red", "red", "red"]],
  ["three over 65 blocks", hitsAt([5, 30, 69]), ["amber", "amber", "amber"]],
  ["three of one content", hitsAt([5, 6, 7], { content: () => 9 }), ["amber"]],
  ["many of two contents", hitsAt([...Array(100).keys()], { content: (b) => b % 2 }), ["amber"]],
  ["three in three phases", [0, 1, 2].flatMap((phase) => hitsAt([5 + phase], { phase })), ["amber", "amber", "amber"]],
  ["three in two sets", [...hitsAt([5, 6]), ...hitsAt([7], { index: 2 })], ["amber", "amber"]],
  ["three of related", hitsAt([5, 6, 7], { index: 1 }), ["amber"]],
  ["three of baseline", hitsAt([5, 6, 7], { index: 2 }), ["red"]],
  ["three of practice", hitsAt([5, 6, 7], { index: 3 }), ["red"]],
  ["three at phase 5", hitsAt([5, 6, 7], { phase: 5 }), ["red"]],
  ["a red run and one far away", hitsAt([5, 6, 7, 900]), ["red", "amber"]],
  ["a pair and one more near", hitsAt([5, 6, 20]), ["red", "red"]],
];
for (const [name, hits, weights] of windows) {
  test(`findingsOf() ${name}: ${weights.join(", ")}`, () => {
    assert.deepEqual(
      findings(hits).map(({ weight }) => weight),
      weights,
    );
  });
}

test("findingsOf() makes maximal runs with their blocks and different contents", () => {
  const found = findings([...hitsAt([10, 11, 12, 14], { phase: 3, content: (b) => Math.min(b, 11) }), ...hitsAt([11])]);
  assert.deepEqual(
    found.map(({ offsetBytes, lengthBytes, phase, blocks, distinctBlocks }) => [
      ...[offsetBytes, lengthBytes, phase],
      ...[blocks, distinctBlocks],
    ]),
    [
      [10 * BLOCK + 1536, 3 * BLOCK, 3, 3, 2],
      [11 * BLOCK, BLOCK, 0, 1, 1],
      [14 * BLOCK + 1536, BLOCK, 3, 1, 1],
    ],
  );
  const [first] = found;
  assert.deepEqual(
    [first?.set, first?.release, first?.category, first?.kind],
    ["national list", "2026-3", "national", "blocks"],
  );
});

test("findingsOf() never joins two places", () => {
  const here = hitsAt([5, 6]);
  const there = hitsAt([7]).map((hit) => ({ ...hit, place: "stick", placeBytes: "ff" }));
  assert.deepEqual(
    findings([...here, ...there]).map(({ weight, blocks, placeBytes }) => [weight, blocks, placeBytes]),
    [
      ["amber", 2, undefined],
      ["amber", 1, "ff"],
    ],
  );
});

const file = (change: Partial<FileHit>): FileHit => ({
  place: "a.bin",
  sizeBytes: 512,
  set: 0,
  matched: [{ algorithm: "sha256", sizeEqual: true }],
  lowEntropy: false,
  ...change,
});
const files: [string, FileHit, "red" | "amber"][] = [
  ["SHA-256", file({}), "red"],
  ["SHA-1 and size", file({ matched: [{ algorithm: "sha1", sizeEqual: true }] }), "red"],
  ["MD5 and size", file({ matched: [{ algorithm: "md5", sizeEqual: true }] }), "red"],
  ["MD5 alone", file({ matched: [{ algorithm: "md5", sizeEqual: false }] }), "amber"],
  ["SHA-1 without size", file({ matched: [{ algorithm: "sha1", sizeEqual: false }] }), "amber"],
  ["511 bytes", file({ sizeBytes: 511 }), "amber"],
  ["low entropy", file({ lowEntropy: true }), "amber"],
  ["related", file({ set: 1 }), "amber"],
];
for (const [name, hit, weight] of files) {
  test(`findingsOf() a whole file by ${name}: ${weight}`, () => {
    const [found] = findings([], [hit]);
    assert.deepEqual(
      [found?.weight, found?.kind, found?.lengthBytes, found?.phase],
      [weight, "whole-file", hit.sizeBytes, null],
    );
  });
}

test("findingsOf() is byte-identical whatever the order and however often hits come, also beyond the limit", () => {
  const random = seededRandom("order");
  const all: Hit[] = [];
  for (let i = 0; i < 3000; i++) {
    const base = { place: `file ${random.below(4)}`, set: random.below(3), content: random.below(50) };
    all.push({ ...base, offsetBytes: random.below(4000) * 512 });
  }
  const unique = [...new Map(all.map((hit) => [`${hit.place} ${hit.offsetBytes} ${hit.set}`, hit])).values()];
  const filesHit = ["x", "y"].map((place) => file({ place }));
  for (const limit of [10_000, 500]) {
    const texts = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const ledger = openHits(limit);
      const order = [...unique, ...unique.slice(0, 700)].map((hit) => ({ hit, key: random.fraction() }));
      for (const [i, { hit }] of order.sort((a, b) => a.key - b.key).entries()) {
        ledger.add({ ...hit });
        if (i % 97 === 0) ledger.count;
      }
      for (const hit of round % 2 === 0 ? filesHit : filesHit.toReversed()) ledger.addFile(hit);
      assert.equal(ledger.more, limit === 500);
      assert.equal(ledger.count, Math.min(limit, unique.length) + 2);
      texts.add(JSON.stringify(findingsOf(ledger, SETS)));
    }
    assert.equal(texts.size, 1);
  }
});

test("openHits() gives its hits back, enough to build it again", () => {
  const ledger = openHits();
  for (const hit of hitsAt([9, 3, 5, 4])) ledger.add(hit);
  ledger.addFile(file({ matched: [{ algorithm: "md5", sizeEqual: false }] }));
  ledger.addFile(file({ matched: [{ algorithm: "sha1", sizeEqual: true }], lowEntropy: true }));
  const again = openHits();
  for (const hit of ledger.hits()) again.add(hit);
  for (const hit of ledger.files()) again.addFile(hit);
  assert.deepEqual(findingsOf(again, SETS), findingsOf(ledger, SETS));
  assert.equal(again.files()[0]?.matched.length, 2);
});

test("contentOf() is the low 52 bits of a fingerprint", () => {
  assert.equal(contentOf("fff0000000000001"), 1);
  assert.equal(contentOf("000fffffffffffff"), 2 ** 52 - 1);
});
