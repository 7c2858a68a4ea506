import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelBytes } from "#base/machine/node";
import { fromHex, seededRandom, toHex } from "#base/values";
import vectors from "#vectors/fingerprint/blocks.json" with { type: "json" };
import { deriveSetKeys, deriveSipKey } from "./derive-keys.node.ts";
import { blockHash, type FingerprintKeys, fingerprintOf, isBlankSector, sectorHash } from "./fingerprint.ts";
import { openHashKernel, placeKeys } from "./hash-kernel.node.ts";
import type { HashKernel } from "./hash-kernel.ts";
import { hashTwin } from "./hash-twin.ts";

const KEYS = 65536;
const SIP = KEYS + 704;
const DATA = 131072;
const OUT = 1 << 20;
const SECTORS_MAX = 600;

const unbuilt =
  kernelBytes("hashing", "fingerprint") === undefined ? "the kernel is not built: npm run prepare" : false;

type Open = (memory: WebAssembly.Memory) => HashKernel;

/** One run of a kernel over its own memory: everything it wrote, and what lies around it. */
function outcome(open: Open, content: { keys: FingerprintKeys; bytes: Uint8Array }, step = 1) {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 32, shared: true });
  const bytes = new Uint8Array(memory.buffer).fill(0xa5, OUT);
  placeKeys(memory, content.keys, { keys: KEYS, sip: SIP });
  bytes.set(content.bytes, DATA);
  const count = content.bytes.length / 512;
  const at = {
    keys: KEYS,
    sip: SIP,
    hashes: OUT,
    flags: OUT + 65536,
    fingerprints: OUT + 131072,
    starts: OUT + 196608,
  };
  const second = { blockHashes: OUT + 262144, fingerprints: OUT + 327680, starts: OUT + 393216 };
  const kernel = open(memory);
  kernel.sectors(DATA, count, at);
  const starts = { count: Math.max(0, count - 7), step };
  const found = kernel.fingerprints(at.hashes, starts, at);
  const hashed = kernel.blockHashes(at.hashes, starts, { ...at, ...second });
  kernel.sip(second.blockHashes, hashed, { sip: SIP, fingerprints: second.fingerprints });
  const slice = (from: number, length: number) => bytes.slice(from, from + length);
  return {
    found,
    hashed,
    hashes: slice(at.hashes, 16 * count),
    flags: slice(at.flags, count),
    fingerprints: Array.from(new BigUint64Array(memory.buffer, at.fingerprints, found)),
    starts: Array.from(new Uint32Array(memory.buffer, at.starts, found)),
    blockHashes: slice(second.blockHashes, 16 * hashed),
    again: Array.from(new BigUint64Array(memory.buffer, second.fingerprints, hashed)),
    everything: bytes.slice(OUT),
  };
}

function keysOf(seed: string): FingerprintKeys {
  const random = seededRandom(seed);
  const secret = () => Uint8Array.from({ length: 32 }, () => random.below(256));
  return { ...deriveSetKeys(secret()), sipKey: deriveSipKey(secret()) };
}

/** Seeded content with blank runs, single blank sectors, long periods and nearly blank sectors. */
function mixedContent(seed: string, sectors: number): Uint8Array {
  const random = seededRandom(seed);
  const content = new Uint8Array(sectors * 512);
  for (let at = 0; at < content.length; at += 512) {
    const sector = content.subarray(at, at + 512);
    const kind = random.below(8);
    const fill = random.below(256);
    if (kind < 4) filled(sector, () => random.bits32() >>> 24);
    else if (kind === 4) sector.fill(fill);
    else if (kind === 5) filled(sector, (i) => (i * fill) % 16);
    else if (kind === 6) sector.fill(fill).fill(fill ^ 1, 16 + random.below(496), 512);
    else if (at > 0) sector.set(content.subarray(at - 512, at));
    if (kind === 4 && random.below(3) === 0) {
      const run = Math.min(content.length, at + 512 * random.below(24));
      content.fill(fill, at, run);
      at = Math.max(at, run - 512);
    }
  }
  return content;
}

function filled(target: Uint8Array | Uint32Array, at: (i: number) => number): void {
  for (let i = 0; i < target.length; i++) target[i] = at(i);
}

const variants: [string, Open][] = [
  ["openHashKernel()", openHashKernel],
  ["hashTwin()", hashTwin],
];

for (const [name, open] of variants) {
  test(`${name} gives the committed vectors`, () => {
    for (const wanted of vectors.cases) {
      const block = Buffer.from(wanted.block, "base64");
      const keys = { ...deriveSetKeys(fromHex(wanted.setKey)), sipKey: deriveSipKey(fromHex(wanted.releaseKey)) };
      const got = outcome(open, { keys, bytes: block });
      assert.equal(toHex(got.hashes), wanted.sectorHashes.join(""), wanted.name);
      assert.deepEqual(
        Array.from(got.flags, (flag) => flag === 1),
        wanted.blankSectors,
        wanted.name,
      );
      if (wanted.blankSectors.every(Boolean)) {
        assert.equal(got.found, 0, wanted.name);
        continue;
      }
      assert.deepEqual(got.starts, [0]);
      assert.equal(toHex(got.blockHashes), wanted.blockHash, wanted.name);
      assert.equal(got.fingerprints[0]?.toString(16).padStart(16, "0"), wanted.fingerprint, wanted.name);
    }
  });

  test(`${name} equals the reference at all phases, blank blocks left out`, () => {
    const keys = keysOf("reference");
    const content = mixedContent("reference", 60);
    const got = outcome(open, { keys, bytes: content });
    const want: { start: number; fingerprint: bigint; hash: string }[] = [];
    for (let start = 0; start + 8 <= 60; start++) {
      const block = content.subarray(start * 512, start * 512 + 4096);
      const sectors = Array.from({ length: 8 }, (_, i) => block.subarray(i * 512, i * 512 + 512));
      if (sectors.every(isBlankSector)) continue;
      want.push({ start, fingerprint: fingerprintOf(block, keys), hash: toHex(blockHash(block, keys)) });
    }
    assert.deepEqual(
      got.starts,
      want.map(({ start }) => start),
    );
    assert.deepEqual(
      got.fingerprints,
      want.map(({ fingerprint }) => fingerprint),
    );
    assert.equal(toHex(got.blockHashes), want.map(({ hash }) => hash).join(""));
    for (let i = 0; i < 60; i++) {
      const sector = content.subarray(i * 512, i * 512 + 512);
      assert.equal(toHex(got.hashes.subarray(16 * i, 16 * i + 16)), toHex(sectorHash(sector, keys)));
      assert.equal(got.flags[i] === 1, isBlankSector(sector));
    }
  });

  test(`${name} finds a block at every phase and across every chunk border`, () => {
    const keys = keysOf("borders");
    const planted = mixedContent("planted", 8);
    planted.set(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) >>> 3));
    const wanted = fingerprintOf(planted, keys);
    for (let sector = 0; sector < 40; sector++) {
      const device = mixedContent(`device ${sector}`, 48);
      device.set(planted, sector * 512);
      const places: number[] = [];
      for (let chunk = 0; chunk < 48; chunk += 16) {
        const end = Math.min(48, chunk + 16 + 7);
        const got = outcome(open, { keys, bytes: device.subarray(chunk * 512, end * 512) });
        got.fingerprints.forEach((fp, i) => {
          if (fp === wanted) places.push(chunk + (got.starts[i] ?? 0));
        });
      }
      assert.deepEqual(places, [sector]);
    }
  });

  test(`${name} hashes a blank sector the same in a run of one fill, after another fill, and alone`, () => {
    const keys = keysOf("blank");
    const fills = [0, 0, 0xff, 0xff, 0, 7, 7, 0, 0, 0, 1, 0];
    const content = new Uint8Array(fills.length * 512);
    for (const [i, fill] of fills.entries()) content.fill(fill, i * 512, i * 512 + 512);
    const got = outcome(open, { keys, bytes: content });
    assert.equal(got.found, 0);
    assert.deepEqual(Array.from(got.flags), Array(12).fill(1));
    fills.forEach((fill, i) => {
      const want = sectorHash(new Uint8Array(512).fill(fill), keys);
      assert.equal(toHex(got.hashes.subarray(16 * i, 16 * i + 16)), toHex(want));
    });
  });

  test(`${name} leaves a block in only when one of its sectors is not blank`, () => {
    const keys = keysOf("one in eight");
    for (let at = 0; at < 23; at++) {
      const content = new Uint8Array(23 * 512);
      content[at * 512 + 511] = 1;
      const got = outcome(open, { keys, bytes: content });
      const want = Array.from({ length: 16 }, (_, start) => start).filter((start) => start <= at && at < start + 8);
      assert.deepEqual(got.starts, want);
      assert.equal(outcome(open, { keys, bytes: content }, 8).found, at < 16 ? 1 : 0);
    }
  });

  test(`${name} counts bytes, adding to what stands there`, () => {
    const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
    const content = mixedContent("histogram", 3).subarray(0, 1001);
    new Uint8Array(memory.buffer).set(content, DATA);
    const counts = new Uint32Array(memory.buffer, KEYS, 256).fill(5);
    open(memory).histogram(DATA, content.length, KEYS);
    const want = new Array<number>(256).fill(5);
    for (const byte of content) want[byte] = (want[byte] ?? 0) + 1;
    assert.deepEqual(Array.from(counts), want);
  });
}

test("openHashKernel() writes byte for byte what hashTwin() writes, at any length and step", { skip: unbuilt }, () => {
  const random = seededRandom("kernel against twin");
  for (let round = 0; round < 40; round++) {
    const sectors = round < 20 ? round : random.below(SECTORS_MAX);
    const keys = keysOf(`keys ${round}`);
    const content = mixedContent(`content ${round}`, sectors);
    const step = round % 3 === 2 ? 1 + random.below(9) : round % 3 === 1 ? 8 : 1;
    const kernel = outcome(openHashKernel, { keys, bytes: content }, step);
    const twin = outcome(hashTwin, { keys, bytes: content }, step);
    assert.deepEqual(kernel.starts, twin.starts, `round ${round}`);
    assert.ok(
      Buffer.from(kernel.everything).equals(Buffer.from(twin.everything)),
      `round ${round}: ${sectors} sectors`,
    );
    assert.deepEqual(kernel.again, kernel.fingerprints);
  }
});

test("openHashKernel() gives structured blocks fingerprints that do not repeat: 2^16 counters and ramps", {
  skip: unbuilt,
}, () => {
  const memory = new WebAssembly.Memory({ initial: 96, maximum: 96, shared: true });
  const keys = keysOf("structured");
  const kernel = openHashKernel(memory);
  placeKeys(memory, keys, { keys: KEYS, sip: SIP });
  const seen = new Set<bigint>();
  const words = new Uint32Array(memory.buffer, DATA, 1024);
  const at = { keys: KEYS, sip: SIP, hashes: OUT, flags: OUT + 128, fingerprints: OUT + 256, starts: OUT + 272 };
  const put: ((i: number) => void)[] = [
    (i) => words.fill(0).set([i + 1], i % 1024),
    (i) => words.fill(0).set([i + 1, 0, 0, 0, ~i >>> 0], 512),
    (i) => filled(words, (at) => at * (i + 1)),
    (i) => words.fill(0xffffffff).set([i << 16], 1020),
  ];
  for (let i = 0; i < 1 << 16; i++) {
    put[i % 4]?.(i);
    kernel.sectors(DATA, 8, at);
    assert.equal(kernel.fingerprints(OUT, { count: 1, step: 1 }, at), 1);
    seen.add(new DataView(memory.buffer).getBigUint64(at.fingerprints, true));
  }
  assert.equal(seen.size, 1 << 16);
});
