// The fears: the fast finder misses what the readable one finds; a beginning across two windows or two rounds of hits is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { openHeaderFinder } from "./header-finder.node.ts";
import { HITS_MOST, plainFinder, WINDOW_BYTES } from "./header-finder.ts";

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
  "BM\0\0\0\0\0\0\0\0",
  "II*\0",
  "MM\0*",
  "\0\0\0\x18moov",
];
const [fast, plain] = [openHeaderFinder(), plainFinder()];

for (const everyBytes of [1, 512]) {
  test(`find() every ${everyBytes} bytes gives what its twin gives, for beginnings at every place`, () => {
    const random = seededRandom(`headers ${everyBytes}`);
    for (let round = 0; round < 6; round++) {
      for (let at = 0; at < plain.window.length; at++) plain.window[at] = random.below(256);
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
      from = hits.length < HITS_MOST ? WINDOW_BYTES : Math.floor((hits.at(-1) ?? 0) / 8) + 1;
    }
    assert.equal(count, WINDOW_BYTES / 4);
  }
});
