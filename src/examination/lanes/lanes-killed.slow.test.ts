// The fear: the program is killed in the middle. What was being examined goes on by itself at the next start, and nothing is
// counted twice; a second program that is started beside the first is refused its exhibits.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { verifyReport } from "#examination/evidence/node";
import { openLanes } from "./lanes.node.ts";
import { type LanesLab, lanesLab, until } from "./lanes-lab.node.ts";

const MIB = 1 << 20;
const SIZE = 48 * MIB;
let lab: LanesLab;

/** Examines two sticks slowly, and says how far it is. */
const SCRIPT = `
import { openLanes } from "./src/examination/lanes/lanes.node.ts";
import { lanesLab } from "./src/examination/lanes/lanes-lab.node.ts";
const lab = await lanesLab(process.argv[1]);
const lanes = openLanes({
  shift: lab.shift(), stateDir: lab.path("state"), machine: lab.machine, socketFolder: lab.path("sockets"), atOnce: 2,
  trouble: () => ({ faults: { ranges: [{ startByte: 0, endByte: 1 << 30, kind: "slow", ms: 300 }] } }),
});
for (const { key } of lanes.view().devices) await lanes.act({ act: "choose", device: key, chosen: true });
await lanes.act({ act: "examine", consent: [] });
setInterval(() => console.log(Math.min(...lanes.view().lanes.map(({ fraction }) => fraction))), 50);
`;

before(async () => {
  lab = await lanesLab();
  lab.plug("red.dd", SIZE, { [40 * MIB]: lab.listed });
  lab.plug("green.dd", SIZE + 4096);
});
after(() => lab.remove());

function killedInTheMiddle(child: ChildProcess, meanwhile: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let begun = false;
    createInterface({ input: child.stdout ?? process.stdin }).on("line", async (line) => {
      if (begun || !(Number(line) > 0)) return;
      begun = true;
      await meanwhile().catch(reject);
      child.kill("SIGKILL");
    });
    child.on("exit", (code, signal) => (signal === "SIGKILL" ? resolve() : reject(new Error(`It ended with ${code}`))));
  });
}

const options = () => ({
  ...{ shift: lab.shift({ exhibit: "LAB-3" }), stateDir: lab.path("state"), machine: lab.machine },
  ...{ socketFolder: lab.path("sockets"), atOnce: 2 },
});

const LIMIT = { timeout: 180_000 };

test(
  "openLanes() goes on with every exhibit after kill -9, each once; a second program beside the first is refused them",
  LIMIT,
  async () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT, lab.dir], {
      cwd: projectHome,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await killedInTheMiddle(child, async () => {
      const second = openLanes(options());
      await until(second, "1", ({ fault }) => fault?.code === "evidence/in-use");
      assert.equal(second.view().lanes[0]?.state, "failed");
      await second.close();
    });
    const lanes = openLanes(options());
    for (const [key, verdict] of [
      ["1", "green"],
      ["2", "red"],
    ] as const) {
      const lane = await until(lanes, key, ({ state }) => state === "answered");
      const { report, dir = "" } = lanes.reportOf(key) ?? {};
      assert.deepEqual([lane.answer?.verdict, lane.fraction, lane.exhibit], [verdict, 1, `LAB-${key}`]);
      assert.equal(report?.findings.length, verdict === "red" ? 1 : 0);
      assert.equal(verifyReport(dir, { trust: [], nowMs: Date.now() }).outcome, "verified");
    }
    const [before] = lanes.view().lanes;
    await lanes.close();
    const again = openLanes(options());
    assert.deepEqual(again.view().lanes[0], before);
    await again.close();
    const other = openLanes({ ...options(), shift: lab.shift({ id: "shift-2" }) });
    assert.deepEqual(other.view().lanes, []);
    await other.close();
  },
);
