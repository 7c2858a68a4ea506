import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { concatBytes, seededRandom } from "#base/values";
import { memorySource, ReadError } from "#examination/sources";
import vectors from "#vectors/wof/chunks.json" with { type: "json" };
import { expandLznt1 } from "./ntfs-lznt1.ts";
import { expandLzx } from "./ntfs-lzx.ts";
import { wofSource } from "./ntfs-packed.ts";
import { lznt1 } from "./ntfs-sample-parts.ts";
import { expandXpress } from "./ntfs-xpress.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

for (const { name, packing, sizeBytes, sha256: want, packed } of vectors.cases) {
  test(`wofSource() expands ${name}`, () => {
    const source = wofSource(memorySource(Buffer.from(packed, "base64")), sizeBytes, packing);
    assert.ok(source !== null);
    assert.equal(source.sizeBytes, sizeBytes);
    const bytes = new Uint8Array(sizeBytes);
    assert.equal(source.readSync(bytes, 0), sizeBytes);
    assert.equal(sha256(bytes), want);
    const part = new Uint8Array(37);
    const at = Math.floor(sizeBytes / 2);
    assert.equal(source.readSync(part, at), 37);
    assert.deepEqual(part, bytes.slice(at, at + 37));
  });
}

test("wofSource() of an unknown packing is null; of a broken chunk a ReadError, what is before it good", () => {
  assert.equal(wofSource(memorySource(new Uint8Array(8)), 5000, 4), null);
  const whole = vectors.cases.find((one) => one.packing === 0 && one.name.startsWith("words,"));
  assert.ok(whole !== undefined);
  const packed = Uint8Array.from(Buffer.from(whole.packed, "base64"));
  packed.fill(0xff, packed.length - 600, packed.length - 300);
  const source = wofSource(memorySource(packed), whole.sizeBytes, 0);
  const view = new Uint8Array(whole.sizeBytes);
  assert.throws(
    () => source?.readSync(view, 0),
    (error) => error instanceof ReadError && error.code === "WOF" && error.goodBytes >= 4096,
  );
});

test("expandLzx() copies a block that is not compressed, and remembers its distances", () => {
  // 3 bits kind 3, 1 bit 0, 16 bits size 13: 0110 0000 0000 0000 1101, then filled up to a word.
  const head = Uint8Array.of(0x00, 0x60, 0x00, 0xd0);
  const recent = Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0);
  const text = new TextEncoder().encode("thirteen char");
  const into = new Uint8Array(13);
  assert.ok(expandLzx(concatBytes(head, recent, text, Uint8Array.of(0)), into));
  assert.deepEqual(into, text);
  assert.equal(expandLzx(concatBytes(head, recent, text.subarray(0, 9)), into), false);
});

test("expandLznt1() undoes what was compressed, and tells where a chunk is broken", () => {
  const random = seededRandom("lznt1");
  for (let round = 0; round < 40; round++) {
    const alphabet = 1 + random.below(60);
    const unit = Uint8Array.from({ length: 1 + random.below(65_536) }, () => random.below(alphabet) * (round % 3));
    const into = new Uint8Array(unit.length).fill(9);
    assert.equal(expandLznt1(lznt1(unit), into), unit.length);
    assert.deepEqual(into, unit);
  }
  const packed = lznt1(new Uint8Array(3 * 4096).fill(5));
  const second = 2 + ((packed[0] ?? 0) | (((packed[1] ?? 0) & 15) << 8)) + 1;
  packed[second + 1] = 0x20;
  assert.equal(expandLznt1(packed, new Uint8Array(3 * 4096)), 4096);
});

test("decoders end on every input: 6,000 of noise and of damaged chunks", () => {
  const random = seededRandom("decoders 3");
  const chunks = vectors.cases.map((one) => Buffer.from(one.packed, "base64"));
  for (let round = 0; round < 2000; round++) {
    const from = chunks[random.below(chunks.length)] ?? Buffer.alloc(0);
    const at = random.below(from.length);
    const bytes = Uint8Array.from(from.subarray(at, at + 300 + random.below(3000)));
    for (let i = random.below(4); i >= 0; i--) bytes[random.below(bytes.length)] = random.below(256);
    const into = new Uint8Array(1 + random.below(32_768));
    expandXpress(bytes, into);
    expandLzx(bytes, into);
    expandLznt1(bytes, into);
  }
});
