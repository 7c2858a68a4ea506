// How fast fingerprints are looked up, on one core, and what random hits theory expects: `node benches/lookup.bench.ts`.
// Sets of 1, 10 and 100 million keys with random cells (a lookup costs the same, hit or miss), on pages of 4 KiB and of 2 MiB,
// 1,024 random fingerprints a call. Prints million lookups a second and writes benches/results/lookup.json.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { adviseHugePages, projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { falseHitsPerTib, lookupBytes, shapeFor, shardCountFor } from "#examination/filters";
import { openLookup } from "#examination/filters/node";

const BATCH = 8192;
const LOOKUPS = 2 ** 20;
const ROUNDS = 15;
const AT = 65536;

const results = [1_000_000, 10_000_000, 100_000_000].flatMap((keys) =>
  [false, true].map((hugePages) => measured(keys, hugePages)),
);
const theory = [1, 10, 100, 700].map((millions) => ({
  keys: millions * 1_000_000,
  confirmedSingleHitsPerTib: falseHitsPerTib(millions * 1_000_000),
}));
for (const { keys, confirmedSingleHitsPerTib: hits } of theory) {
  console.log(
    `random confirmed single hits per TiB, ${keys / 1e6} M keys: aligned ${hits.aligned.toPrecision(3)}, 8 phases ${hits.allPhases.toPrecision(3)} (limit 0.02 at 100 M)`,
  );
}
const measuredOn = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] };
const method = `${ROUNDS} rounds of 2^20 lookups of random fingerprints, ${BATCH} a call, over random cells`;
mkdirSync(join(projectHome, "benches/results"), { recursive: true });
writeFileSync(
  join(projectHome, "benches/results/lookup.json"),
  `${JSON.stringify({ bench: "lookup", measuredOn, method, results, theory }, null, 2)}\n`,
);

function measured(keys: number, wantHuge: boolean) {
  const shards = shardCountFor(keys);
  const { length, span, cells } = shapeFor(Math.ceil(keys / shards));
  const headBytes = 16 + 32 * shards;
  const bytes = headBytes + 4 * cells * shards;
  const batchesAt = AT + Math.ceil(bytes / 64) * 64;
  const hitsAt = batchesAt + 8 * LOOKUPS;
  const pages = Math.ceil((hitsAt + lookupBytes(BATCH)) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const hugePages = wantHuge && adviseHugePages(memory, AT, bytes);
  const random = seededRandom("lookup bench");
  fillNoise(new Uint32Array(memory.buffer, AT, (hitsAt - AT) / 4), random.bits32());
  const view = new DataView(memory.buffer, AT, headBytes);
  for (const [i, word] of [Math.log2(shards), shards, 0xffffffff, 0].entries()) view.setUint32(4 * i, word, true);
  for (let shard = 0; shard < shards; shard++) {
    view.setBigUint64(16 + 32 * shard, BigInt(random.bits32()), true);
    for (const [i, word] of [headBytes + 4 * cells * shard, length, span, cells].entries()) {
      view.setUint32(16 + 32 * shard + 8 + 4 * i, word, true);
    }
  }
  const { lookup } = openLookup(memory);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.hrtime.bigint();
    for (let i = 0; i < LOOKUPS; i += BATCH) lookup(batchesAt + 8 * i, BATCH, AT, hitsAt);
    times.push(Number(process.hrtime.bigint() - from));
  }
  times.sort((a, b) => a - b);
  const perSecond = (ns: number): number => Math.round((LOOKUPS / ns) * 10_000) / 10;
  const result = {
    keys,
    setBytes: bytes,
    hugePages,
    millionLookupsPerSecond: perSecond(times[ROUNDS >> 1] ?? 0),
    bestMillionLookupsPerSecond: perSecond(times[0] ?? 0),
  };
  console.log(
    `${keys / 1e6} M keys, ${(bytes / 1e6).toFixed(1)} MB, pages of ${hugePages ? "2 MiB" : "4 KiB"}: ${result.millionLookupsPerSecond} M lookups/s (best ${result.bestMillionLookupsPerSecond})`,
  );
  return result;
}

function fillNoise(words: Uint32Array, seed: number): void {
  let x = seed | 1;
  for (let i = 0; i < words.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    words[i] = x;
  }
}
