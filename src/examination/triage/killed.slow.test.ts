// Power cut: an examination is ended by kill -9 at random moments and goes on with --resume; its result is that of one that
// was never interrupted, and nothing is counted twice. 20 moments; PHUM_KILLS=50 for more. The clock is handed in twentyfold,
// so that a checkpoint is due every 0.2 s.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import type { SignedReport } from "#examination/evidence";
import { verifyReport } from "#examination/evidence/node";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn } from "./triage-lab.node.ts";

const MIB = 1 << 20;
const BLOCK = 4096;
const KILLS = Number(process.env["PHUM_KILLS"] ?? 20);
const SEED = process.env["PHUM_SEED"] ?? String(Date.now());
const SLOW_MS = 250;
const began = Date.now();
const listed = noise("killed", 64 * BLOCK);
let lab: Lab;
let asked: { source: string; filters: string[] };
let wanted: unknown;

const SCRIPT = `
import { labRequest } from "./src/examination/triage/triage-lab.node.ts";
import { startUp } from "./src/examination/triage/start-up.node.ts";
import { examination } from "./src/examination/triage/examination.node.ts";
const { lab, asked, how, began } = JSON.parse(process.argv[1]);
const { request } = labRequest(lab, asked);
const nowMs = () => began + 20 * (Date.now() - began);
const setup = { ...(await startUp({ ...request, nowMs })), ...how, live: () => undefined };
await examination(setup);
setup.evidence.close();
`;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const parts = [1, 9, 22, 30, 47].map((at, i) => [at * MIB + i * 512, listed.subarray(i * BLOCK, (i + 4) * BLOCK)]);
  const source = lab.image("killed.dd", landscape(48 * MIB), Object.fromEntries(parts));
  asked = { source, filters: [await lab.filter("killed", { blocks: blocksOf(listed) })] };
  await ended(lab.path("straight"), {});
  wanted = comparable(reportIn(lab.path("straight")));
});
after(() => lab.remove());

/** What must not depend on when and how often it was interrupted. */
function comparable({ verdict, reasons, findings, coverage, bound, unread, reads }: SignedReport): unknown {
  return { verdict, reasons, findings, coverage, bound, unread, leaves: reads.leaves };
}

/** Runs an examination in a process of its own. @returns whether it ended by itself before `killMs`. */
function ended(
  out: string,
  { killMs, resume, slow }: { killMs?: number; resume?: boolean; slow?: boolean },
): Promise<boolean> {
  const faults = { ranges: [{ startByte: 0, endByte: 48 * MIB, kind: "slow", ms: SLOW_MS }] };
  const options = { seed: "the same", workers: "2", ...(resume ? { resume: true } : {}) };
  const given = JSON.stringify({ lab, asked: { ...asked, out, options }, how: slow ? { faults } : {}, began });
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT, given], {
    cwd: projectHome,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killMs);
  return new Promise((resolve, reject) => {
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (signal !== null) resolve(false);
      else if (code === 0) resolve(true);
      else reject(new Error(`the examination ended with ${code}`));
    });
  });
}

test(`examination killed at ${KILLS} random moments and resumed gives the result of one that was not (seed ${SEED})`, async (t) => {
  const random = seededRandom(SEED);
  let [killed, checkpoints] = [0, 0];
  for (let moment = 0; moment < KILLS; moment++) {
    const out = lab.path(`killed-${moment}`);
    let whole = await ended(out, { killMs: 300 + random.below(3200), slow: true });
    if (!whole) killed++;
    if (!whole && random.below(2) === 0) {
      whole = await ended(out, { killMs: 300 + random.below(2500), resume: true, slow: true });
      if (!whole) killed++;
    }
    if (!whole) await ended(out, { resume: true });
    const report = reportIn(out);
    assert.deepEqual(comparable(report), wanted, `moment ${moment}`);
    const { outcome } = await verifyReport(out, { trust: [lab.trust], nowMs: began + 20 * (Date.now() - began) });
    assert.equal(outcome, "verified");
    if (report.notices.some(({ code }) => code === "interrupted-before")) checkpoints++;
  }
  t.diagnostic(`${killed} kills, ${checkpoints} examinations that had begun to write`);
  assert.ok(killed >= KILLS / 2);
});
