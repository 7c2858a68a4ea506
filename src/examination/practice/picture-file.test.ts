import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, inflateSync } from "node:zlib";
import { drawLandscape } from "./drawing.ts";
import { bmpFile, pngFile } from "./picture-file.ts";
import { noiseFile, noteFile, tarFile } from "./plain-file.ts";

const drawing = drawLandscape("picture-file test", { width: 161, height: 97 });

test("drawLandscape() is its seed's alone, and no 4 KiB of two drawings are equal", () => {
  assert.deepEqual(drawLandscape("picture-file test", { width: 161, height: 97 }), drawing);
  const seen = new Set<string>();
  let blocks = 0;
  for (let i = 0; i < 8; i++) {
    const { rgb } = drawLandscape(`other ${i}`, { width: 161, height: 97 });
    for (let at = 0; at + 4096 <= rgb.length; at += 4096, blocks++) {
      seen.add(Buffer.from(rgb.subarray(at, at + 4096)).toString("latin1"));
    }
  }
  assert.equal(seen.size, blocks);
});

test("bmpFile() holds every pixel: bottom row first, blue first, rows filled to four bytes", () => {
  const file = bmpFile(drawing);
  const view = new DataView(file.buffer);
  assert.equal(view.getUint32(2, true), file.length);
  assert.equal(file.length, 54 + 484 * 97);
  for (const [x, y] of [
    [0, 0],
    [160, 0],
    [0, 96],
    [160, 96],
    [80, 50],
  ] as const) {
    const at = 54 + 484 * (96 - y) + 3 * x;
    const want = drawing.rgb.subarray((y * 161 + x) * 3, (y * 161 + x) * 3 + 3);
    assert.deepEqual([file[at + 2], file[at + 1], file[at]], Array.from(want));
  }
});

test("pngFile() has chunks with right checksums and a stream that zlib opens to the same pixels", () => {
  const file = Buffer.from(pngFile(drawLandscape("png", { width: 200, height: 150 })));
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    assert.equal(file.readUInt32BE(at + 8 + length), crc32(file.subarray(at + 4, at + 8 + length)));
    chunks.set(file.toString("latin1", at + 4, at + 8), file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  assert.deepEqual([...chunks.keys()], ["IHDR", "IDAT", "IEND"]);
  const rows = inflateSync(chunks.get("IDAT") ?? Buffer.alloc(0));
  assert.equal(rows.length, 150 * 601);
  const { rgb } = drawLandscape("png", { width: 200, height: 150 });
  assert.deepEqual(rows.subarray(601 * 149 + 1), Buffer.from(rgb.subarray(600 * 149)));
});

test("noiseFile() and noteFile() are their seed's alone and as long as asked", () => {
  assert.equal(noiseFile("a", 4099).length, 4099);
  assert.deepEqual(noiseFile("a", 4099), noiseFile("a", 4099));
  assert.notDeepEqual(noiseFile("b", 4099), noiseFile("a", 4099));
  assert.ok(noteFile("a", 3000).length >= 3000);
  assert.match(Buffer.from(noteFile("a", 300)).toString("latin1"), /^[a-z \n]+$/);
});

test("tarFile() puts each file one sector behind its header, with a right checksum", () => {
  const tar = Buffer.from(
    tarFile([
      { name: "a.txt", content: noiseFile("tar a", 700) },
      { name: "b.bmp", content: noiseFile("tar b", 512) },
    ]),
  );
  assert.equal(tar.length, 512 + 1024 + 512 + 512 + 1024);
  assert.deepEqual(tar.subarray(512, 1212), Buffer.from(noiseFile("tar a", 700)));
  assert.deepEqual(tar.subarray(2048, 2560), Buffer.from(noiseFile("tar b", 512)));
  for (const at of [0, 1536]) {
    const header = Buffer.from(tar.subarray(at, at + 512));
    const stated = Number.parseInt(header.toString("latin1", 148, 154), 8);
    header.fill(" ", 148, 156);
    assert.equal(
      header.reduce((sum, byte) => sum + byte, 0),
      stated,
    );
    assert.equal(header.toString("latin1", 257, 262), "ustar");
  }
});
