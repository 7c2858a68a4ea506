// Mutated pictures and films in fields of other bytes: 10,000, or as many as 45 seconds allow. None may throw, or run long. And
// bytes that were made to make a search long: what it may cost grows with what is searched, not with what it claims.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { concatBytes, seededRandom, utf8 } from "#base/values";
import { HIDING_WAYS } from "#examination/containers/node";
import type { ByteSource } from "#examination/sources";
import { type CarveCount, carve } from "./carve.ts";
import { openHeaderFinder } from "./header-finder.node.ts";
import { mediaSamples } from "./media-sample.node.ts";
import { openInflater } from "./open-inflater.node.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const finder = openHeaderFinder();
const inflate = openInflater();
const media = Object.values(await mediaSamples());
const [jpeg = new Uint8Array(0)] = media;
const held = jpeg.subarray(0, 6000);
const samples = [...media, ...Object.values(HIDING_WAYS).map((hide) => hide(held))];

/** Memory that counts what is read of it. */
function memory(bytes: Uint8Array): ByteSource & { readBytes: number } {
  const source = {
    sizeBytes: bytes.length,
    readBytes: 0,
    readSync: (view: Uint8Array, at: number): number => {
      const part = bytes.subarray(at, at + view.length);
      view.set(part);
      source.readBytes += part.length;
      return part.length;
    },
  };
  return source;
}

test("carve() of mutated pictures and films ends, and every piece lies within what was searched", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const started = performance.now();
  let [done, candidates] = [0, 0];
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const sample = samples[done % samples.length] ?? new Uint8Array(0);
    const bytes = new Uint8Array(4096 + sample.length + random.below(9000));
    bytes.set(sample, random.below(3) * 512);
    const near = random.below(2) === 0 ? 600 : bytes.length;
    for (let i = random.below(12); i >= 0; i--)
      bytes[random.below(near)] = [0, 1, 0x7f, 0x80, 0xff, random.below(256)][random.below(6)] ?? 0;
    const length = random.below(6) === 0 ? random.below(bytes.length) : bytes.length;
    const grainBytes = random.below(2) === 0 ? 512 : 4096;
    const sizeBytes = length;
    for (const step of carve(memory(bytes.subarray(0, length)), { finder, inflate, grainBytes })) {
      if (step.kind !== "candidate") continue;
      candidates++;
      const { pieces } = step.candidate;
      const total = pieces.reduce((sum, piece) => sum + piece.lengthBytes, 0);
      assert.equal(total, step.candidate.sizeBytes, `seed ${seed}, case ${done}`);
      for (const { startByte, lengthBytes } of pieces) {
        const isWithin = startByte >= 0 && lengthBytes > 0 && startByte + lengthBytes <= sizeBytes;
        assert.ok(isWithin, `seed ${seed}, case ${done}: ${JSON.stringify(step.candidate)}`);
      }
    }
  }
  console.log(
    `carving: seed ${seed}, ${done} cases, ${candidates} candidates, ${Math.round(performance.now() - started)} ms`,
  );
});

const MIB = 2 ** 20;

/** Repeats bytes over a length. */
function repeated(part: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at + part.length <= length; at += part.length) bytes.set(part, at);
  return bytes;
}

function number(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

function pngPart(name: string, body: Uint8Array): Uint8Array {
  const named = concatBytes(utf8(name), body);
  return concatBytes(number(body.length), named, number(crc32(named)));
}

const scanAt = Buffer.from(jpeg).indexOf(Buffer.of(0xff, 0xda)) + 40;
const PNG_HEAD = concatBytes(
  Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  pngPart("IHDR", Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 9, 8, 2, 0, 0, 0)),
);
const TIFF_HEAD = concatBytes(utf8("II*\0\x08\0\0\0"), Uint8Array.of(40, 0));

const zip = HIDING_WAYS["zip, deflated"]?.(held) ?? new Uint8Array(0);
const gzip = HIDING_WAYS["gzip"]?.(new Uint8Array(MIB)) ?? new Uint8Array(0);
const tar = HIDING_WAYS["tar"]?.(new Uint8Array(0)) ?? new Uint8Array(0);
const ENTRY = concatBytes(
  utf8("PK\x03\x04\x14\0\x08\0\x08\0"),
  new Uint8Array(16),
  Uint8Array.of(1, 0, 0, 0),
  utf8("a"),
);
const GREAT_OLE = Uint8Array.from(HIDING_WAYS["OLE, large stream"]?.(held).subarray(0, 512) ?? []);
GREAT_OLE.set([0xff, 0xff, 0, 0], 44);

const HUGE_TAR = Uint8Array.from(tar.subarray(0, 512));
HUGE_TAR.set(utf8("00017777000"), 124);
HUGE_TAR.set(utf8("        "), 148);
HUGE_TAR.set(
  utf8(
    HUGE_TAR.reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0"),
  ),
  148,
);
HUGE_TAR.set([0, 0x20], 154);

const HOLDERS: Record<string, Uint8Array> = {
  "zip entries that do not say where they end": repeated(ENTRY, MIB),
  "zip entries that lead to the end of all": repeated(
    concatBytes(
      ENTRY.subarray(0, 6),
      Uint8Array.of(0, 0, 0, 0),
      new Uint8Array(8),
      number(0xffff0f00),
      ENTRY.subarray(22),
    ),
    MIB,
  ),
  "a zip file again and again": repeated(zip, MIB),
  "gzip files of zeros, each in front of the next": repeated(gzip, MIB),
  "gzip heads": repeated(gzip.subarray(0, 10), MIB),
  "tars of one empty file": repeated(tar.subarray(0, 512), 4 * MIB),
  "tars that each reach to the end": repeated(concatBytes(HUGE_TAR, new Uint8Array(512)), 4 * MIB),
  "PDFs without an end": repeated(utf8("%PDF-1.7 1 0 obj "), MIB),
  "PDFs with a million ends": repeated(utf8("%PDF-2.0 %%EOF "), MIB),
  "bzip2 heads": repeated(utf8("BZh91AY&SY"), MIB),
  "7z heads": repeated(HIDING_WAYS["7z"]?.(held).subarray(0, 32) ?? new Uint8Array(0), MIB),
  "xz heads": repeated(HIDING_WAYS["xz"]?.(held).subarray(0, 40) ?? new Uint8Array(0), MIB),
  "zstd heads": repeated(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 2, 0, 0, 1), MIB),
  "OLE with many tables": repeated(GREAT_OLE, MIB),
  "mails that do not end": repeated(
    concatBytes(
      utf8("From: a\r\nTo: b\r\nDate: c\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"),
      new Uint8Array(442).fill(0x61),
    ),
    MIB,
  ),
  "stores of thumbnails": repeated(
    concatBytes(utf8("CMMM\x20\0\0\0"), new Uint8Array(16), utf8("CMMM\x30\0\0\0"), new Uint8Array(40)),
    MIB,
  ),
};

const HOSTILE: Record<string, Uint8Array> = {
  "a million beginnings of JPEG": repeated(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 4 * MIB),
  "heads of JPEG up to their codes": repeated(jpeg.subarray(0, scanAt), MIB),
  "JPEGs whose codes go on for ever": concatBytes(repeated(jpeg.subarray(0, scanAt), MIB / 2), new Uint8Array(MIB)),
  "JPEGs with a hundred tables a line": repeated(
    concatBytes(jpeg.subarray(0, 2), repeated(concatBytes(Uint8Array.of(0xff, 0xc4, 0, 19), new Uint8Array(17)), 6300)),
    MIB,
  ),
  "PNGs of empty parts": concatBytes(repeated(PNG_HEAD, MIB / 4), repeated(pngPart("tEXt", new Uint8Array(0)), MIB)),
  "PNGs whose parts name two gigabytes": repeated(concatBytes(PNG_HEAD, number(2 ** 31), utf8("IDAT")), MIB),
  "GIFs of blocks of one byte": repeated(
    concatBytes(utf8("GIF89a"), new Uint8Array(7), Uint8Array.of(0x21, 0xfe), repeated(Uint8Array.of(1, 1), 200)),
    MIB,
  ),
  "boxes that lead into each other": concatBytes(
    repeated(concatBytes(number(16), utf8("ftypisom"), number(0)), 64),
    repeated(concatBytes(number(8), utf8("free")), MIB),
  ),
  "films that begin within films": repeated(
    concatBytes(number(24), utf8("ftypisom"), number(0), utf8("isomiso2"), number(8), utf8("free")),
    MIB,
  ),
  "AVIs of empty parts": repeated(concatBytes(utf8("RIFF"), Uint8Array.of(4, 0, 0, 0), utf8("AVI ")), MIB),
  "AVI with endless rows": concatBytes(
    utf8("RIFF"),
    Uint8Array.of(0xf0, 0xff, 0x0f, 0),
    utf8("AVI LIST"),
    Uint8Array.of(0xe0, 0xff, 0x0f, 0),
    utf8("movi"),
    repeated(concatBytes(utf8("00dc"), new Uint8Array(4)), MIB - 24),
  ),
  "TIFFs whose directories are each other's": repeated(concatBytes(TIFF_HEAD, new Uint8Array(512 - 10).fill(1)), MIB),
  ...HOLDERS,
  zeros: new Uint8Array(4 * MIB),
  ones: new Uint8Array(4 * MIB).fill(0xff),
};

for (const [name, bytes] of Object.entries(HOSTILE)) {
  test(`carve() of ${name} reads no more than a known number of times what it searches`, () => {
    const source = memory(bytes);
    let last: CarveCount | undefined;
    const started = performance.now();
    for (const step of carve(source, { finder, inflate })) if (step.kind === "searched") last = step.count;
    console.log(
      `${name}: ${Math.round(performance.now() - started)} ms, ${JSON.stringify(last)}, read ${source.readBytes}`,
    );
    assert.equal(last?.nextByte, bytes.length);
    assert.ok(source.readBytes < 4096 * MIB);
  });
}
