// How fast fingerprints of pictures are taken and matched, on one core: `node benches/likeness.bench.ts`. Each figure stands beside
// the limit of the same run: libjpeg-turbo's grey decode alone, reading the memory once. PHUM_PDQ_REFERENCE: a program that is given
// files and prints their PDQ hashes. PHUM_BENCH_ENTRIES: millions of entries, comma between. Writes benches/results/likeness.json.
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import turbo from "@julusian/jpeg-turbo";
import sharp from "sharp";
import { projectHome } from "#base/machine/node";
import { type SeededRandom, seededRandom } from "#base/values";
import { hashOf, LIKENESS } from "#examination/likeness";
import { buildNearestIndex, openFingerprints, openPdqKernel, snapshotPieces } from "#examination/likeness/node";

const sizes = (process.env["PHUM_BENCH_ENTRIES"] ?? "1,10").split(",").map(Number);
const pictures = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "pictures/derived");
const random = seededRandom("likeness bench");
const kernel = openPdqKernel();

const hashing = [await kernelCost(), ...(await hashingCosts())];
const matching = sizes.flatMap((millions) => ["uniform", "clustered"].map((kind) => matched(millions * 1e6, kind)));
const measuredOn = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] };
writeFileSync(
  join(projectHome, "benches/results/likeness.json"),
  `${JSON.stringify({ bench: "likeness", measuredOn, hashing, matching }, null, 2)}\n`,
);

function told<Result>(result: Result): Result {
  console.log(JSON.stringify(result));
  return result;
}

/** What this thread has taken of a processor; other programs' share of the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** What one of several runs takes, in milliseconds; all together, since the processor's clock may tick in steps of 4 ms. */
function meanMs(runs: number, run: () => unknown, clock = cpuMs): number {
  const from = clock();
  for (let i = 0; i < runs; i++) run();
  return (clock() - from) / runs;
}

async function kernelCost() {
  const { data } = await sharp(original())
    .resize(512, 512, { fit: "fill" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grey = await sharp(original()).resize(512, 512, { fit: "fill" }).greyscale().raw().toBuffer();
  const ms = (channels: 1 | 3, pixels: Uint8Array): number =>
    meanMs(300, () => kernel({ width: 512, height: 512, channels, pixels }));
  ms(1, grey); // compiled before it is measured
  return told({ what: "kernel, 512 x 512", greyMs: ms(1, grey), rgbMs: ms(3, data), wantedMs: 0.3 });
}

function original(): Buffer {
  const file = readdirSync(pictures).find((name) => name.endsWith("__orig.jpg"));
  if (file === undefined) throw new RangeError("Cannot measure: no test data: pictures/derived");
  return readFileSync(join(pictures, file));
}

async function hashingCosts() {
  const costs: unknown[] = [];
  for (const [name, width, height] of [
    ["12 MP", 4000, 3000],
    ["4 MP", 2308, 1731],
    ["640 px", 640, 480],
  ] as const) {
    const jpeg = await sharp(original()).resize(width, height, { fit: "fill" }).jpeg({ quality: 85 }).toBuffer();
    const room = Buffer.alloc(width * height);
    const decode = (): Uint8Array => turbo.decompressSync(jpeg, room, { format: turbo.FORMAT_GRAY }).data;
    const hash = (): Uint8Array => hashOf(kernel({ width, height, channels: 1, pixels: decode() }).values);
    hash();
    const runs = width > 2000 ? 31 : 301;
    const [decodeMs, hashMs] = [meanMs(runs, decode), meanMs(runs, hash)];
    const reference = referenceMs(jpeg);
    const childMs = await throughChildMs(jpeg, runs);
    const row = { what: `hashing ${name}`, bytes: jpeg.length, decodeMs, hashMs, childMs, ofLimit: decodeMs / hashMs };
    costs.push(told({ ...row, wantedOfLimit: 0.75, referenceMs: reference }));
  }
  return costs;
}

/** The same as every command does it: in a child that is shut in, the time of both processes. Linux tells it; elsewhere undefined. */
async function throughChildMs(jpeg: Buffer, runs: number): Promise<number | undefined> {
  if (process.platform !== "linux") return undefined;
  const fingerprints = openFingerprints({ limits: { children: 1 } });
  try {
    for (let i = 0; i < 20; i++) await fingerprints.of(jpeg, "fast");
    const both = (): number => cpuMs() + childrenMs();
    const from = both();
    for (let i = 0; i < runs; i++) await fingerprints.of(jpeg, "fast");
    return (both() - from) / runs;
  } finally {
    fingerprints.close();
  }
}

/** What all threads of the children that run have taken of a processor. @see proc(5): schedstat */
function childrenMs(): number {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  const threads = children.flatMap((child) =>
    readdirSync(`/proc/${child}/task`).map((id) => `/proc/${child}/task/${id}`),
  );
  return threads.reduce((sum, path) => sum + Number(readFileSync(`${path}/schedstat`, "utf8").split(" ")[0]) / 1e6, 0);
}

/** What the reference's own program takes a picture, its start taken off by the difference of 40 and 20 pictures. */
function referenceMs(jpeg: Buffer): number | undefined {
  const program = process.env["PHUM_PDQ_REFERENCE"];
  if (program === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), "phum-bench-"));
  try {
    const file = join(dir, "picture.jpg");
    writeFileSync(file, jpeg);
    const files = (count: number): string[] => Array.from({ length: count }, () => file);
    const wall = (): number => performance.now();
    const ms = (count: number): number => meanMs(3, () => spawnSync(program, files(count)), wall);
    return (ms(40) - ms(20)) / 20;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function matched(count: number, kind: string) {
  const hashes = madeHashes(count, kind === "clustered");
  const from = cpuMs();
  const index = buildNearestIndex(hashes);
  const buildMs = cpuMs() - from;
  const queries = Array.from({ length: count > 5e6 ? 1000 : 3000 }, (_, i) => {
    const entry = random.below(count);
    return { entry, hash: changed(hashes.subarray(32 * entry, 32 * entry + 32), i % 32, random) };
  });
  let missed = 0;
  const ms = meanMs(1, () => {
    for (const { entry, hash } of queries)
      if (!index.search(hash, LIKENESS.distanceBits).near.some((one) => one.entry === entry)) missed++;
  });
  const batch = Buffer.concat(queries.slice(0, 64).map(({ hash }) => hash));
  const scanMs = meanMs(3, () => index.scan(batch, LIKENESS.distanceBits));
  const scanned = index.scan(batch, LIKENESS.distanceBits);
  const differing = scanned.filter(
    ({ total }, i) => total !== index.search(queries[i]?.hash ?? batch, LIKENESS.distanceBits).total,
  ).length;
  const words = new Float64Array(hashes.buffer);
  const readMs = meanMs(3, () => {
    let sum = 0;
    for (let i = 0; i < words.length; i++) sum += words[i] ?? 0;
    return sum;
  });
  return told({
    ...{ entries: count, kind, buildMs, memoryBytes: index.memoryBytes, missed, differingFromScan: differing },
    indexQueriesPerSecond: Math.round((queries.length / ms) * 1000),
    scanQueriesPerSecond: Math.round((64 / scanMs) * 1000),
    memoryReadsPerSecond: Math.round((1 / readMs) * 1000),
    load: loadavg()[0],
    snapshotLoad: loaded(index),
    faiss: faissBeside(hashes, queries.slice(0, count > 5e6 ? 200 : 1000)),
  });
}

/** FAISS over the same entries and queries, where a Python has it (Debian: python3-faiss). */
function faissBeside(hashes: Uint8Array, queries: { entry: number; hash: Uint8Array }[]): unknown {
  const has = (python: string): boolean => spawnSync(python, ["-c", "import faiss"]).status === 0;
  const python = ["python3", "/usr/bin/python3"].find(has);
  if (python === undefined) return "not installed";
  const dir = mkdtempSync(join(tmpdir(), "phum-bench-"));
  try {
    writeFileSync(join(dir, "hashes"), hashes);
    writeFileSync(join(dir, "queries"), Buffer.concat(queries.map(({ hash }) => hash)));
    writeFileSync(join(dir, "entries"), new Int32Array(queries.map(({ entry }) => entry)));
    const program = join(import.meta.dirname, "likeness-faiss.py");
    const { stdout, stderr } = spawnSync(python, [program, dir], { encoding: "utf8" });
    if (stdout === "") throw new Error(`Cannot measure FAISS: ${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Reads a snapshot from a file in a process of its own, as a start does (likeness-load.ts). */
function loaded(index: ReturnType<typeof buildNearestIndex>): unknown {
  const dir = mkdtempSync(join(tmpdir(), "phum-bench-"));
  try {
    const file = join(dir, "snapshot");
    for (const piece of snapshotPieces(index)) appendFileSync(file, piece);
    const entry = join(import.meta.dirname, "likeness-load.ts");
    const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", entry, file], { encoding: "utf8" });
    if (stdout === "") throw new Error(`Cannot load the snapshot: ${stderr}`);
    return JSON.parse(stdout);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Random ones; clustered: half of them in tens of near duplicates, within 20 bits of a centre. */
function madeHashes(count: number, clustered: boolean): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(8 * count);
  for (let i = 0; i < words.length; i++) words[i] = random.bits32();
  const hashes = new Uint8Array(words.buffer);
  if (!clustered) return hashes;
  for (let i = count >> 1; i < count; i++) {
    const centre = i - (i % 10);
    if (i !== centre)
      hashes.set(changed(hashes.subarray(32 * centre, 32 * centre + 32), random.below(21), random), 32 * i);
  }
  return hashes;
}

/** A hash with at most so many bits changed. */
function changed(hash: Uint8Array, bits: number, from: SeededRandom): Uint8Array {
  const copy = hash.slice();
  for (let i = 0; i < bits; i++) {
    const bit = from.below(256);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  }
  return copy;
}
