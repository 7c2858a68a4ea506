// How fast blocks are fingerprinted and looked up, on one core, data in cache: `node benches/fingerprint.bench.ts`.
// Prints GB/s and the ratio to a WASM pass that only reads the same 1 MiB, medians over interleaved rounds of one run, and
// writes benches/results/fingerprint.json (not with --small-pages). The set of 100 million keys has random cells: a lookup costs the same, hit or miss.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { deriveSetKeys, deriveSipKey, KEYS_BYTES, openHashKernel, placeKeys } from "#base/hashing/node";
import { adviseHugePages, kernelBytes, projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { openLookup } from "#examination/filters/node";

const KEYS_LISTED = 100_000_000;
const MIB = 1 << 20;
const SECTORS = MIB / 512;
const ROUNDS = 80;
const SLICE = 8;
/** Passes whose fingerprints are looked up together, as the engine does with a chunk of 4 MiB. */
const GROUP = 4;
const keysAt = 65536;
const sipAt = keysAt + KEYS_BYTES;
const hashes = 131072;
const flags = hashes + SECTORS * 16;
const starts = flags + SECTORS;
const fingerprints = starts + SECTORS * 4;
const hits = fingerprints + GROUP * SECTORS * 8;
const dataAt = MIB;
const setAt = 2 * MIB;

const set = setShape(KEYS_LISTED);
const pages = Math.ceil((setAt + set.bytes) / 65536);
const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
const smallPages = process.argv.includes("--small-pages"); // what a system that gives no large pages would show
const largePages = !smallPages && adviseHugePages(memory, setAt, set.bytes); // as opening a filter does
const kernel = openHashKernel(memory);
const lookup = openLookup(memory);
const limit = limitPasses();
const random = seededRandom("fingerprint bench");
const secret = () => Uint8Array.from({ length: 32 }, () => random.below(256));
const keys = { ...deriveSetKeys(secret()), sipKey: deriveSipKey(secret()) };
placeKeys(memory, keys, { keys: keysAt, sip: sipAt });
fillNoise(new Uint32Array(memory.buffer, dataAt, (setAt - dataAt) / 4 + set.bytes / 4));
writeSet();

const at = { keys: keysAt, sip: sipAt, hashes, flags, fingerprints, starts };
const sipWord = new Uint32Array(memory.buffer, sipAt, 1);
let looked = 0;
let found = 0;
let waiting = 0;
let pass = 0;
function scan(step: number, withLookup: boolean): void {
  sipWord[0] = random.bits32(); // other fingerprints each time, or their cells would come from the cache
  kernel.sectors(dataAt, SECTORS, at);
  const to = withLookup ? fingerprints + 8 * waiting : fingerprints;
  const count = kernel.fingerprints(hashes, { count: SECTORS - 7, step }, { ...at, fingerprints: to });
  if (!withLookup) return;
  waiting += count;
  if (++pass % GROUP !== 0) return;
  looked += waiting;
  found += lookup.lookup(fingerprints, waiting, setAt, hits);
  waiting = 0;
}

const passes: Record<string, () => void> = {
  "read only": () => void limit.readOnly(dataAt, MIB),
  "random reads, 8 phases": () =>
    void limit.randomReads(setAt, set.bytes / 4, 3 * (SECTORS - 7), BigInt(random.bits32())),
  "sector hashes": () => kernel.sectors(dataAt, SECTORS, at),
  "kernel, aligned": () => scan(8, false),
  "kernel, 8 phases": () => scan(1, false),
  "kernel + lookup, aligned": () => scan(8, true),
  "kernel + lookup, 8 phases": () => scan(1, true),
};

const expectedHits = selfCheck();
const times = new Map(Object.keys(passes).map((name) => [name, [] as number[]]));
for (const pass of Object.values(passes)) for (let i = 0; i < 300; i++) pass();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, pass] of Object.entries(passes)) {
    const from = process.hrtime.bigint();
    for (let i = 0; i < SLICE; i++) pass();
    times.get(name)?.push(Number(process.hrtime.bigint() - from) / SLICE);
  }
}

const limits = times.get("read only") ?? [];
const results = Array.from(times, ([name, own]) => ({
  name,
  gigabytesPerSecond: rounded(MIB / median(own)),
  bestGigabytesPerSecond: rounded(MIB / Math.min(...own)),
  nanosecondsPerBlock: rounded(median(own) / (MIB / 4096)),
  ratioToReadOnly: rounded(median(own.map((time, round) => (limits[round] ?? time) / time))),
}));
for (const { name, gigabytesPerSecond, bestGigabytesPerSecond, ratioToReadOnly } of results) {
  console.log(
    `${name.padEnd(26)} ${gigabytesPerSecond.toFixed(2).padStart(7)} GB/s (best ${bestGigabytesPerSecond.toFixed(2)}), ratio ${ratioToReadOnly.toFixed(4)}`,
  );
}
const lookupNs =
  (median(times.get("kernel + lookup, 8 phases") ?? []) - median(times.get("kernel, 8 phases") ?? [])) / (SECTORS - 7);
const readsNs = median(times.get("random reads, 8 phases") ?? []) / (SECTORS - 7);
console.log(`a lookup ${lookupNs.toFixed(1)} ns; its three random reads alone ${readsNs.toFixed(1)} ns`);
console.log(
  `targets: kernel + lookup aligned 0.11, 8 phases 0.045; set ${(set.bytes / 1e6).toFixed(0)} MB, random cells`,
);
const report = {
  bench: "fingerprint",
  measuredOn: {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    node: process.version,
    largePages,
    load: loadavg()[0],
  },
  method: `${ROUNDS} interleaved rounds of ${SLICE} passes over 1 MiB in cache; medians; set of ${KEYS_LISTED} keys with random cells`,
  targets: { "kernel + lookup, aligned": 0.11, "kernel + lookup, 8 phases": 0.045 },
  results,
  lookup: { nanoseconds: rounded(lookupNs), threeRandomReadsAloneNanoseconds: rounded(readsNs) },
  check: { lookups: looked, hits: found, expectedWithEightCheckBits: expectedHits },
};
mkdirSync(join(projectHome, "benches/results"), { recursive: true });
if (!smallPages)
  writeFileSync(join(projectHome, "benches/results/fingerprint.json"), `${JSON.stringify(report, null, 2)}\n`);

/** What the machine can do at all: read 1 MiB in cache, and read cells at random places, three for each lookup. */
function limitPasses() {
  const bytes = kernelBytes("hashing", "read-only");
  if (bytes === undefined) throw new Error("Cannot measure: the kernels are not built; run npm run prepare");
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return exports as {
    readOnly: (at: number, length: number) => bigint;
    randomReads: (at: number, cells: number, count: number, seed: bigint) => number;
  };
}

/** The set's layout in memory as filters lays it out: header, descriptors, cells of equal shards (3-wise binary fuse). */
function setShape(listed: number) {
  const shards = 2 ** Math.ceil(Math.log2(listed / 2 ** 24));
  const each = listed / shards;
  const length = 2 ** Math.floor(Math.log(each) / Math.log(3.33) + 2.25);
  const span = (Math.ceil((each * 1.125) / length) - 2) * length;
  return { shards, length, span, cells: span + 2 * length, bytes: 16 + shards * (32 + 4 * (span + 2 * length)) };
}

function writeSet(checkMask = 0xffffffff): void {
  const view = new DataView(memory.buffer, setAt);
  for (const [i, word] of [Math.log2(set.shards), set.shards, checkMask, 0].entries())
    view.setUint32(4 * i, word, true);
  for (let shard = 0; shard < set.shards; shard++) {
    const from = 16 + 32 * shard;
    view.setBigUint64(from, BigInt(shard + 1) * 0x9e3779b9n, true);
    const cellsAt = 16 + 32 * set.shards + 4 * set.cells * shard;
    for (const [i, word] of [cellsAt, set.length, set.span, set.cells, 0, 0].entries()) {
      view.setUint32(from + 8 + 4 * i, word, true);
    }
  }
}

/** With 8 check bits one lookup in 256 must hit; shows that the cells really are read. */
function selfCheck(): { expected: number; got: number } {
  writeSet(0xff);
  [looked, found] = [0, 0];
  for (let i = 0; i < 200; i++) scan(1, true);
  const check = { expected: Math.round(looked / 256), got: found };
  if (Math.abs(check.got / check.expected - 1) > 0.2)
    throw new Error(`Cannot measure: the set is not read ${JSON.stringify(check)}`);
  writeSet();
  [looked, found] = [0, 0];
  return check;
}

function fillNoise(words: Uint32Array): void {
  let x = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
