import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bound, Category, Coverage } from "#examination/evidence";
import { type FileHit, type Hit, type HitLedger, openHits, type SetFacts } from "./hits.ts";
import { type JudgeFacts, judge, type RegionFacts } from "./judge.ts";

const GOAL_BYTES = 20 * 2 ** 20;
const SIZE = 1e9;
const REACHED: Bound = { confidence: 0.99, targetBytes: 8 * 2 ** 20, goalBytes: GOAL_BYTES, reached: true };
const OPEN: Bound = { ...REACHED, targetBytes: null, reached: false };
const COVERAGE: Coverage = {
  ...{ bytesTotal: SIZE, bytesRead: SIZE / 2, fraction: 0.5, phases: [0, 1, 2, 3, 4, 5, 6, 7] },
  ...{ bytesBlank: 1e8, bytesUnread: 0, tape: [] },
};
const set = (category: Category, expired = false): SetFacts => ({ name: category, release: "1", category, expired });

function ledger(
  blocks: number[],
  { index = 0, content = (block: number) => block }: { index?: number; content?: (b: number) => number } = {},
): HitLedger {
  const hits = openHits();
  for (const block of blocks)
    hits.add({ place: "stick", offsetBytes: block * 4096, content: content(block), set: index });
  return hits;
}

function fileLedger(change: Partial<FileHit> = {}): HitLedger {
  const hits = openHits();
  hits.addFile({
    ...{
      place: "a.bin",
      sizeBytes: 9000,
      set: 0,
      matched: [{ algorithm: "sha256", sizeEqual: true }],
      lowEntropy: false,
    },
    ...change,
  });
  return hits;
}

function facts(change: Partial<JudgeFacts> = {}): JudgeFacts {
  return {
    ...{ sourceKind: "device", sizeBytes: SIZE, mode: "default", ended: "done" },
    ...{
      sets: [set("national"), set("related")],
      hits: openHits(),
      unconfirmed: 0,
      coverage: COVERAGE,
      bound: REACHED,
    },
    ...{ unread: [], regions: [], notExaminable: null, notices: [] },
    ...change,
  };
}

const region = (change: Partial<RegionFacts>): RegionFacts => ({
  ...{ place: "stick", offsetBytes: 1e6, lengthBytes: 5e8, header: null, samples: 1000, incompressibleSamples: 300 },
  ...change,
});
const random = region({ incompressibleSamples: 1000, chiSquareSum: 255_100 });
const films = region({ incompressibleSamples: 983, chiSquareSum: 983 * 258.1 });
const unread = [{ place: "stick", offsetBytes: 7e8, lengthBytes: 4096, why: "input-error" as const }];
const lost = (bytesUnread: number): Partial<JudgeFacts> => ({ unread, coverage: { ...COVERAGE, bytesUnread } });
const folder = (change: Partial<Coverage> = {}): Partial<JudgeFacts> => ({
  sourceKind: "folder",
  coverage: { ...COVERAGE, filesTotal: 5, filesProbed: 5, filesRead: 5, ...change },
});

const cases: [name: string, change: Partial<JudgeFacts>, verdict: string, reasons: string[]][] = [
  ["nothing found, the goal reached", {}, "green", []],
  ["stopped after the goal", { ended: "stopped" }, "green", []],
  ["pulled out after the goal", { ended: "pulled" }, "green", []],
  ["--full stopped after the goal", { ended: "stopped", mode: "full" }, "amber", ["stopped-early"]],
  ["stopped before the goal", { ended: "stopped", bound: OPEN }, "amber", ["stopped-early"]],
  ["done, but the goal not reached", { bound: OPEN }, "amber", ["stopped-early"]],
  ["three blocks", { hits: ledger([1, 2, 3]), bound: OPEN }, "red", ["listed-blocks"]],
  ["three blocks, then stopped", { hits: ledger([1, 2, 3]), bound: OPEN, ended: "stopped" }, "red", ["listed-blocks"]],
  ["three blocks and one astray", { hits: ledger([1, 2, 3, 900]), bound: OPEN }, "red", ["listed-blocks"]],
  ["a whole file", { hits: fileLedger(), bound: OPEN }, "red", ["listed-file"]],
  [
    "a whole file by MD5 alone",
    { hits: fileLedger({ matched: [{ algorithm: "md5", sizeEqual: false }] }), bound: OPEN },
    "amber",
    ["hit-single"],
  ],
  ["one block", { hits: ledger([1]), bound: OPEN }, "amber", ["hit-single"]],
  [
    "one block, then stopped",
    { hits: ledger([1]), bound: OPEN, ended: "stopped" },
    "amber",
    ["hit-single", "stopped-early"],
  ],
  ["blocks of related material", { hits: ledger([1, 2, 3, 4], { index: 1 }), bound: OPEN }, "amber", ["hit-related"]],
  ["a related whole file", { hits: fileLedger({ set: 1 }), bound: OPEN }, "amber", ["hit-related"]],
  ["a known encryption header", { regions: [region({ header: "BitLocker" })] }, "amber", ["encrypted"]],
  ["a volume of random bytes", { regions: [random] }, "amber", ["encrypted"]],
  ["a volume of films", { regions: [films] }, "green", []],
  ["too few random samples", { regions: [region({ samples: 63, incompressibleSamples: 63 })] }, "green", []],
  [
    "red and encrypted",
    { hits: ledger([1, 2, 3]), bound: OPEN, regions: [random] },
    "red",
    ["listed-blocks", "encrypted"],
  ],
  ["unread bytes within the bound", lost(4096), "green", []],
  ["unread bytes that could hold the goal", lost(GOAL_BYTES + 1), "amber", ["unread"]],
  ["unread bytes and the goal not reached", { ...lost(4096), bound: OPEN }, "amber", ["unread"]],
  ["stopped with unread bytes", { ...lost(4096), bound: OPEN, ended: "stopped" }, "amber", ["unread", "stopped-early"]],
  ["blank throughout", { coverage: { ...COVERAGE, bytesBlank: COVERAGE.bytesRead } }, "amber", ["wiped"]],
  ["blank to 99.8 %", { coverage: { ...COVERAGE, bytesBlank: COVERAGE.bytesRead * 0.998 } }, "green", []],
  ["an expired list", { sets: [set("national"), set("related", true)] }, "amber", ["filter-expired"]],
  [
    "red by an expired list",
    { sets: [set("national", true)], hits: ledger([1, 2, 3]), bound: OPEN },
    "red",
    ["listed-blocks", "filter-expired"],
  ],
  [
    "a locked device",
    { notExaminable: "ata-locked", bound: OPEN, coverage: { ...COVERAGE, bytesRead: 0 } },
    "amber",
    ["not-examinable"],
  ],
  [
    "an empty source",
    { sizeBytes: 0, bound: OPEN, coverage: { ...COVERAGE, bytesRead: 0 } },
    "amber",
    ["not-examinable"],
  ],
  [
    "nothing could be read",
    { ...lost(SIZE), bound: OPEN, coverage: { ...COVERAGE, bytesRead: 0, bytesUnread: SIZE } },
    "amber",
    ["unread", "not-examinable"],
  ],
  ["a folder, probed", folder(), "green", []],
  [
    "a folder with an unread file",
    { ...folder(), unread: [{ place: "f", offsetBytes: 0, lengthBytes: 0, why: "refused" }], bound: OPEN },
    "amber",
    ["unread"],
  ],
  [
    "a folder with a socket",
    { ...folder(), unread: [{ place: "s", offsetBytes: 0, lengthBytes: 0, why: "not-regular" }] },
    "green",
    [],
  ],
  ["an empty folder", folder({ filesTotal: 0, bytesTotal: 0, bytesRead: 0 }), "amber", ["not-examinable"]],
  ["a folder of blank files", folder({ bytesBlank: SIZE }), "green", []],
  [
    "everything at once",
    {
      ...lost(GOAL_BYTES * 2),
      hits: both(),
      regions: [random],
      sets: [set("national", true), set("related")],
      bound: OPEN,
      ended: "pulled",
    },
    "amber",
    ["hit-single", "hit-related", "encrypted", "unread", "stopped-early", "filter-expired"],
  ],
];

function both(): HitLedger {
  const hits = ledger([1]);
  const related: Hit = { place: "stick", offsetBytes: 409600, content: 5, set: 1 };
  hits.add(related);
  return hits;
}

for (const [name, change, verdict, reasons] of cases) {
  test(`judge() ${name}: ${verdict}${reasons.map((reason) => `, ${reason}`).join("")}`, () => {
    const judged = judge(facts(change));
    assert.deepEqual([judged.verdict, judged.reasons], [verdict, reasons]);
  });
}

test("judge() says what stands behind encrypted and wiped", () => {
  const { facts: behind } = judge(facts({ regions: [random, region({ header: "LUKS", offsetBytes: 0 })] }));
  assert.deepEqual(behind, [
    { reason: "encrypted", place: "stick", offsetBytes: 0, lengthBytes: 5e8, name: "LUKS" },
    { reason: "encrypted", place: "stick", offsetBytes: 1e6, lengthBytes: 5e8 },
  ]);
  const wiped = judge(facts({ coverage: { ...COVERAGE, bytesBlank: COVERAGE.bytesRead } }));
  assert.deepEqual(wiped.facts, [{ reason: "wiped", place: "", offsetBytes: 0, lengthBytes: SIZE }]);
});

test("judge() is never green when any single condition of green is missing", () => {
  const spoilers: Partial<JudgeFacts>[] = [
    { bound: OPEN },
    { hits: ledger([1]), bound: OPEN },
    { regions: [random] },
    { sets: [set("baseline", true)] },
    { notExaminable: "locked" },
    { packed: [{ place: "stick/p1", offsetBytes: 0, lengthBytes: 5e8, name: "squashfs" }] },
    lost(GOAL_BYTES + 1),
    { mode: "full", ended: "failed" },
  ];
  for (const spoiler of spoilers) assert.notEqual(judge(facts(spoiler)).verdict, "green", JSON.stringify(spoiler));
});

test("judge() adds its notices after those of the engine", () => {
  const { notices } = judge(
    facts({
      ...{ hits: ledger([1]), bound: OPEN, unconfirmed: 3, chanceHits: 0.011651 },
      coverage: { ...COVERAGE, phases: [0, 7] },
      notices: [{ code: "pulled-out", values: {} }],
    }),
  );
  assert.deepEqual(notices, [
    { code: "pulled-out", values: {} },
    { code: "one-phase", values: { phases: "0, 7" } },
    { code: "unconfirmed-hits", values: { count: 3 } },
    { code: "chance-hits", values: { expected: 0.012 } },
  ]);
});

test("judge() shows at most 10,000 findings, red ones first, and says so", () => {
  const hits = ledger([...Array(10_001).keys()].map((i) => i * 100));
  for (const block of [3_000_000, 3_000_001, 3_000_002])
    hits.add({ place: "stick", offsetBytes: block * 4096, content: block, set: 0 });
  const { findings, notices, verdict } = judge(facts({ hits, bound: OPEN }));
  assert.equal(verdict, "red");
  assert.equal(findings.length, 10_000);
  assert.equal(findings.at(-1)?.weight, "red");
  assert.deepEqual(notices, [{ code: "findings-cut", values: { shown: 10_000, total: 10_002 } }]);
});
