// The fears: an archive, a document or a database that no folder names is missed, or its end is another's; what stands in it unpacked is
// lost behind it; an entry is told as an archive of its own; a beginning that is none is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { concatBytes, seededRandom, utf8 } from "#base/values";
import { HIDING_WAYS } from "#examination/containers/node";
import { memorySource } from "#examination/sources";
import { type Candidate, isHolder } from "./candidate.ts";
import { type CarveCount, carve } from "./carve.ts";
import { openHeaderFinder } from "./header-finder.node.ts";
import { drawn } from "./media-sample.node.ts";
import { openInflater } from "./open-inflater.node.ts";

const finder = openHeaderFinder();
const inflate = openInflater();

function carved(bytes: Uint8Array): { candidates: Candidate[]; count: CarveCount } {
  const candidates: Candidate[] = [];
  let count: CarveCount | undefined;
  for (const step of carve(memorySource(bytes), { finder, inflate, grainBytes: 4096 })) {
    if (step.kind === "candidate") candidates.push(step.candidate);
    else count = step.count;
  }
  assert.ok(count !== undefined);
  return { candidates, count };
}

function noise(seed: string, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.below(256));
}

const picture = Uint8Array.from(await drawn("held", 200, 120).jpeg().toBuffer());
/** Of those samples that are carved: the format, and whether its end is proven. */
const FORMATS: Record<string, [Candidate["format"], Candidate["how"]]> = {
  ...{ "zip, deflated": ["zip", "whole"], "zip, stored": ["zip", "whole"], "zip, wide": ["zip", "whole"] },
  ...{ "zip, with a descriptor": ["zip", "whole"], "zip, unlisted": ["zip", "whole"], docx: ["zip", "whole"] },
  ...{ "zip, LZMA": ["zip", "whole"], tar: ["tar", "whole"], "tar, long name": ["tar", "whole"] },
  ...{ "tar, sparse": ["tar", "whole"], gzip: ["gzip", "whole"], zstd: ["zstd", "whole"], "7z": ["7z", "whole"] },
  ...{ "7z, PPMd": ["7z", "whole"], bzip2: ["bzip2", "whole"], xz: ["xz", "whole"] },
  ...{ "OLE, small stream": ["ole", "whole"], "OLE, large stream": ["ole", "whole"] },
  ...{ "PDF, attached": ["pdf", "beginning"], mail: ["mail", "whole"], "box of mails": ["mail", "whole"] },
  ...{ SQLite: ["sqlite", "whole"], thumbcache: ["thumbcache", "whole"] },
};
const SECTORS_ALONE: readonly string[] = ["tar", "mail"];

for (const [name, [format, how]] of Object.entries(FORMATS)) {
  test(`carve() finds ${name} among noise and among zeros, with its size`, () => {
    const bytes = HIDING_WAYS[name]?.(picture) ?? new Uint8Array(0);
    const behind = format === "mail" ? new Uint8Array(9000) : noise("behind", 9000);
    for (const before of SECTORS_ALONE.includes(format) ? [4096] : [4096, 4096 + 77]) {
      for (const [filled, rest] of [
        [noise("before", before), behind],
        [new Uint8Array(before), new Uint8Array(9000)],
      ] as const) {
        const { candidates } = carved(concatBytes(filled, bytes, rest));
        const found = candidates.filter((one) => one.format === format);
        assert.equal(found.length, 1, JSON.stringify(candidates));
        assert.equal(found[0]?.how, how);
        assert.equal(found[0]?.pieces[0]?.startByte, before);
        // Zeros behind a tar may be its own.
        if (format !== "tar") assert.equal(found[0]?.sizeBytes, bytes.length);
      }
    }
  });
}

test("carve() tells what stands in an archive unpacked for itself, and no entry of it as an archive", () => {
  const stored = HIDING_WAYS["zip, stored"]?.(picture) ?? new Uint8Array(0);
  const tar = HIDING_WAYS["tar"]?.(stored) ?? new Uint8Array(0);
  const { candidates } = carved(concatBytes(new Uint8Array(4096), tar, new Uint8Array(4096)));
  assert.deepEqual(
    candidates.map(({ format }) => format),
    ["tar", "zip", "jpeg"],
  );
});

test("carve() follows streams one behind the other as one file", () => {
  for (const pack of [gzipSync, zstdCompressSync]) {
    const bytes = concatBytes(...["one", "two", "three"].map((text) => pack(utf8(text))));
    const { candidates } = carved(concatBytes(new Uint8Array(512), bytes, noise("rest", 4096)));
    assert.deepEqual(
      candidates.map(({ sizeBytes }) => sizeBytes),
      [bytes.length],
    );
  }
});

test("carve() tells the beginning of an archive whose rest is gone, and a gzip file whose sum is another's not as whole", () => {
  const entries = HIDING_WAYS["zip, deflated"]?.(picture) ?? new Uint8Array(0);
  const cut = concatBytes(entries.subarray(0, entries.length - 60), noise("gone", 8192));
  assert.deepEqual(
    carved(cut).candidates.map(({ format, how }) => [format, how]),
    [["zip", "beginning"]],
  );
  const packed = Uint8Array.from(gzipSync(noise("packed", 9000)));
  packed[packed.length - 6] = (packed[packed.length - 6] ?? 0) ^ 1;
  assert.deepEqual(
    carved(concatBytes(packed, noise("behind", 500))).candidates.map(({ how }) => how),
    ["beginning"],
  );
});

test("carve() of noise with beginnings of every archive tells none", () => {
  const bytes = noise("decoys", 2 ** 20);
  const random = seededRandom("places");
  // Behind a head of zstd that names no sum, anything may be its block.
  const heads = Object.keys(FORMATS)
    .filter((name) => name !== "zstd")
    .map((name) => HIDING_WAYS[name]?.(picture).subarray(0, 24) ?? new Uint8Array(0));
  for (const head of heads) for (let i = 0; i < 20; i++) bytes.set(head, random.below(2000) * 512);
  const { candidates, count } = carved(bytes);
  assert.deepEqual(
    candidates.filter(({ format, how }) => isHolder(format) && how === "whole"),
    [],
  );
  assert.ok(count.decoys > 200);
});
