// Memory of `phum examine` while it scans: `node benches/memory.bench.ts [KEYS...]`, by default a list of 1 million keys (give
// 1000000 100000000 for both). PSS (each shared page in equal shares) of supervisor and engine together, sampled every 50 ms from
// the engine's start to its end, on Linux. Three images of 2, 8 and 32 GiB, mostly holes: memory must not grow with the device.
// The share of the list is its scanned plane, 4 of 6 bytes a cell. Writes benches/results/memory.json.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { verifyFilter } from "#examination/filters/node";
import { makeImage, makeKit } from "./bench-kit.ts";

const GIB = 2 ** 30;
const SIZES = [2 * GIB, 8 * GIB, 32 * GIB];
const SAMPLE_MS = 50;
const TARGET_MB = 150;
const KEYS = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1e6];

interface Peak {
  built: boolean;
  samples: number;
  sum: number;
  supervisor: number;
  engine: number;
  others: number;
}

const dir = mkdtempSync(join(tmpdir(), "phum-memory-"));
try {
  const rows: Record<string, unknown>[] = [];
  for (const keys of KEYS) rows.push(...(await withKeys(keys)));
  const method = `PSS every ${SAMPLE_MS} ms while the engine lives, largest sum of all processes; from the built files`;
  const measuredOn = { cores: availableParallelism(), node: process.version, load: loadavg()[0] };
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  const text = JSON.stringify({ bench: "memory", measuredOn, method, targetMb: TARGET_MB, rows }, null, 2);
  writeFileSync(join(projectHome, "benches/results/memory.json"), `${text}\n`);
} finally {
  rmSync(dir, { recursive: true });
}

async function withKeys(keys: number): Promise<Record<string, unknown>[]> {
  const kit = join(dir, String(keys));
  mkdirSync(kit);
  const trust = await makeKit(kit, keys);
  const { parts } = await verifyFilter(join(kit, "bench.phumf"), { trust: [trust], nowMs: Date.now() });
  const listBytes = parts.reduce((sum, { header }) => sum + (header.cellsBytes * 4) / 6, 0);
  const rows: Record<string, unknown>[] = [];
  for (const size of SIZES) {
    const image = makeImage(join(kit, "image.dd"), size, size / GIB);
    for (const workers of [2, 4]) {
      const peak = await examine(kit, { image, trust, workers });
      const mb = (bytes: number): number => Math.round(bytes / 1e5) / 10;
      const row = {
        ...{ keys, imageGib: size / GIB, workers, listMb: mb(listBytes), peakMb: mb(peak.sum) },
        ...{ besidesTheListMb: mb(peak.sum - listBytes), supervisorMb: mb(peak.supervisor), engineMb: mb(peak.engine) },
        ...{ othersMb: mb(peak.others), samples: peak.samples },
      };
      rows.push(row);
      console.log(JSON.stringify(row));
    }
  }
  return rows;
}

function examine(kit: string, asked: { image: string; trust: string; workers: number }): Promise<Peak> {
  const out = join(kit, "exhibit");
  rmSync(out, { recursive: true, force: true });
  const words = ["examine", asked.image, "--filter", join(kit, "bench.phumf"), "--trust", asked.trust, "--full"];
  words.push("--identity", join(kit, "officer.key"), "--passphrase-file", join(kit, "pass"), "--exhibit", "B");
  words.push("--out", out, "--workers", String(asked.workers));
  const env = { ...process.env, XDG_STATE_HOME: kit };
  const child = spawn(join(projectHome, "phum"), words, { env, stdio: "ignore" });
  const peak: Peak = { built: false, samples: 0, sum: 0, supervisor: 0, engine: 0, others: 0 };
  const timer = setInterval(() => sample(child.pid ?? 0, peak), SAMPLE_MS);
  return new Promise((resolve, reject) => {
    child.on("exit", (code) => {
      clearInterval(timer);
      if (!peak.built) reject(new Error("The engine ran from TypeScript: npm run prepare first, and change no source"));
      if (code === null || code >= 64 || peak.samples === 0) reject(new Error(`phum examine ended with ${code}`));
      else resolve(peak);
    });
  });
}

/** Takes a sample where an engine runs beneath the supervisor, and keeps the largest sum. */
function sample(pid: number, peak: Peak): void {
  let [engine, others] = [0, 0];
  for (const child of childrenOf(pid)) {
    const command = commandOf(child);
    if (command.includes("engine.child")) {
      engine += pssOf(child);
      peak.built = command.includes("engine.child.mjs");
    } else others += pssOf(child);
  }
  if (engine === 0) return;
  const supervisor = pssOf(pid);
  const sum = supervisor + engine + others;
  peak.samples++;
  if (sum > peak.sum) Object.assign(peak, { sum, supervisor, engine, others });
}

/** All processes beneath one. */
function childrenOf(pid: number): number[] {
  const lists = tried(() => readdirSync(`/proc/${pid}/task`), []).map((task) =>
    tried(() => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8"), ""),
  );
  const own = lists.flatMap((list) => list.trim().split(" ").filter(Boolean).map(Number));
  return own.flatMap((child) => [child, ...childrenOf(child)]);
}

function commandOf(pid: number): string {
  return tried(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"), "");
}

function pssOf(pid: number): number {
  const rollup = tried(() => readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"), "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
}

/** A process may end between two looks. */
function tried<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
