// How fast `phum examine` reads and scans, whole processes, against the limits of this machine in the same run:
// `node benches/end-to-end.bench.ts [KEYS] [ROUNDS]`. A list of 100 million random keys by default; an image of 4.25 GiB in the
// page cache and one of 0.25 GiB, so that start, unlocking and report cancel out: what is told is (large - small) / 4 GiB.
// CPU is user + system of all processes and threads. O_DIRECT is measured on a read-only loop device, where that is permitted.
// Needs 6 GB of disk and 6 GB of memory. Writes benches/results/end-to-end.json.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { makeImage, makeKit } from "./bench-kit.ts";

const [, , keysAsked = "100000000", roundsAsked = "5"] = process.argv;
const KEYS = Number(keysAsked);
const ROUNDS = Number(roundsAsked);
const GIB = 2 ** 30;
const SMALL = GIB / 4;
const LARGE = 4 * GIB + SMALL;

interface Cost {
  wall: number;
  cpu: number;
}

const dir = mkdtempSync(join(tmpdir(), "phum-end-"));
let exhibits = 0;
const file = (name: string): string => join(dir, name);
try {
  await measure();
} finally {
  rmSync(dir, { recursive: true });
}

async function measure(): Promise<void> {
  const trust = await makeKit(dir, KEYS);
  const [small, large] = [makeImage(file("small.dd"), SMALL), makeImage(file("large.dd"), LARGE)];
  const scan = (image: string, how: string): Cost => examine(image, trust, how);
  const measures: Record<string, (image: string) => Cost> = {
    dd: (image) => timed(`dd if=${image} of=/dev/null bs=4M`),
    aligned: (image) => scan(image, "--phases known"),
    "8 phases": (image) => scan(image, "--phases all"),
  };
  const rows: Record<string, Cost[]> = {};
  for (const name of Object.keys(measures)) rows[name] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(measures)) {
      const [little, much] = [run(small), run(large)];
      rows[name]?.push({ wall: much.wall - little.wall, cpu: much.cpu - little.cpu });
    }
  }
  const results = Object.entries(rows).map(([name, costs]) => told(name, costs));
  const whole = examine(large, trust, "--phases known");
  const hashdeep = has("hashdeep") ? hashdeepAgainst(small, { whole, results }) : "not installed";
  const direct = directAgainst({ small, large }, trust);
  write({ results, ratios: ratiosOf(results), hashdeep, direct, wholeProcessAligned: whole });
}

/** Median cost of 4 GiB. */
function told(
  name: string,
  costs: Cost[],
): { name: string; gigabytesPerCpuSecond: number; wallGigabytesPerSecond: number } {
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const bytes = (LARGE - SMALL) / 1e9;
  const result = {
    name,
    gigabytesPerCpuSecond: rounded(bytes / median(costs.map(({ cpu }) => cpu))),
    wallGigabytesPerSecond: rounded(bytes / median(costs.map(({ wall }) => wall))),
  };
  console.log(`${name}: ${result.gigabytesPerCpuSecond} GB per CPU-second, ${result.wallGigabytesPerSecond} GB/s`);
  return result;
}

function ratiosOf(results: { name: string; gigabytesPerCpuSecond: number }[]): Record<string, unknown> {
  const of = (name: string): number => results.find((result) => result.name === name)?.gigabytesPerCpuSecond ?? 0;
  const ratios = {
    alignedToDd: rounded(of("aligned") / of("dd")),
    allPhasesToDd: rounded(of("8 phases") / of("dd")),
    targets: { alignedToDd: 0.3, allPhasesToDd: 0.15 },
  };
  console.log(JSON.stringify(ratios));
  return ratios;
}

function hashdeepAgainst(
  small: string,
  { whole, results }: { whole: Cost; results: { name: string; gigabytesPerCpuSecond: number }[] },
): Record<string, unknown> {
  const { cpu } = timed(`hashdeep -p 4096 ${small}`);
  const speed = SMALL / 1e9 / cpu;
  const scan = results.find(({ name }) => name === "aligned")?.gigabytesPerCpuSecond ?? 0;
  const answer = {
    gigabytesPerCpuSecond: rounded(speed),
    timesCheaper: rounded(scan / speed),
    timesCheaperWithStartAndReport: rounded(LARGE / 1e9 / whole.cpu / speed),
    target: 30,
  };
  console.log(`hashdeep -p 4096: ${JSON.stringify(answer)}`);
  return answer;
}

/**
 * The same images as devices that are read past the page cache; all eight phases, four readers: while one hashes, another reads.
 * Loop devices are recorded as images are, by the sector hashes (docs/design/0008-engine.md), not by SHA-256 of every byte. The steady state is told; start, unlocking and report apart from it.
 */
function directAgainst(images: { small: string; large: string }, trust: string): Record<string, unknown> | string {
  const [small, large] = [loopOver(images.small), loopOver(images.large)];
  if (small === "" || large === "") return "no loop device could be made";
  try {
    const dd = (device: string): number => timed(`dd if=${device} of=/dev/null bs=4M iflag=direct`).wall;
    const scan = (device: string): number => examine(device, trust, "--phases all --full").wall;
    const runs = Array.from({ length: ROUNDS }, () => ({
      dd: { little: dd(small), much: dd(large) },
      scan: { little: scan(small), much: scan(large) },
    }));
    const least = (which: "dd" | "scan", size: "little" | "much"): number =>
      Math.min(...runs.map((run) => run[which][size]));
    // The quickest of each: one disturbed small run would otherwise make the difference too small, even negative.
    const best = (which: "dd" | "scan"): number => least(which, "much") - least(which, "little");
    const bytes = (LARGE - SMALL) / 1e9;
    const answer = {
      ddGigabytesPerSecond: rounded(bytes / best("dd")),
      examineGigabytesPerSecond: rounded(bytes / best("scan")),
      ratio: rounded(best("dd") / best("scan")),
      startAndReportSeconds: rounded(least("scan", "little") - (best("scan") * SMALL) / (LARGE - SMALL)),
      target: 1,
    };
    console.log(`O_DIRECT: ${JSON.stringify(answer)}`);
    return answer;
  } finally {
    for (const device of [small, large]) if (device !== "") spawnSync("bash", ["-c", `losetup -d ${device}`]);
  }
}

/** @returns the device, or nothing where none can be made. */
function loopOver(image: string): string {
  const loop = spawnSync("bash", ["-c", `losetup -r -f --show --direct-io=on ${image}`], { encoding: "utf8" });
  return loop.status === 0 ? loop.stdout.trim() : "";
}

function examine(source: string, trust: string, how: string): Cost {
  const out = file(`exhibit-${++exhibits}`);
  const known = `--filter ${file("bench.phumf")} --trust ${trust} --identity ${file("officer.key")}`;
  const cost = timed(
    `${join(projectHome, "phum")} examine ${source} ${known} --passphrase-file ${file("pass")} --exhibit B --out ${out} ${how}`,
  );
  const { coverage, findings } = JSON.parse(readFileSync(join(out, "report.json"), "utf8"));
  if (coverage.fraction !== 1 || findings.length > 0) throw new Error(`Bench went wrong: ${JSON.stringify(coverage)}`);
  rmSync(out, { recursive: true });
  return cost;
}

/** Seconds on the clock, and of all processors together. */
function timed(command: string): Cost {
  const env = { ...process.env, XDG_STATE_HOME: dir };
  const run = spawnSync("bash", ["-c", `TIMEFORMAT='times %R %U %S'; time ${command} >/dev/null 2>${file("err")}`], {
    encoding: "utf8",
    env,
  });
  const [, wall = "0", user = "0", system = "0"] = /times ([\d.]+) ([\d.]+) ([\d.]+)/.exec(run.stderr) ?? [];
  if (Number(wall) === 0) throw new Error(`${command}: ${run.stderr}`);
  if ((run.status ?? 1) >= 64) throw new Error(`${command}: ${readFileSync(file("err"), "utf8")}`);
  return { wall: Number(wall), cpu: Number(user) + Number(system) };
}

function has(program: string): boolean {
  return spawnSync("which", [program]).status === 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function write(report: Record<string, unknown>): void {
  const measuredOn = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] };
  const method = `${ROUNDS} interleaved rounds, medians; (4.25 GiB - 0.25 GiB) each; list of ${KEYS} keys`;
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  writeFileSync(
    join(projectHome, "benches/results/end-to-end.json"),
    `${JSON.stringify({ bench: "end-to-end", measuredOn, method, ...report }, null, 2)}\n`,
  );
}
