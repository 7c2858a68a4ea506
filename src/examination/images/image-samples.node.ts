import { seededRandom, utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import type { ImageFile, Siblings } from "./image.ts";
import { latin } from "./latin.ts";

/** Bytes in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    readSync: (view, offsetBytes) => {
      const part = bytes.subarray(offsetBytes, offsetBytes + view.length);
      view.set(part);
      return part.length;
    },
  };
}

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
