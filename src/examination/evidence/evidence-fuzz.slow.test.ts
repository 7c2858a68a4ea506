import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { equalBytes, type SeededRandom, seededRandom } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import { sampleDraft, sampleFolder, sampleOfficer, sampleOptions, sampleRuns } from "./sample-examination.node.ts";
import { verifyReport } from "./verify-report.node.ts";

const CASES = 10_000;
const LIMIT_MS = 45_000;
const NOW = { trust: [], nowMs: Date.parse("2100-01-01T00:00:00Z") };
const TOKENS = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "\n",
  "\0",
  "\\u0000",
  "null",
  "1e999",
  "-0",
  "\ud800",
  '"__proto__":',
  "ភ",
];

/** One to four changes of any kind: bits, runs of bytes, tokens, pieces copied, removed or doubled, the end cut off. */
function mutate(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  let now = Buffer.from(bytes);
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const at = random.below(now.length + 1);
    const length = 1 + random.below(random.below(2) === 0 ? 4 : 200);
    const kind = random.below(7);
    const rest = now.subarray(Math.min(now.length, at + length));
    const piece = now.subarray(at, at + length);
    if (kind === 0 && at < now.length) now[at] = (now[at] ?? 0) ^ (1 << random.below(8));
    else if (kind === 1 && at < now.length) now[at] = random.below(256);
    else if (kind === 2) now = Buffer.concat([now.subarray(0, at), rest]);
    else if (kind === 3) now = Buffer.concat([now.subarray(0, at), piece, piece, rest]);
    else if (kind === 4) now = now.subarray(0, at);
    else if (kind === 5)
      now = Buffer.concat([
        now.subarray(0, at),
        Buffer.from(TOKENS[random.below(TOKENS.length)] ?? ""),
        now.subarray(at),
      ]);
    else {
      const to = random.below(now.length + 1);
      now = Buffer.concat([now.subarray(0, to), piece, now.subarray(to)]);
    }
  }
  return now;
}

async function examine(finish: boolean): Promise<string> {
  const dir = sampleFolder();
  const evidence = await openEvidence(dir, sampleOptions(await sampleOfficer()));
  const random = seededRandom("fuzz source");
  for (let i = 0; i < 3; i++) {
    evidence.addRuns(sampleRuns(random, 8, i * 8));
    evidence.append("hits", { at: [i] });
    evidence.checkpoint({ done: i });
  }
  if (finish) await evidence.finish(sampleDraft("red"));
  evidence.close();
  return dir;
}

test(`verifyReport() of ${CASES} mutated journals, reports and runs: a Fault or "interrupted", never a crash, never verified`, async (t) => {
  const seed = `evidence ${process.env["PHUM_SEED"] ?? 1}`;
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const folders = [await examine(true), await examine(false)];
  const files = folders.flatMap((dir, i) =>
    ["journal.jsonl", "runs.bin", ...(i === 0 ? ["report.json"] : [])].map((name) => {
      const path = join(dir, name);
      return { dir, path, bytes: Uint8Array.from(readFileSync(path)), finished: i === 0 };
    }),
  );
  const counts: Record<string, number> = {};
  const endMs = Date.now() + LIMIT_MS;
  let cases = 0;
  for (; cases < CASES && Date.now() < endMs; cases++) {
    const { dir, path, bytes, finished } = files[random.below(files.length)] ?? assert.fail();
    const mutated = mutate(bytes, random);
    writeFileSync(path, mutated);
    let answer: string;
    try {
      answer = verifyReport(dir, NOW).outcome;
      const same = equalBytes(mutated, bytes);
      if (finished) assert.ok(same, `case ${cases} of seed ${seed}: ${answer} with changed bytes`);
      else assert.equal(answer, "interrupted", `case ${cases} of seed ${seed}`);
    } catch (error) {
      if (!(error instanceof Fault)) throw new Error(`case ${cases} of seed ${seed} crashed`, { cause: error });
      answer = error.code;
    }
    counts[answer] = (counts[answer] ?? 0) + 1;
    writeFileSync(path, bytes);
  }
  t.diagnostic(`${cases} cases: ${JSON.stringify(counts)}`);
  assert.ok(cases > 1000);
});

test("openEvidence() resumed on 1,000 mutated folders: a Fault or an open folder that finishes and verifies", async (t) => {
  const seed = `evidence resume ${process.env["PHUM_SEED"] ?? 1}`;
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const officer = await sampleOfficer();
  const from = sampleFolder();
  const evidence = await openEvidence(from, sampleOptions(officer));
  evidence.addRuns(sampleRuns(random, 8));
  evidence.checkpoint({ done: 8 });
  evidence.append("hits", { at: [9] });
  evidence.close();
  const names = ["journal.jsonl", "runs.bin", "state-1.json"];
  const files = names.map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(from, name))) }));
  const counts: Record<string, number> = {};
  const endMs = Date.now() + LIMIT_MS;
  const dir = sampleFolder();
  for (let i = 0; i < 1000 && Date.now() < endMs; i++) {
    const hit = random.below(files.length);
    for (const name of readdirSync(dir)) rmSync(join(dir, name));
    files.forEach(({ name, bytes }, at) => {
      writeFileSync(join(dir, name), at === hit ? mutate(bytes, random) : bytes);
    });
    let answer = "open";
    try {
      const again = await openEvidence(dir, sampleOptions(officer, { resume: true }));
      if (i % 10 === 0) {
        await again.finish(sampleDraft("green"));
        again.close();
        assert.equal(verifyReport(dir, NOW).outcome, "verified");
      } else again.close();
    } catch (error) {
      if (!(error instanceof Fault)) throw new Error(`case ${i} of seed ${seed} crashed`, { cause: error });
      answer = error.code;
    }
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  t.diagnostic(JSON.stringify(counts));
});
