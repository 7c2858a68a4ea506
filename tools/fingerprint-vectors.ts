// Makes vectors/fingerprint/blocks.json from seeded contents: `node tools/fingerprint-vectors.ts`. The numbers come from the
// readable reference alone; the kernel and its twin are tested against them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BLOCK_BYTES, blockHash, fingerprintOf, isBlankSector, SECTOR_BYTES, sectorHash } from "#base/hashing";
import { deriveSetKeys, deriveSipKey } from "#base/hashing/node";
import { seededRandom, toHex } from "#base/values";

const SETS = [
  { name: "counting bytes", setKey: bytes(32, (i) => i), releaseKey: bytes(32, (i) => 0xff - i) },
  { name: "seeded", setKey: noise("set key", 32), releaseKey: noise("release key", 32) },
];

const BLOCKS = [
  { name: "zeros", content: bytes(BLOCK_BYTES, () => 0) },
  { name: "all 0xff", content: bytes(BLOCK_BYTES, () => 0xff) },
  { name: "counting bytes", content: bytes(BLOCK_BYTES, (i) => i) },
  { name: "period 16, blank in every sector", content: bytes(BLOCK_BYTES, (i) => 3 * (i % 16)) },
  { name: "period 32, not blank", content: bytes(BLOCK_BYTES, (i) => i % 32) },
  { name: "zeros but for the last byte", content: bytes(BLOCK_BYTES, (i) => (i === BLOCK_BYTES - 1 ? 1 : 0)) },
  { name: "one blank sector in noise", content: noise("holes", BLOCK_BYTES).fill(0xe5, 1024, 1536) },
  { name: "noise", content: noise("noise", BLOCK_BYTES) },
];

const cases = SETS.flatMap(({ name, setKey, releaseKey }) => {
  const keys = { ...deriveSetKeys(setKey), sipKey: deriveSipKey(releaseKey) };
  return BLOCKS.map((block) => ({
    name: `${block.name}, keys: ${name}`,
    setKey: toHex(setKey),
    releaseKey: toHex(releaseKey),
    block: Buffer.from(block.content).toString("base64"),
    blankSectors: sectorsOf(block.content).map((sector) => isBlankSector(sector)),
    sectorHashes: sectorsOf(block.content).map((sector) => toHex(sectorHash(sector, keys))),
    blockHash: toHex(blockHash(block.content, keys)),
    fingerprint: fingerprintOf(block.content, keys).toString(16).padStart(16, "0"),
  }));
});

const folder = join(import.meta.dirname, "../vectors/fingerprint");
mkdirSync(folder, { recursive: true });
const note =
  "fingerprint is the 64-bit number in hexadecimal; hashes are bytes; block is base64. docs/formats/fingerprint.md";
const source = "made by tools/fingerprint-vectors.ts from seeded numbers";
const text = JSON.stringify(
  { format: "phum-fingerprint-vectors", version: 1, source, licence: "Apache-2.0", note, cases },
  null,
  1,
);
writeFileSync(join(folder, "blocks.json"), `${text}\n`);
console.log(`fingerprint-vectors: ${cases.length} cases in vectors/fingerprint/blocks.json`);

function sectorsOf(block: Uint8Array): Uint8Array[] {
  return Array.from({ length: 8 }, (_, i) => block.subarray(i * SECTOR_BYTES, (i + 1) * SECTOR_BYTES));
}

function bytes(length: number, at: (i: number) => number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => at(i));
}

function noise(seed: string, length: number): Uint8Array {
  const random = seededRandom(`fingerprint-vectors ${seed}`);
  return bytes(length, () => random.bits32() >>> 24);
}
