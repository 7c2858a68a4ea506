// Comparing by likeness, ended by kill -9 in the middle and gone on with: the result is that of one that was never interrupted. And
// videos: where in one something is. The clock is handed in twentyfold, so that a checkpoint is due every 0.2 s.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { concatBytes } from "#base/values";
import { verifyReport } from "#examination/evidence/node";
import { pdqOf } from "#examination/likeness";
import { fingerprintFile, openFingerprints } from "#examination/likeness/node";
import { drawing, jpeg, SIDE } from "./drawing-lab.node.ts";
import { fatVolume } from "./fat-lab.ts";
import { zipOf } from "./pack-lab.node.ts";
import { type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const PICTURES = 120;
const began = Date.now();
const pixelsOf = (n: number) => ({ width: SIDE, height: SIDE, channels: 1 as const, pixels: drawing(`d${n}`) });
/** Drawings of good quality. */
const LISTED = Array.from({ length: PICTURES }, (_, n) => n)
  .filter((n) => pdqOf(pixelsOf(n)).quality >= 80)
  .slice(0, 3);
let lab: Lab;
let list: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const known = concatBytes(...LISTED.map((n) => pdqOf(pixelsOf(n)).hash));
  list = await lab.filter("list", { blocks: [noise("block", 4096)], known });
});
after(() => lab.remove());

const SCRIPT = `
import { labRequest } from "./src/examination/triage/triage-lab.node.ts";
import { startUp } from "./src/examination/triage/start-up.node.ts";
import { examination } from "./src/examination/triage/examination.node.ts";
const { lab, asked, began } = JSON.parse(process.argv[1]);
const { request } = labRequest(lab, asked);
const nowMs = () => began + 20 * (Date.now() - began);
const setup = { ...(await startUp({ ...request, nowMs })), live: () => undefined };
await examination(setup);
setup.evidence.close();
`;

/** Files in the results that a journal holds. */
function comparedBefore(journal: string): number {
  const counts = readFileSync(journal, "utf8").matchAll(/"body":\{"files":(\d+),"sealed"/g);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Checkpoints behind the first results of comparing. */
function comparedIn(journal: string): number {
  const lines = existsSync(journal) ? readFileSync(journal, "utf8").split("\n").filter(Boolean) : [];
  const kinds = lines.map((line) => /"kind":"(\w+)"/.exec(line)?.[1]);
  const first = kinds.indexOf("likeness");
  return first < 0 ? 0 : kinds.slice(first).filter((kind) => kind === "checkpoint").length;
}

/** Runs an examination in a process of its own, and ends it when it has compared something. @returns whether it was ended. */
async function runKilled(source: string, out: string): Promise<boolean> {
  const options = { seed: "the same", workers: "1" };
  const given = JSON.stringify({ lab, asked: { source, filters: [list], out, options }, began });
  const command = ["--input-type=module", "-e", SCRIPT, given];
  const child = spawn(process.execPath, command, { cwd: projectHome, stdio: ["ignore", "ignore", "inherit"] });
  const timer = setInterval(() => {
    if (comparedIn(join(out, "journal.jsonl")) > 0) child.kill("SIGKILL");
  }, 20);
  const signal = await new Promise((resolve) => child.on("exit", (_, how) => resolve(how)));
  clearInterval(timer);
  return signal !== null;
}

test("comparing that is killed and resumed gives the result of one that was not", async () => {
  const files = await Promise.all(
    Array.from({ length: PICTURES }, async (_, n) => {
      const name = `P${String(n).padStart(7, "0")}JPG`;
      return { name, cluster: 2 + 8 * n, bytes: await jpeg(drawing(`d${n}`)) };
    }),
  );
  const source = lab.image("stick.dd", fatVolume(files, landscape(1 << 20)));
  const straight = lab.path("straight");
  await runInLab(lab, { source, filters: [list], out: straight, options: { seed: "the same", workers: "2" } });
  const out = lab.path("killed");
  assert.ok(await runKilled(source, out), "it was ended before it was done");
  const compared = comparedBefore(join(out, "journal.jsonl"));
  assert.ok(compared > 0 && compared < PICTURES, `${compared} were compared before`);
  await resumed({ source, out, options: { seed: "the same", workers: "1", resume: true } });
  const [report, wanted] = [reportIn(out), reportIn(straight)];
  assert.equal(wanted.likeness?.compared, PICTURES);
  assert.equal(wanted.findings.length, 3);
  assert.deepEqual([report.findings, report.likeness], [wanted.findings, wanted.likeness]);
  assert.ok(report.notices.some(({ code }) => code === "interrupted-before"));
  const nowMs = began + 20 * (Date.now() - began) + 3_600_000;
  assert.equal((await verifyReport(out, { trust: [lab.trust], nowMs })).outcome, "verified");
});

test("comparing what stands in an archive, killed and resumed, compares nothing again and gives the same result", async () => {
  const names = Array.from({ length: PICTURES }, (_, n) => `p${n}.jpg`);
  const files = await Promise.all(names.map(async (name, n) => [name, await jpeg(drawing(`d${n}`))] as const));
  const source = lab.path("packed");
  mkdirSync(source);
  writeFileSync(join(source, "all.zip"), zipOf(Object.fromEntries(files)));
  const straight = lab.path("packed-straight");
  await runInLab(lab, { source, filters: [list], out: straight, options: { seed: "the same", workers: "2" } });
  const out = lab.path("packed-killed");
  assert.ok(await runKilled(source, out), "it was ended before it was done");
  const compared = comparedBefore(join(out, "journal.jsonl"));
  assert.ok(compared > 0 && compared < PICTURES, `${compared} were compared before`);
  await resumed({ source, out, options: { seed: "the same", workers: "1", resume: true } });
  const [report, wanted] = [reportIn(out), reportIn(straight)];
  assert.equal(wanted.likeness?.compared, PICTURES);
  assert.equal(wanted.findings.length, 3);
  assert.deepEqual([report.findings, report.likeness], [wanted.findings, wanted.likeness]);
  // The archive itself is one of what was compared: it is no picture.
  assert.equal(comparedBefore(join(out, "journal.jsonl")), PICTURES + 1);
});

/** Goes on to the end, by the same clock. */
async function resumed({ source, out, options }: { source: string; out: string; options: object }): Promise<void> {
  const given = JSON.stringify({ lab, asked: { source, filters: [list], out, options }, began });
  const command = ["--input-type=module", "-e", SCRIPT, given];
  const child = spawn(process.execPath, command, { cwd: projectHome, stdio: ["ignore", "ignore", "inherit"] });
  assert.equal(await new Promise((resolve) => child.on("exit", resolve)), 0);
}

const VIDEOS = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "videos");
const VIDEO = join(VIDEOS, "test-padded-dimensions.mp4");
const skip = existsSync(VIDEO) ? false : "the test data has no videos";

test("examine finds a listed video in a folder and in an image, and says where in it", { skip }, async () => {
  const fingerprints = openFingerprints();
  const { found } = await fingerprintFile({ file: VIDEO, path: VIDEO }, fingerprints, "exact");
  fingerprints.close();
  assert.ok("video" in found);
  const films = await lab.filter("films", { blocks: [noise("film", 4096)], videos: [found.frames] });
  const folder = lab.path("films-folder");
  mkdirSync(folder);
  copyFileSync(VIDEO, join(folder, "a film.mp4"));
  const bytes = new Uint8Array(readFileSync(VIDEO));
  const image = lab.image("films.dd", fatVolume([{ name: "FILM    BIN", cluster: 10, bytes }], landscape(1 << 20)));
  for (const source of [folder, image]) {
    const out = `${source}-out`;
    await runInLab(lab, { source, filters: [films], out });
    const [finding, ...others] = reportIn(out).findings;
    assert.deepEqual([finding?.kind, finding?.weight, others], ["likeness", "amber", []]);
    const { percent = 0, spans = [], part } = finding?.likeness ?? {};
    assert.deepEqual([part, percent >= 80], ["video", true]);
    const lastMs: number = found.frames.at(-1)?.timestampMs ?? 0;
    assert.ok(spans.length >= 1 && spans.every(({ fromMs, toMs }) => fromMs <= toMs && toMs <= lastMs + 1000));
    assert.match(readFileSync(join(out, "report.html"), "utf8"), /from .{0,30}0:\d\d.{0,30} to .{0,30}0:\d\d/);
  }
});
