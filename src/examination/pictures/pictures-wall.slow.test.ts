import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import type { PictureAnswer } from "./picture.ts";
import type { Strike } from "./picture-message.ts";
import { drawing } from "./picture-samples.node.ts";
import { openPictures } from "./pictures.node.ts";

const raw = { width: 90, height: 60, channels: 3 } as const;
const GOOD = await sharp(drawing("wall", 90, 60).pixels, { raw })
  .jpeg()
  .toBuffer();
const faultCode = (answer: PictureAnswer): string => ("fault" in answer ? answer.fault.code : "none");

const walled = process.platform === "linux" ? false : "no filter of system calls on this system";
test("openPictures() lets a decoder neither read nor write files, nor connect, start or signal", {
  skip: walled,
}, async () => {
  const pictures = openPictures({ children: 1 });
  try {
    assert.equal(await pictures.wall(), "filter");
    const strikes: Strike[] = ["read-file", "write-file", "read-file-natively", "connect", "start", "signal"];
    for (const strike of strikes) {
      const reply = await pictures.strike(strike);
      assert.ok(typeof reply !== "string" && reply.line.kind === "struck", strike);
      assert.match(reply.line.said, /^failed: .*(EPERM|missing)/, strike);
    }
    assert.equal(faultCode(await pictures.decode(GOOD, "grey")), "none");
  } finally {
    pictures.close();
  }
});

test("openPictures() replaces a child that crashed, ran on or took too much memory", async () => {
  const pictures = openPictures({ children: 1, ms: 1500, memoryBytes: 600_000_000 });
  try {
    assert.equal(await pictures.strike("crash"), "ended");
    assert.equal(faultCode(await pictures.decode(GOOD, "grey")), "none");
    assert.equal(await pictures.strike("spin"), "too-long");
    assert.equal(faultCode(await pictures.decode(GOOD, "grey")), "none");
    if (walled === false) {
      const reply = await pictures.strike("memory");
      assert.ok(
        reply === "ended" ||
          (typeof reply !== "string" && reply.line.kind === "struck" && /allocation/.test(reply.line.said)),
      );
      assert.equal(faultCode(await pictures.decode(GOOD, "grey")), "none");
    }
  } finally {
    pictures.close();
  }
});

test("decode() of headers that name more pixels than the limit is a finding", async () => {
  const pictures = openPictures({ children: 1, pixels: 2 ** 24 });
  try {
    const png = Buffer.from(
      await sharp(drawing("bomb", 90, 60).pixels, { raw })
        .png()
        .toBuffer(),
    );
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    const gif = Buffer.from(
      await sharp(drawing("bomb", 90, 60).pixels, { raw })
        .gif()
        .toBuffer(),
    );
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    for (const bytes of [png, gif]) assert.equal(faultCode(await pictures.decode(bytes, "rgb")), "too-large");
    assert.equal(faultCode(await pictures.decode(new Uint8Array(2 ** 20), "rgb")), "unknown");
  } finally {
    pictures.close();
  }
});

test("decode() of a GIF whose frames never end counts them to a bound and gives the first", async () => {
  const pictures = openPictures({ children: 1 });
  try {
    const gif = await sharp(drawing("endless", 90, 60).pixels, { raw })
      .gif()
      .toBuffer();
    const at = gif.indexOf(0x2c, 13 + 3 * 2 ** (((gif[10] ?? 0) % 8) + 1));
    const frame = gif.subarray(at, -1);
    const endless = Buffer.concat([gif.subarray(0, -1), ...Array.from({ length: 12_000 }, () => frame)]);
    const answer = await pictures.decode(endless, "rgb");
    assert.ok(!("fault" in answer), JSON.stringify(answer));
    assert.equal(answer.facts.frames, 10_000);
  } finally {
    pictures.close();
  }
});
