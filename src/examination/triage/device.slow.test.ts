// A block device, opened by the opener child alone: a read-only loop device over an image. Skipped where none can be made.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const MIB = 1 << 20;
const AT = 9 * MIB + 5 * 512;
const listed = noise("device", 16 * 4096);
let lab: Lab;
let device = "";

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const image = lab.image("loop.img", landscape(24 * MIB), { [AT]: listed });
  const loop = spawnSync("bash", [
    "-c",
    `losetup -r -f --show --direct-io=on ${image} || losetup -r -f --show ${image}`,
  ]);
  device = loop.status === 0 ? loop.stdout.toString().trim() : "";
});
after(() => {
  if (device !== "") spawnSync("bash", ["-c", `losetup -d ${device}`]);
  lab.remove();
});

test("examine of a block device finds what is listed and leaves it as it was", async (t) => {
  if (device === "") {
    t.skip("no loop device can be made here (needs root and a loop module)");
    return;
  }
  const digest = (): string =>
    createHash("sha256")
      .update(readFileSync(lab.path("loop.img")))
      .digest("hex");
  const before = digest();
  const filters = [await lab.filter("device", { blocks: blocksOf(listed) })];
  const { code } = await runInLab(lab, { source: device, filters, out: lab.path("out") });
  const { findings, source, coverage, reads } = reportIn(lab.path("out"));
  assert.equal(code, 20);
  assert.deepEqual(
    [source.kind, source.sizeBytes, coverage.fraction, reads.digest],
    ["device", 24 * MIB, 1, "sha256-of-sector-hashes"],
  );
  assert.deepEqual(
    findings.map(({ offsetBytes, blocks }) => [offsetBytes, blocks]),
    [[AT, 16]],
  );
  assert.equal(digest(), before);
});
