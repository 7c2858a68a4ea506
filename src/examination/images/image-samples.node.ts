import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";
import { concatBytes, seededRandom, utf8 } from "#base/values";
import { memorySource } from "#examination/sources";
import { record } from "./container-samples.node.ts";
import type { ImageFile, Siblings } from "./image.ts";
import { latin } from "./latin.ts";

/** A folder in memory. */
export function memoryFolder(files: Record<string, Uint8Array>): Siblings & { file(name: string): ImageFile } {
  const sources = new Map(Object.entries(files).map(([name, bytes]) => [name, memorySource(bytes)]));
  return {
    names: () => [...sources.keys()].map(utf8),
    open: (name) => sources.get(latin(name)) ?? null,
    file: (name) => ({ name: utf8(name), source: sources.get(name) ?? memorySource(new Uint8Array(0)) }),
  };
}

/** Repeatable media: stretches of noise, of text and of zeros. */
export function sampleMedia(seed: string, sizeBytes: number): Uint8Array {
  const random = seededRandom(seed);
  const media = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 4096) {
    const kind = random.below(3);
    for (let i = at; i < Math.min(sizeBytes, at + 4096); i++) {
      media[i] = kind === 0 ? 0 : kind === 1 ? random.below(256) : 97 + ((i * 7 + at) % 23);
    }
  }
  return media;
}

/** A logical image (AD1, version 4) of files in one folder, chunks of 64 KiB. */
export function logicalImageOf(files: Record<string, Uint8Array>): Uint8Array {
  const chunkBytes = 65_536;
  const head = record(92, true);
  head.text(0, "ADLOGICALIMAGE");
  head.u32(16, 4);
  head.u32(20, 1);
  head.u32(24, chunkBytes);
  head.u64(36, 92);
  const parts: Uint8Array[] = [head.bytes];
  let at = 92;
  const folder = "folder";
  const names = Object.keys(files);
  const add = (bytes: Uint8Array): number => {
    parts.push(bytes);
    at += bytes.length;
    return at - bytes.length;
  };
  const item = (name: string, size: number, kind: number) => {
    const made = record(48 + name.length + 8, true);
    made.u64(32, size);
    made.u32(40, kind);
    made.u32(44, name.length);
    made.text(48, name);
    return made;
  };
  const root = item(folder, 0, 5);
  add(root.bytes);
  root.u64(8, at);
  for (const [i, name] of names.entries()) {
    const bytes = files[name] ?? new Uint8Array(0);
    const made = item(name, bytes.length, 0);
    add(made.bytes);
    const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, chunk) =>
      deflateSync(bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)),
    );
    const table = record((chunks.length + 2) * 8, true);
    made.u64(24, add(table.bytes));
    table.u64(0, chunks.length);
    for (const [chunk, packed] of chunks.entries()) table.u64(8 + chunk * 8, add(packed));
    table.u64(8 + chunks.length * 8, at);
    const digest = createHash("md5").update(bytes).digest("hex");
    const fact = record(20 + digest.length, true);
    fact.u32(8, 1);
    fact.u32(12, 0x5001);
    fact.u32(16, digest.length);
    fact.text(20, digest);
    made.u64(16, add(fact.bytes));
    if (i + 1 < names.length) made.u64(0, at);
  }
  const segment = record(512, true);
  segment.text(0, "ADSEGMENTEDFILE");
  segment.u32(0x18, 1);
  segment.u32(0x1c, 1);
  return concatBytes(segment.bytes, ...parts);
}
