// Builds a filter, verifies it and opens it into a shared memory, each in a process of its own: `node benches/filter-open.bench.ts [KEYS]`.
// 100 million random fingerprints by default (675 MB in the temporary folder). Prints seconds, CPU and the largest resident
// memory of each whole process, and writes benches/results/filter-open.json. Limits: build 0.7 GB; open 2 s for 450 MB.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { newSealKey } from "#base/signing/node";
import { distinctFingerprints, shardCountFor } from "#examination/filters";
import { openFilter, unlockFilter, verifyFilter, writeFilter } from "#examination/filters/node";

const NOW_MS = Date.parse("2026-11-25T00:00:00Z");
const [, , first = "100000000", folder = "", step = ""] = process.argv;

const steps: Record<string, () => Promise<Record<string, unknown>>> = { build, verify, open };
if (step === "") measure(Number(first));
else process.stdout.write(JSON.stringify(await steps[step]?.()));

function measure(keys: number): void {
  const work = mkdtempSync(join(tmpdir(), "phum-bench-"));
  const results = Object.keys(steps).map((name) => {
    const from = performance.now();
    const child = spawnSync(process.execPath, [import.meta.filename, String(keys), work, name], { encoding: "utf8" });
    if (child.status !== 0) throw new Error(child.stderr);
    const wallSeconds = Math.round(performance.now() - from) / 1000;
    const result = { step: name, wallSeconds, ...JSON.parse(child.stdout) };
    console.log(JSON.stringify(result));
    return result;
  });
  rmSync(work, { recursive: true });
  const measuredOn = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] };
  mkdirSync(join(projectHome, "benches/results"), { recursive: true });
  const report = { bench: "filter-open", measuredOn, keys, limits: { buildResidentMb: 700, openSeconds: 2 }, results };
  writeFileSync(join(projectHome, "benches/results/filter-open.json"), `${JSON.stringify(report, null, 2)}\n`);
}

async function build() {
  const keys = Number(first);
  const shards = shardCountFor(keys);
  const each = Math.floor(keys / shards);
  const { ageSecret, recipient } = await newSealKey();
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const agency = {
    publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("hex"),
    sign: (bytes: Uint8Array) => Uint8Array.from(sign(null, bytes, privateKey)),
  };
  const pieces = Math.ceil(each / 2 ** 20);
  let makingUs = 0;
  // Counts must be known before: each piece has its own range of values, so repetitions stay within it.
  const counts = Array.from({ length: shards }, (_, shard) => {
    let count = 0;
    for (let i = 0; i < pieces; i++) count += piece(shard, i).length;
    return count;
  });
  function piece(shard: number, i: number): BigUint64Array {
    const from = process.cpuUsage();
    const words = new Uint32Array(2 * Math.min(2 ** 20, each - i * 2 ** 20));
    let x = (shard * 4096 + i + 1) * 2654435761;
    for (let j = 0; j < words.length; j++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      // High words ascend from piece to piece inside the shard.
      words[j] = j % 2 === 0 ? x : (shard / shards) * 2 ** 32 + ((x >>> 0) * 0.999 + i * 2 ** 32) / (pieces * shards);
    }
    const keys = distinctFingerprints(new BigUint64Array(words.buffer));
    const { user, system } = process.cpuUsage(from);
    makingUs += user + system;
    return keys;
  }
  makingUs = 0;
  const usage = process.cpuUsage();
  const total = counts.reduce((sum, count) => sum + count, 0);
  const path = join(folder, "bench.phumf");
  const { sizeBytes } = await writeFilter(
    path,
    {
      about: {
        name: "Bench",
        agency: "Bench",
        category: "practice",
        release: "1",
        releasedAt: "2026-11-18T00:00:00Z",
        validUntil: "2026-12-31T00:00:00Z",
        graceUntil: "2027-01-31T00:00:00Z",
        listedBytes: total * 4096,
        inputBytes: total * 4096,
        statistics: { kept: total, dropped: {} },
      },
      keys: { setKey: new Uint8Array(32).fill(1), releaseKey: new Uint8Array(32).fill(2) },
      shardKeys: counts,
      async *fingerprints(shard) {
        for (let i = 0; i < pieces; i++) yield piece(shard, i);
      },
      files: [],
    },
    { agency, recipients: [recipient] },
  );
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ ageSecret, recipient, trust: agency.publicKey }));
  const used = process.cpuUsage(usage);
  const nsPerKey = ((used.user + used.system - makingUs) * 1000) / total;
  return { keys: total, sizeBytes, nanosecondsPerKeySealedAndWritten: Math.round(nsPerKey), ...resident() };
}

async function verify() {
  const { trust } = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
  const { sizeBytes, expired } = await verifyFilter(join(folder, "bench.phumf"), { trust: [trust], nowMs: NOW_MS });
  return { sizeBytes, expired, ...resident() };
}

async function open() {
  const { ageSecret, recipient } = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
  const path = join(folder, "bench.phumf");
  const { parts, close } = await openFilter(
    path,
    await unlockFilter(path, { ageSecret, public: { recipient } }),
    NOW_MS,
  );
  const bytes = parts.reduce((sum, part) => sum + part.scanBytes, 65536);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536), maximum: 65536, shared: true });
  let at = 65536;
  for (const part of parts) {
    part.loadScanPlane(memory, at);
    at += part.scanBytes;
  }
  const from = performance.now();
  const random = Array.from({ length: 1000 }, (_, i) => BigInt.asUintN(64, BigInt(i) * 0x9e3779b97f4a7c15n));
  const stood = random.filter((fingerprint) => parts[0]?.confirm(fingerprint)).length;
  const confirmMs = Math.round(performance.now() - from) / 1000;
  close();
  return { scanBytes: bytes, confirmMillisecondsEach: confirmMs, strangersConfirmed: stood, ...resident() };
}

function resident() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    cpuSeconds: Math.round((userCPUTime + systemCPUTime) / 1e4) / 100,
    residentMb: Math.round((maxRSS * 1024) / 1e6),
  };
}
