// Listed blocks planted at every phase and across every border of what is read at once: all are found, and nothing else,
// whatever the number of workers.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const MIB = 1 << 20;
const BLOCK = 4096;
const SECTOR = 512;
const CHUNK = 4 * MIB;
const SLOT = 65_536;
const SLOTS = 992;
const BORDERS = 17;
const SIZE = (BORDERS + 1) * CHUNK;
const listed = noise("planted", (SLOTS + BORDERS) * BLOCK);
let lab: Lab;
let source: string;
let list: string;
let digest: string;

/** Slot i: 8 KiB into it, at phase i mod 8. Border k: the block begins 0 to 8 sectors before it. */
const places = [
  ...Array.from({ length: SLOTS }, (_, slot) => slot * SLOT + 2 * BLOCK + (slot % 8) * SECTOR),
  ...Array.from({ length: BORDERS }, (_, border) => (border + 1) * CHUNK - (border % 9) * SECTOR),
];

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const blocks = blocksOf(listed);
  list = await lab.filter("planted", { blocks });
  const bytes = landscape(SIZE);
  for (const [i, at] of places.entries()) bytes.set(blocks[i] ?? [], at);
  source = lab.image("planted.dd", bytes);
  digest = createHash("sha256").update(bytes).digest("hex");
});
after(() => lab.remove());

const wanted = [...places].sort((a, b) => a - b);
let findings: string | undefined;

for (const workers of ["1", "2", "4"]) {
  test(`examine with ${workers} workers finds ${SLOTS + BORDERS} planted blocks and no other`, async () => {
    const out = lab.path(`out-${workers}`);
    await runInLab(lab, { source, filters: [list], out, options: { workers } });
    const report = reportIn(out);
    assert.deepEqual(
      report.findings.map(({ offsetBytes }) => offsetBytes),
      wanted,
    );
    assert.ok(report.findings.every(({ confirmed, blocks }) => confirmed && blocks === 1));
    assert.equal(report.unconfirmed, 0);
    findings ??= JSON.stringify(report.findings);
    assert.equal(JSON.stringify(report.findings), findings);
    assert.equal(createHash("sha256").update(readFileSync(source)).digest("hex"), digest);
  });
}

test("examine with two lists that share a key, and one that does not, finds each block in each", async () => {
  const blocks = blocksOf(listed);
  const shared = await lab.filter("shared", { blocks: blocks.slice(0, 500), setSeed: "planted" });
  const alone = await lab.filter("alone", { blocks: blocks.slice(400, 600), category: "related" });
  await runInLab(lab, { source, filters: [list, shared, alone], out: lab.path("three") });
  const { findings: found } = reportIn(lab.path("three"));
  const count = (set: string): number => found.filter((finding) => finding.set === set).length;
  assert.deepEqual([count("planted"), count("shared"), count("alone")], [SLOTS + BORDERS, 500, 200]);
});
