// An examination that is stopped, killed and gone on with, and a second program that would write into the same exhibit.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { buildWords, noise, OFFICER, reportIn, setDesk } from "./phum.ts";

const desk = setDesk("interrupted");
after(() => desk.close());
desk.write("originals/0.bin", noise("listed", 150_000));
assert.equal(desk.phum(...buildWords(desk, "national", ["originals"])).status, 0);
desk.write("long.dd", new Uint8Array(0));
truncateSync(desk.path("long.dd"), 2 ** 40); // reading all of it would take a quarter of an hour

const WORDS = [
  "examine",
  "long.dd",
  "--filter",
  "national.phumf",
  ...OFFICER,
  "--exhibit",
  "E",
  "--out",
  "E",
  "--full",
];

/** Begins to examine; comes back when reading is under way. */
async function begun(...more: string[]): Promise<ChildProcess> {
  const before = checkpoints();
  const child = spawn(desk.command, [...WORDS, ...more], { cwd: desk.dir, env: desk.env, stdio: "ignore" });
  while (checkpoints() <= before && child.exitCode === null) await setTimeout(100);
  return child;
}

function checkpoints(): number {
  try {
    return readFileSync(desk.path("E/journal.jsonl"), "latin1").split('"kind":"checkpoint"').length;
  } catch {
    return 1;
  }
}

test("A second writer is refused, Ctrl-C answers for what was read, a killed examination goes on", async () => {
  const first = await begun();
  for (const more of [[], ["--resume"]]) {
    const second = desk.phum(...WORDS, ...more);
    assert.equal(second.status, 75, second.stderr);
    assert.match(second.stderr, /\[evidence\/in-use\]/);
  }
  first.kill("SIGINT");
  assert.deepEqual(await once(first, "exit"), [30, null]);
  const stopped = reportIn(desk, "E");
  assert.ok(stopped.reasons.includes("stopped-early"));
  assert.ok(stopped.coverage.bytesRead > 0 && stopped.coverage.fraction < 1);
  assert.equal(desk.phum("report", "verify", "E", "--trust", desk.agencyKey).status, 0);

  const killed = await begun("--resume");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const { status, stdout } = desk.phum("report", "verify", "E", "--trust", desk.agencyKey);
  assert.equal(status, 11, stdout);

  const last = await begun("--resume");
  last.kill("SIGTERM");
  assert.deepEqual(await once(last, "exit"), [30, null]);
  const { coverage, notices } = reportIn(desk, "E");
  assert.ok(coverage.bytesRead > stopped.coverage.bytesRead);
  assert.ok(notices.some(({ code }) => code === "interrupted-before"));
  assert.equal(desk.phum("report", "verify", "E", "--trust", desk.agencyKey).status, 0);
});
