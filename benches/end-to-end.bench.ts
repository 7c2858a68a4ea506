// How fast `phum examine` reads and scans, whole processes, against the limits of this machine in the same run:
// `node benches/end-to-end.bench.ts [KEYS] [ROUNDS]`. A list of 100 million random keys by default; an image of 4.25 GiB in the
// page cache and one of 0.25 GiB, so that start, unlocking and report cancel out: what is told is (large - small) / 4 GiB.
// CPU is user + system of all processes and threads. O_DIRECT is measured on a read-only loop device, where that is permitted.
// Needs 6 GB of disk and 6 GB of memory. Writes benches/results/end-to-end.json.
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { openSigner } from "#base/signing/node";
import { distinctFingerprints, shardCountFor } from "#examination/filters";
import { writeFilter } from "#examination/filters/node";

const [, , keysAsked = "100000000", roundsAsked = "5"] = process.argv;
const KEYS = Number(keysAsked);
const ROUNDS = Number(roundsAsked);
const GIB = 2 ** 30;
const SMALL = GIB / 4;
const LARGE = 4 * GIB + SMALL;
const PIECE = 2 ** 20;

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
  const trust = await makeKit();
  const [small, large] = [makeImage("small.dd", SMALL), makeImage("large.dd", LARGE)];
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

/** The same images as devices that are read past the page cache; all eight phases, SHA-256 of every byte. */
function directAgainst(images: { small: string; large: string }, trust: string): Record<string, unknown> | string {
  const [small, large] = [loopOver(images.small), loopOver(images.large)];
  if (small === "" || large === "") return "no loop device could be made";
  try {
    const dd = (device: string): number => timed(`dd if=${device} of=/dev/null bs=4M iflag=direct`).wall;
    const scan = (device: string): number => examine(device, trust, "--phases all --full").wall;
    const rounds = Array.from({ length: ROUNDS }, () => ({
      dd: dd(large) - dd(small),
      scan: scan(large) - scan(small),
    }));
    const best = (which: "dd" | "scan"): number => Math.min(...rounds.map((round) => round[which]));
    const bytes = (LARGE - SMALL) / 1e9;
    const answer = {
      ddGigabytesPerSecond: rounded(bytes / best("dd")),
      examineGigabytesPerSecond: rounded(bytes / best("scan")),
      ratio: rounded(best("dd") / best("scan")),
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

/** Keys by the commands themselves, and a list of random keys. @returns the agency's public key. */
async function makeKit(): Promise<string> {
  writeFileSync(file("pass"), "bench\n");
  const phum = (...words: string[]): string => {
    const run = spawnSync(join(projectHome, "phum"), words, { encoding: "utf8" });
    if (run.status !== 0) throw new Error(run.stderr);
    return run.stdout.trim().split("\n").at(-1) ?? "";
  };
  const trust = phum("signer", "new", "--out", file("agency.key"), "--passphrase-file", file("pass"));
  const recipient = phum("identity", "new", "--out", file("officer.key"), "--passphrase-file", file("pass"));
  const agency = await openSigner(readFileSync(file("agency.key")), "bench");
  const shards = shardCountFor(KEYS);
  const pieces = Math.ceil(KEYS / shards / PIECE);
  const piece = (shard: number, i: number): BigUint64Array => randomKeys({ shard, shards, i, pieces });
  const shardKeys = Array.from({ length: shards }, (_, shard) =>
    Array.from({ length: pieces }, (_, i) => piece(shard, i).length).reduce((a, b) => a + b),
  );
  const total = shardKeys.reduce((a, b) => a + b);
  const iso = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  await writeFilter(
    file("bench.phumf"),
    {
      about: {
        ...{ name: "Bench", agency: "Bench", category: "practice", release: "1", releasedAt: iso(-1) },
        ...{ validUntil: iso(30), graceUntil: iso(60), listedBytes: total * 4096, inputBytes: total * 4096 },
        statistics: { kept: total, dropped: {} },
      },
      keys: { setKey: new Uint8Array(32).fill(1), releaseKey: new Uint8Array(32).fill(2) },
      shardKeys,
      async *fingerprints(shard) {
        for (let i = 0; i < pieces; i++) yield piece(shard, i);
      },
      files: [],
    },
    { agency, recipients: [recipient] },
  );
  return trust;
}

/** Keys of one piece: pieces ascend, so repetitions stay within one. */
function randomKeys({ shard, shards, i, pieces }: Record<"shard" | "shards" | "i" | "pieces", number>): BigUint64Array {
  const words = new Uint32Array(2 * Math.min(PIECE, Math.ceil(KEYS / shards / pieces)));
  let x = (shard * 4096 + i + 1) * 2654435761;
  for (let j = 0; j < words.length; j++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[j] = j % 2 === 0 ? x : (shard / shards) * 2 ** 32 + ((x >>> 0) * 0.999 + i * 2 ** 32) / (pieces * shards);
  }
  return distinctFingerprints(new BigUint64Array(words.buffer));
}

/** Noise behind an ext4 superblock that says: clusters of 4 KiB from byte 0, so that "known" is one phase. */
function makeImage(name: string, bytes: number): string {
  const noise = new Uint32Array(PIECE);
  let x = 1;
  for (let i = 0; i < noise.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    noise[i] = x;
  }
  const fd = openSync(file(name), "w");
  for (let at = 0; at < bytes; at += noise.byteLength) {
    noise[0] = at / noise.byteLength;
    writeSync(fd, noise);
  }
  const head = new DataView(new ArrayBuffer(1024));
  head.setUint32(4, bytes / 4096, true);
  head.setUint32(24, 2, true);
  head.setUint16(56, 0xef53, true);
  writeSync(fd, head, 0, 1024, 1024);
  closeSync(fd);
  return file(name);
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
