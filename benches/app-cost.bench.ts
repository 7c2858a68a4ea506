// What the officer's screen costs the scan: the same folder examined by `phum examine` and through lanes with two screens that get
// every view by server-sent events, whole processes, interleaved. `node benches/app-cost.bench.ts [ROUNDS]`. One image of 1 GiB in the
// page cache under 66 names, less the same under 2, so that start, unlocking and report cancel out; both screens are read in the process
// that is measured. Told besides: the longest time between two views while reading, which is as far behind as a screen can be. Needs
// 1.1 GB of disk. Writes benches/results/app-cost.json.
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { projectHome } from "#base/machine/node";
import { openIdentity, readKeyFile } from "#base/signing/node";
import { type Lanes, openLanes } from "#examination/lanes/node";
import { makeImage, makeKit } from "./bench-kit.ts";

const GIB = 2 ** 30;
const KEYS = 1_000_000;
const NAMES = { small: 2, large: 66 };
const EVERY_MS = 300;
const BEHIND_MOST_MS = 500;
const SCREENS = 2;

interface Cost {
  wall: number;
  cpu: number;
}

const [, , first = "5", ...rest] = process.argv;
if (first === "through-lanes") await throughLanes(rest);
else await measure(Number(first));

async function measure(rounds: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "phum-app-"));
  try {
    const trust = await makeKit(dir, KEYS);
    const image = makeImage(join(dir, "image.dd"), GIB);
    const folders = [folderOf(image, NAMES.small), folderOf(image, NAMES.large)];
    const runs = { command: [] as Cost[], lanes: [] as Cost[] };
    const behindMs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const which of ["command", "lanes"] as const) {
        const [little, much] = folders.map((source, i) => {
          const out = join(dir, `${which}-${round}-${i}`);
          return timed(
            dir,
            which === "command" ? commandOf(dir, { trust, source, out }) : lanesOf({ dir, trust, source, out }),
          );
        });
        if (little === undefined || much === undefined) throw new Error("The bench was not run");
        runs[which].push({ wall: much.wall - little.wall, cpu: much.cpu - little.cpu });
        if (which === "lanes") behindMs.push(Number(readFileSync(join(dir, "behind"), "utf8")));
      }
    }
    tell(runs, behindMs, rounds);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A folder with the image under so many names. */
function folderOf(image: string, names: number): string {
  const folder = `${image}-${names}`;
  mkdirSync(folder);
  for (let i = 0; i < names; i++) linkSync(image, join(folder, `${i}.dd`));
  return folder;
}

function commandOf(dir: string, { trust, source, out }: Record<"trust" | "source" | "out", string>): string {
  const known = `--filter ${dir}/bench.phumf --trust ${trust} --identity ${dir}/officer.key --passphrase-file ${dir}/pass`;
  return `${join(projectHome, "phum")} examine ${source} ${known} --exhibit B --out ${out}`;
}

function lanesOf({ dir, trust, source, out }: Record<"dir" | "trust" | "source" | "out", string>): string {
  return `${process.execPath} --max-semi-space-size=1 ${import.meta.filename} through-lanes ${dir} ${trust} ${source} ${out}`;
}

/** The measured process: lanes, a server, two screens. */
async function throughLanes([dir = "", trust = "", source = "", out = ""]: string[]): Promise<void> {
  const identity = await openIdentity(readKeyFile(join(dir, "officer.key")), "bench");
  const lanes = openLanes({
    shift: {
      ...{
        id: "bench",
        practice: false,
        identity,
        certificate: null,
        trust: [trust],
        lists: [join(dir, "bench.phumf")],
      },
      ...{ basis: () => "bench", exhibit: () => "B", exhibitsTaken: () => undefined, evidenceDir: out },
    },
    stateDir: join(out, "state"),
    goal: "all",
  });
  const closeScreens = await screens(lanes);
  await lanes.act({ act: "add-path", path: source });
  await lanes.act({ act: "examine", consent: [] });
  while (lanes.busy) await setTimeout(EVERY_MS / 10);
  const [lane] = lanes.view().lanes;
  if (lane?.fraction !== 1 || lane.hits > 0) throw new Error(`The bench went wrong: ${JSON.stringify(lane)}`);
  writeFileSync(join(dir, "behind"), String(closeScreens()));
  await lanes.close();
  process.exit(0);
}

/** @returns ends them, and says the longest time between two views of a lane that is read. */
async function screens(lanes: Lanes): Promise<() => number> {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { "content-type": "text/event-stream" });
    let [lastMs, waiting] = [0, false];
    const send = (): void => {
      [lastMs, waiting] = [performance.now(), false];
      answer.write(`data: ${JSON.stringify(lanes.view())}\n\n`);
    };
    lanes.onChange(() => {
      const leftMs = lastMs + EVERY_MS - performance.now();
      if (leftMs <= 0) send();
      else if (!waiting) {
        waiting = true;
        void setTimeout(leftMs).then(send);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  let longestMs = 0;
  for (let screen = 0; screen < SCREENS; screen++) {
    void watch(`http://127.0.0.1:${port}/`, (ms) => {
      longestMs = Math.max(longestMs, ms);
    });
  }
  return () => longestMs;
}

async function watch(address: string, between: (ms: number) => void): Promise<void> {
  const { body } = await fetch(address);
  let [text, lastMs] = ["", 0];
  for await (const piece of body ?? []) {
    text += Buffer.from(piece).toString("utf8");
    const messages = text.split("\n\n");
    text = messages.pop() ?? "";
    for (const message of messages) {
      const reading = JSON.parse(message.slice("data: ".length)).lanes[0]?.state === "reading";
      const nowMs = performance.now();
      if (reading && lastMs > 0) between(nowMs - lastMs);
      lastMs = reading ? nowMs : 0;
    }
  }
}

/** Seconds on the clock, and of all processors together. */
function timed(dir: string, command: string): Cost {
  const env = { ...process.env, XDG_STATE_HOME: dir };
  const run = spawnSync("bash", ["-c", `TIMEFORMAT='times %R %U %S'; time ${command} >/dev/null`], {
    encoding: "utf8",
    env,
  });
  const [, wall = "0", user = "0", system = "0"] = /times ([\d.]+) ([\d.]+) ([\d.]+)/.exec(run.stderr) ?? [];
  if (Number(wall) === 0 || (run.status ?? 64) >= 64) throw new Error(`${command}: ${run.stderr}`);
  return { wall: Number(wall), cpu: Number(user) + Number(system) };
}

function tell(runs: Record<"command" | "lanes", Cost[]>, behindMs: number[], rounds: number): void {
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const of = (which: "command" | "lanes", what: keyof Cost): number => median(runs[which].map((cost) => cost[what]));
  const percentMore = (what: keyof Cost): number =>
    Number((100 * (of("lanes", what) / of("command", what) - 1)).toFixed(1));
  const report = {
    bench: "app-cost",
    measuredOn: { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] },
    method: `${rounds} interleaved rounds, medians; 64 GiB each; list of ${KEYS} keys; ${SCREENS} screens`,
    secondsByCommand: { wall: of("command", "wall"), cpu: of("command", "cpu") },
    secondsThroughLanes: { wall: of("lanes", "wall"), cpu: of("lanes", "cpu") },
    percentMore: { wall: percentMore("wall"), cpu: percentMore("cpu"), target: 3 },
    longestBetweenViewsMs: {
      median: Math.round(median(behindMs)),
      most: Math.round(Math.max(...behindMs)),
      target: BEHIND_MOST_MS,
    },
    runs,
  };
  console.log(JSON.stringify(report, null, 2));
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  writeFileSync(join(projectHome, "benches/results/app-cost.json"), `${JSON.stringify(report, null, 2)}\n`);
}
