// Directory-guided probe: on a medium too large to be read at once, a listed picture that is there is met before the grid.
import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { clusterByte, fatVolume } from "./fat-lab.ts";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

const GIB = 2 ** 30;
const listed = noise("guided", 32 * 4096);
let lab: Lab;
let list: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  list = await lab.filter("list", { blocks: blocksOf(listed) });
});
after(() => lab.remove());

/** A sparse medium of 8 GiB: a small volume at its start, nothing behind. */
function medium(name: string, file: string): string {
  const files = [{ name: file, cluster: 1234, bytes: listed }];
  writeFileSync(lab.path(name), fatVolume(files, landscape(1 << 20)));
  truncateSync(lab.path(name), 8 * GIB);
  return lab.path(name);
}

async function examined(
  source: string,
  out: string,
  options: Record<string, string>,
): Promise<ReturnType<typeof reportIn>> {
  await runInLab(lab, { source, filters: [list], out: lab.path(out), options: { quick: true, ...options } });
  return reportIn(lab.path(out));
}

test("a listed picture of 128 KiB in 8 GiB is met by its directory entry, alike with 1 and 4 workers, and by the plan again", async () => {
  const source = medium("picture.dd", "PICTURE JPG");
  const report = await examined(source, "one", { seed: "one", workers: "1" });
  assert.equal(report.plan["guided"], true);
  assert.equal(report.verdict, "red");
  assert.ok(report.coverage.fraction < 0.2);
  for (const { place, offsetBytes } of report.findings) {
    assert.equal(place, "picture.dd/fat16/PICTURE.JPG");
    assert.ok(offsetBytes >= clusterByte(1234) && offsetBytes < clusterByte(1234) + listed.length);
  }
  const four = await examined(source, "four", { seed: "one", workers: "4" });
  assert.deepEqual([four.findings, four.coverage], [report.findings, report.coverage]);
  const again = await examined(source, "again", { plan: lab.path("one/report.json") });
  assert.deepEqual([again.findings, again.coverage, again.plan], [report.findings, report.coverage, report.plan]);
});

test("a deleted picture is met by what is left of its directory entry, behind those that are there", async () => {
  const files = [
    { name: "GONE    JPG", cluster: 40, bytes: listed, deleted: true as const },
    { name: "PICTURE JPG", cluster: 1234, bytes: listed },
  ];
  writeFileSync(lab.path("gone.dd"), fatVolume(files, landscape(1 << 20)));
  truncateSync(lab.path("gone.dd"), 8 * GIB);
  const report = await examined(lab.path("gone.dd"), "gone", { seed: "one", workers: "1" });
  assert.equal(report.verdict, "red");
  const places = new Set(report.findings.map(({ place }) => place));
  assert.deepEqual([...places].sort(), ["gone.dd/fat16/PICTURE.JPG", "gone.dd/fat16/_ONE.JPG"]);
  const journal = readFileSync(lab.path("gone/journal.jsonl"), "utf8").split("\n").filter(Boolean);
  const rows = journal.flatMap((line) => JSON.parse(line).body?.blocks ?? JSON.parse(line).entry?.body?.blocks ?? []);
  const at = (from: number) => rows.findIndex(([, offset]) => offset >= from && offset < from + listed.length);
  assert.ok(
    at(clusterByte(1234)) >= 0 && at(clusterByte(40)) > at(clusterByte(1234)),
    JSON.stringify(rows.slice(0, 5)),
  );
});

test("the same bytes under a name that is no picture's are not looked for, and what is guided counts in no statistics", async () => {
  const guided = reportIn(lab.path("one"));
  const other = await examined(medium("other.dd", "PICTURE DAT"), "other", { seed: "one" });
  assert.equal(other.coverage.bytesRead, guided.coverage.bytesRead);
});

test("an examination stopped while it reads guided places goes on and ends as if it had not been", async () => {
  const source = lab.path("picture.dd");
  const out = lab.path("stopped");
  const options = { seed: "one", workers: "1", quick: true } as const;
  const stop = new AbortController();
  const slow = { startByte: 0, endByte: clusterByte(2000), kind: "slow" as const, ms: 400 };
  const asked = { source, filters: [list], out, options, signal: stop.signal };
  setTimeout(() => stop.abort(), 1500);
  await runFailing(lab, asked, { faults: { ranges: [slow] } });
  const code = await runInLab(lab, { source, filters: [list], out, options: { ...options, resume: true } }).catch(
    (error) => error.code,
  );
  // A finished examination is closed: then it was not stopped in time.
  if (code === "evidence/used") return;
  assert.deepEqual(reportIn(out).findings, reportIn(lab.path("one")).findings);
});
