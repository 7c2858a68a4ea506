// A folder's files: their digests stand in the sealed annex alone, a stop loses no more than a part of a large file, damaged
// places are tried again.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { LiveFacts } from "./pace.ts";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

const MIB = 1 << 20;
const BLOCK = 4096;
const listed = noise("in folders", 64 * BLOCK);
const small = noise("small file", 3000);
const large = landscape(150 * MIB);
let lab: Lab;
let list: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  large.set(noise("end of the large file", 700), large.length - 700);
  list = await lab.filter("folders", { blocks: blocksOf(listed), files: [small, large] });
});
after(() => lab.remove());

function folder(name: string, files: Record<string, Uint8Array>): string {
  mkdirSync(lab.path(name));
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(lab.path(name), file), bytes);
  return lab.path(name);
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

test("examine of a folder writes the annex on a hit; no other file holds a digest of a file", async () => {
  const files = { "small.bin": small, "hit.bin": listed, "tiny.txt": noise("tiny", 300), "other.bin": landscape(9000) };
  const source = folder("digests", files);
  const out = lab.path("digests-ev");
  await runInLab(lab, { source, filters: [list], out });
  const report = reportIn(out);
  assert.equal(report.annex?.file, "annex.age");
  assert.ok(readFileSync(join(out, "annex.age")).length > 300);
  assert.equal(report.reads.digest, "sha256-of-sector-hashes");
  for (const name of readdirSync(out)) {
    const bytes = readFileSync(join(out, name));
    for (const [file, content] of Object.entries(files)) {
      const digest = sha256(content);
      assert.ok(!bytes.includes(digest), `${name} holds the digest of ${file}`);
      assert.ok(!bytes.includes(digest.toString("hex")), `${name} holds the digest of ${file} as text`);
    }
  }
});

test("examine of a large listed file that is stopped goes on inside it, and still finds it whole", async () => {
  const source = folder("large", { "film.bin": large });
  const asked = { source, filters: [list], out: lab.path("large-ev"), options: { workers: "1" } };
  const controller = new AbortController();
  const live = ({ bytesRead }: LiveFacts): void => {
    if (bytesRead > 12_288) controller.abort();
  };
  await runFailing(lab, { ...asked, signal: controller.signal }, { live });
  const stopped = reportIn(lab.path("large-ev"));
  assert.deepEqual([stopped.verdict, stopped.reasons], ["amber", ["stopped-early"]]);
  assert.ok(stopped.coverage.bytesRead >= 32 * MIB && stopped.coverage.bytesRead < large.length);
  const { code } = await runInLab(lab, { ...asked, options: { resume: true } });
  const { findings, coverage, reads } = reportIn(lab.path("large-ev"));
  assert.deepEqual([code, coverage.bytesRead], [20, large.length]);
  assert.deepEqual(
    findings.map(({ kind, place }) => [kind, place]),
    [["whole-file", "large/film.bin"]],
  );
  assert.equal(reads.leaves, 3 + 5, "three probes, and every part once");
  rmSync(source, { recursive: true });
});

test("examine of a folder tries damaged places again from both edges", async () => {
  const bytes = landscape(12 * MIB);
  const at = 3 * MIB + 12 * BLOCK;
  bytes.set(listed.subarray(0, 4 * BLOCK), at);
  const source = folder("damaged", { "a.bin": bytes, "small.bin": small });
  const [bad, badEnd] = [3 * MIB + 2 * BLOCK, 3 * MIB + 5 * BLOCK];
  const faults = { ranges: [{ startByte: bad, endByte: badEnd, kind: "error" as const }] };
  await runFailing(lab, { source, filters: [list], out: lab.path("damaged-ev") }, { faults });
  const { unread, coverage, findings } = reportIn(lab.path("damaged-ev"));
  assert.deepEqual(unread, [
    { place: "damaged/a.bin", offsetBytes: bad, lengthBytes: badEnd - bad, why: "input-error" },
  ]);
  assert.equal(coverage.bytesRead, 12 * MIB - (badEnd - bad) + small.length);
  assert.deepEqual(
    findings.map(({ place, offsetBytes, blocks }) => [place, offsetBytes, blocks]),
    [
      ["damaged/a.bin", at, 4],
      ["damaged/small.bin", 0, 0],
    ],
  );
});

test("examine of a folder with a place that is read at the second try leaves nothing unread", async () => {
  const source = folder("weak", { "a.bin": large.subarray(0, 2 * MIB) });
  const faults = { ranges: [{ startByte: MIB, endByte: MIB + 512, kind: "slow" as const, ms: 1 }] };
  await runFailing(lab, { source, filters: [list], out: lab.path("weak-ev") }, { faults });
  const { unread, coverage, verdict } = reportIn(lab.path("weak-ev"));
  assert.deepEqual([unread, coverage.bytesRead, verdict], [[], 2 * MIB, "green"]);
});

test("examine --quick of a folder without anything listed is green, and names no amount", async () => {
  const source = folder("plain", { "a.bin": large.subarray(0, MIB) });
  const options = { quick: true } as const;
  const { code, out } = await runInLab(lab, { source, filters: [list], out: lab.path("plain-ev"), options });
  assert.deepEqual([code, reportIn(lab.path("plain-ev")).bound.targetBytes], [0, null]);
  assert.ok(out.some((line) => line.includes("For a folder the answer holds for the files and bytes named above.")));
});
