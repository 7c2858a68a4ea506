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
import { bmp, drawing, jpeg, SIDE } from "./drawing-lab.node.ts";
import { fatVolume } from "./fat-lab.ts";
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

test("comparing that is killed and resumed gives the result of one that was not, in a folder and in an image", async () => {
  const drawn = Array.from({ length: PICTURES }, (_, n) => drawing(`d${n}`));
  const folder = lab.path("folder");
  mkdirSync(folder);
  for (const [n, grey] of drawn.entries()) writeFileSync(join(folder, `${n}.bmp`), bmp(grey));
  const files = await Promise.all(
    drawn.map(async (grey, n) => {
      const name = `P${String(n).padStart(7, "0")}JPG`;
      return { name, cluster: 2 + 8 * n, bytes: await jpeg(grey) };
    }),
  );
  const image = lab.image("stick.dd", fatVolume(files, landscape(1 << 20)));
  for (const [name, source] of Object.entries({ folder, image })) {
    const straight = lab.path(`${name}-straight`);
    await runInLab(lab, { source, filters: [list], out: straight, options: { seed: "the same", workers: "2" } });
    const out = lab.path(`${name}-killed`);
    assert.ok(await runKilled(source, out), "it was ended before it was done");
    const compared = comparedBefore(join(out, "journal.jsonl"));
    assert.ok(compared > 0 && compared < PICTURES, `${name}: ${compared} were compared before`);
    const options = { seed: "the same", workers: "1", resume: true } as const;
    const late = began + 20 * (Date.now() - began);
    await resumed({ source, out, options });
    const [report, wanted] = [reportIn(out), reportIn(straight)];
    assert.equal(wanted.likeness?.compared, PICTURES);
    assert.equal(wanted.findings.length, 3);
    assert.deepEqual([report.findings, report.likeness], [wanted.findings, wanted.likeness]);
    assert.ok(report.notices.some(({ code }) => code === "interrupted-before"));
    const { outcome } = await verifyReport(out, { trust: [lab.trust], nowMs: late + 3_600_000 });
    assert.equal(outcome, "verified");
  }
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
