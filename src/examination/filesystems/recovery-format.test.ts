// The fears: another's bytes given as a picture's own and called sure; a picture in pieces given up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import sharp from "sharp";
import { seededRandom } from "#base/values";
import { FatSample } from "./fat-sample.ts";
import { openFat } from "./fat-volume.ts";
import type { FormatCheck } from "./format-answer.ts";
import { formatCheckOf } from "./format-check.ts";
import { entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";

const MS = Date.UTC(2024, 1, 29, 13, 14, 16);
const random = seededRandom("formats");

/** A picture of coloured stripes and noise. */
function picture(seed: number, width = 160) {
  const noise = seededRandom(`picture ${seed}`);
  const pixels = Buffer.alloc(width * 100 * 3);
  for (let at = 0; at < pixels.length; at++) pixels[at] = ((at >> 5) * seed + noise.below(40)) & 255;
  return sharp(pixels, { raw: { width, height: 100, channels: 3 } });
}

function zip(names: string[]): Buffer {
  const locals: Buffer[] = [];
  const rows: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const plain = Buffer.from(Array.from({ length: 900 }, () => 97 + random.below(26)));
    const packed = deflateRawSync(plain);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(plain), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(plain.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    rows.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, tail, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(rows);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

const FILES: Record<string, Buffer> = {
  "a.png": await picture(3).png().toBuffer(),
  "b.jpg": await picture(5).jpeg({ quality: 80 }).toBuffer(),
  "c.jpeg": await picture(7).jpeg({ quality: 90, chromaSubsampling: "4:2:0" }).toBuffer(),
  "d.gif": await picture(11).gif().toBuffer(),
  "e.docx": zip(["one.xml", "two.xml", "three.xml", "four.xml", "five.xml"]),
};

function checkOf(name: string): FormatCheck {
  const check = formatCheckOf(Buffer.from(name));
  assert.ok(check);
  return check;
}

for (const [name, bytes] of Object.entries(FILES)) {
  const isJpeg = /\.jpe?g$/.test(name);
  test(`formatCheckOf() of ${name} is whole only as it was made`, () => {
    const check = checkOf(name);
    let [tried, taken] = [0, 0];
    assert.equal(check(bytes)?.whole, true);
    assert.equal(check(bytes.subarray(0, bytes.length - 600))?.whole, false);
    for (let at = 1024; at + 512 < bytes.length; at += 512) {
      const other = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(512), bytes.subarray(at + 512)]);
      const swapped = Buffer.from(bytes);
      bytes.copy(swapped, at, at - 512, at);
      tried += 2;
      for (const wrong of [other, swapped]) if (check(wrong)?.whole) taken++;
    }
    if (isJpeg) assert.ok(taken < tried / 5, `${taken} of ${tried}`);
    else assert.equal(taken, 0);
  });

  test(`openFat() puts a deleted ${name} together from two pieces with a free gap between`, () => {
    const sample = new FatSample({ kind: "fat16", clusters: 4085 });
    const cut = 512 * Math.floor(bytes.length / 1024);
    const item = sample.addFile(sample.root, name, { content: bytes.subarray(0, cut), ms: MS });
    const gap = Buffer.from(Array.from({ length: 512 * 3 }, () => random.below(256)));
    const between = sample.addFile(sample.root, "X.BIN", { content: gap, ms: MS });
    sample.append(item, bytes.subarray(cut), MS);
    sample.remove(between);
    sample.remove(item);
    const image = sample.image().slice();
    // Nothing names what stood in the gap any more.
    image.fill(0, rootEntryAt(image, "\u00e5       BIN"), rootEntryAt(image, "\u00e5       BIN") + 32);
    const found = entriesByPlace(openFat(memoryVolume(image)));
    const entry = [...found.values()].find(({ streams }) => streams[0]?.sizeBytes === bytes.length);
    assert.deepEqual([entry?.certainty, entry?.confirmed], ["best-fit", isJpeg ? undefined : true]);
    assert.deepEqual(mainBytes(entry), Uint8Array.from(bytes));
  });
}

function rootEntryAt(image: Uint8Array, name: string): number {
  const at = Buffer.from(image).indexOf(Buffer.from(name, "latin1"));
  assert.ok(at > 0);
  return at;
}

test("openFat() confirms a picture in one piece, and no file whose bytes are others", async () => {
  const sample = new FatSample({ kind: "fat16", clusters: 4085 });
  const content = FILES["a.png"] ?? Buffer.alloc(0);
  const item = sample.addFile(sample.root, "a.png", { content, ms: MS });
  const other = sample.addFile(sample.root, "other.png", { content: Buffer.alloc(3000, 7), ms: MS });
  sample.remove(item);
  sample.remove(other);
  const found = [...entriesByPlace(openFat(memoryVolume(sample.image()))).values()];
  assert.deepEqual(
    found.map(({ certainty, confirmed }) => [certainty, confirmed]),
    [
      ["contiguous-guess", true],
      ["contiguous-guess", undefined],
    ],
  );
});

test("format checks of mutated files never throw and never run long", () => {
  for (const [name, bytes] of Object.entries(FILES)) {
    const check = checkOf(name);
    for (let i = 0; i < 300; i++) {
      const wounded = Buffer.from(bytes);
      for (let wounds = 1 + random.below(6); wounds > 0; wounds--)
        wounded[random.below(wounded.length)] = random.below(256);
      const answer = check(wounded.subarray(0, 1 + random.below(wounded.length)));
      assert.ok(answer === null || (answer.goodBytes <= wounded.length && answer.brokenAt <= wounded.length));
    }
  }
});
