// In which file a finding stands: a made-up volume, examined; and readers of file systems that end, hang or take too much memory.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { seededRandom } from "#base/values";
import type { ChildLimits, PlantedFault } from "#examination/opening/node";
import { clusterByte, fatVolume } from "./fat-lab.ts";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

const BLOCK = 4096;
const listed = noise("standings", 64 * BLOCK);
const part = (from: number, to: number): Uint8Array => listed.subarray(from * BLOCK, to * BLOCK);
const files = [
  { name: "WHOLE   BIN", cluster: 10, bytes: part(0, 8) },
  { name: "NEXT    BIN", cluster: 18, bytes: part(8, 16) },
  { name: "GONE    BIN", cluster: 40, bytes: part(16, 24), deleted: true as const },
  { name: "SHORT   TXT", cluster: 60, bytes: landscape(100), clusters: 6 },
];
let lab: Lab;
let list: string;
let source: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  list = await lab.filter("list", { blocks: blocksOf(listed) });
  const volume = fatVolume(files, landscape(1 << 20));
  source = lab.image("stick.dd", volume, {
    [clusterByte(61)]: part(24, 28), // behind the end of SHORT.TXT
    [clusterByte(900) + 512]: part(32, 40), // free
  });
});
after(() => lab.remove());

function told(out: string): unknown[] {
  const { findings } = reportIn(lab.path(out));
  return findings.map(({ place, standing, certainty, offsetBytes, blocks, weight }) => [
    ...[place, standing, certainty, offsetBytes, blocks, weight],
  ]);
}

const WANTED = [
  ["stick.dd/fat16", "unallocated", undefined, clusterByte(900) + 512, 8, "red"],
  ["stick.dd/fat16/NEXT.BIN", "allocated", undefined, clusterByte(18), 8, "red"],
  ["stick.dd/fat16/SHORT.TXT", "slack", undefined, clusterByte(61), 4, "red"],
  ["stick.dd/fat16/WHOLE.BIN", "allocated", undefined, clusterByte(10), 8, "red"],
  ["stick.dd/fat16/_ONE.BIN", "deleted", "contiguous-guess", clusterByte(40), 8, "red"],
];

test("examine says for every finding in what it stands, and cuts a run where a file ends; alike with 1, 2 and 4 workers", async () => {
  for (const workers of ["1", "2", "4"]) {
    const { code } = await runInLab(lab, {
      ...{ source, filters: [list], out: lab.path(`w${workers}`) },
      options: { seed: "one", workers },
    });
    assert.equal(code, 20);
    assert.deepEqual(told(`w${workers}`), WANTED);
  }
});

/** Short patience where a reader hangs. */
const patience = (how: PlantedFault["how"]): ChildLimits => ({
  ...{ silentMs: how === "hang" ? 1500 : 20_000, objectMs: 60_000, totalMs: 120_000 },
});

function readerEnds(out: string): unknown[] {
  const lines = readFileSync(join(out, "journal.jsonl"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "reader");
}

for (const how of ["crash", "throw", "hang", "memory"] as const satisfies PlantedFault["how"][]) {
  test(`a ${how} of the reader at one file: every finding is told with its place all the same`, async () => {
    const out = lab.path(how);
    const asked = { source, filters: [list], out, options: { seed: "one" } };
    const mediumFault = { name: Buffer.from("NEXT.BIN").toString("hex"), how };
    await runFailing(lab, asked, { mediumFault, mediumLimits: patience(how) });
    assert.deepEqual(told(how), WANTED);
    assert.ok(readerEnds(out).length >= 1);
    assert.deepEqual(
      reportIn(out).notices.filter(({ code }) => code === "places-not-named"),
      [],
    );
  });
}

test("a reader that ends at bytes between the files: all others are named, and page one says what could not be", async () => {
  const out = lab.path("between");
  const mediumFault = { atByte: clusterByte(2000), how: "crash" } as const;
  await runFailing(lab, { source, filters: [list], out, options: { seed: "one" } }, { mediumFault });
  assert.deepEqual(told("between"), WANTED);
  const [lost] = reportIn(out).notices.filter(({ code }) => code === "places-not-named");
  assert.match(String(lost?.values["where"]), /^stick\.dd\/fat16/);
});

test("examine of 6 mutated volumes ends with a report, and finds what was left untouched", async (t) => {
  const seed = process.env["PHUM_SEED"] ?? String(Date.now());
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let i = 0; i < 6; i++) {
    const volume = fatVolume(files, landscape(1 << 20));
    // Only where a file system keeps its tables: the planted files stay.
    for (let n = 0; n < 40; n++) volume[random.below(clusterByte(2))] = random.below(256);
    const image = lab.image(`mutated${i}.dd`, volume);
    const { code } = await runInLab(lab, { source: image, filters: [list], out: lab.path(`mutated${i}`) });
    assert.equal(code, 20);
    const { findings } = reportIn(lab.path(`mutated${i}`));
    assert.equal(
      findings.reduce((sum, { blocks }) => sum + blocks, 0),
      24,
      `case ${i}`,
    );
  }
});
