// The fears: the fast finder misses what the readable one finds; a beginning across two windows or two rounds of hits is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { openHeaderFinder } from "./header-finder.node.ts";
import { HITS_MOST, plainFinder, WINDOW_BYTES } from "./header-finder.ts";
import { headerOf } from "./header-kind.ts";

const BEGINNINGS = [
  "\xff\xd8\xff\xe0",
  "\xff\xd8\xff\xd9",
  "\x89PNG\r\n\x1a\n",
  "GIF89a",
  "GIF88a",
  "RIFF....WEBP",
  "RIFF....WAVE",
  "RIFF....AVI ",
  "\0\0\0\x18ftyp",
  "BM\x36\x04\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0....\x07\0\0\0\x01\0",
  "BM\x36\x04\0\0\0\0\0\0\x36\0\0\0\x0c\0\0\0\x07\0\x07\0\x01\0",
  "BM\0\0\0\0\0\0\0\0",
  "II*\0",
  "MM\0*",
  "\0\0\0\x18moov",
  ...["PK\x03\x04\x14\0\0\0\x08\0............\0\0\0\0\x04\0", "PK\x03\x04", "PK\x05\x06"],
  ...["7z\xbc\xaf\x27\x1c", "7\x7f\x06\x83\0\x2d\xe2\x18", "7\x7f\x06\x84\0\x2d\xe2\x18"],
  ...["\x1f\x8b\x08\0\0\0\0\0\0\x03", "\x1f\x8b\x08\xff\0\0\0\0\0\x03", "\x1f\x8b\x08\0\0\0\0\0\x01\x03"],
  ...["BZh91AY&SY", "BZh:1AY&SY", "\xfd7zXZ\0", "\x28\xb5\x2f\xfd\x20", "\x28\xb5\x2f\xfd\x28"],
  ...["Rar!\x1a\x07\0", "Rar!\x1a\x07\x01\0", "Rar!\x1a\x07\x02", "MSCF\0\0\0\0", "MSCF\0\0\0\x01"],
  ...["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "%PDF-1.7", "%PDF-x", "SQLite format 3\0", "SQLite format 4\0"],
  ...["CMMM\x20\0\0\0\x05\0\0\0", "CMMM\0\x20\0\0\x05\0\0\0", "Received: by", "From a@b", "Subject line"],
];
const [fast, plain] = [openHeaderFinder(), plainFinder()];

for (const everyBytes of [1, 512]) {
  test(`find() every ${everyBytes} bytes gives what its twin gives, for beginnings at every place`, () => {
    const random = seededRandom(`headers ${everyBytes}`);
    for (let round = 0; round < 6; round++) {
      const words = new Uint32Array(plain.window.buffer, 0, plain.window.length / 4);
      for (let at = 0; at < words.length; at++) words[at] = random.bits32();
      for (let planted = 0; planted < 500; planted++) {
        const text = BEGINNINGS[random.below(BEGINNINGS.length)] ?? "";
        const step = round % 2 === 0 ? 1 : 512;
        const at = random.below(Math.floor(plain.window.length / step)) * step;
        for (let i = 0; i < text.length; i++) plain.window[at + i] = text.charCodeAt(i);
      }
      fast.window.set(plain.window);
      const [from, to] = round % 3 === 0 ? [0, WINDOW_BYTES] : [random.below(5000), WINDOW_BYTES - random.below(5000)];
      const wanted = plain.find(from, to, everyBytes);
      assert.deepEqual(fast.find(from, to, everyBytes), wanted);
      assert.ok(wanted.length > (everyBytes === 1 || round % 2 === 1 ? 100 : -1));
    }
  });
}

test("find() of more beginnings than it holds stops behind the last, and goes on there", () => {
  for (const finder of [fast, plain]) {
    for (let at = 0; at < WINDOW_BYTES; at += 4) finder.window.set([0xff, 0xd8, 0xff, 0xe1], at);
    finder.window.fill(0, WINDOW_BYTES);
    let [count, from] = [0, 0];
    while (from < WINDOW_BYTES) {
      const hits = finder.find(from, WINDOW_BYTES, 1);
      count += hits.length;
      from = hits.length < HITS_MOST ? WINDOW_BYTES : headerOf(hits.at(-1) ?? 0).at + 1;
    }
    assert.equal(count, WINDOW_BYTES / 4);
  }
});
