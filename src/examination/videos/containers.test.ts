import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { concatBytes } from "#base/values";
import { memorySource } from "#examination/sources";
import { asfOf, aviOf, flvOf, flvOfNumber, mpegPsOf, type SampleVideo } from "./container-samples.ts";
import { decodeVideo } from "./decode-video.node.ts";
import { encodedSample } from "./encoded-sample.node.ts";
import { VIDEO_WISH, type VideoAnswer } from "./video.ts";

const FRAMES = 30;
const avc = await encodedSample("avc1.42001E", FRAMES);
const skip = avc === undefined ? "the decoder's package is not installed" : false;
const video: SampleVideo = { fourcc: "H264", width: 160, height: 128, frameMs: 40, packets: avc ?? [] };

interface Decoded {
  answer: VideoAnswer;
  pictures: string[];
  timesMs: number[];
}

async function decoded(bytes: Uint8Array, frames: "all" | "keyframes" = "all"): Promise<Decoded> {
  const found: Omit<Decoded, "answer"> = { pictures: [], timesMs: [] };
  const answer = await decodeVideo({
    source: memorySource(bytes),
    wish: { ...VIDEO_WISH, frames },
    onFrame: ({ pixels, timestampMs }) => {
      found.pictures.push(pixels.toHex());
      found.timesMs.push(Math.round(timestampMs));
    },
  });
  return { answer, ...found };
}

const CONTAINERS: [string, (of: SampleVideo) => Uint8Array][] = [
  ["avi", aviOf],
  ["flv", (of) => flvOf(of)],
  ["flv", (of) => flvOf(of, true)],
  ["wmv", asfOf],
  ["mpeg-ps", (of) => mpegPsOf(of)],
  ["mpeg-ps", (of) => mpegPsOf(of, { old: true, map: true })],
];

for (const [i, [format, written]] of CONTAINERS.entries()) {
  test(`decodeVideo() of ${format} (${i}) gives every picture at its time, and the keyframes alone`, {
    skip,
  }, async () => {
    const expected = await decoded(aviOf(video));
    const bytes = written(video);
    const { answer, pictures, timesMs } = await decoded(bytes);
    assert.ok("facts" in answer, JSON.stringify(answer));
    const { format: told, codec, width, height, frames, damaged } = answer.facts;
    assert.deepEqual(
      { told, codec, width, height, frames },
      { told: format, codec: "avc", width: 160, height: 128, frames: 30 },
    );
    assert.equal(damaged, false);
    assert.deepEqual(pictures, expected.pictures);
    assert.deepEqual(
      timesMs,
      Array.from({ length: FRAMES }, (_, frame) => 40 * frame),
    );
    const keys = await decoded(bytes, "keyframes");
    assert.deepEqual(keys.timesMs, [0, 400, 800]);
    assert.deepEqual(
      keys.pictures,
      [0, 10, 20].map((frame) => pictures[frame]),
    );
  });

  test(`decodeVideo() of ${format} (${i}) that is cut off gives the pictures before the cut`, { skip }, async () => {
    const bytes = written(video);
    const { answer, pictures } = await decoded(bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    assert.ok("facts" in answer, JSON.stringify(answer));
    assert.ok(pictures.length > 8 && pictures.length < 25, `${pictures.length}`);
  });
}

test("decodeVideo() of an AVI whose lists have no length, or that lost a piece, gives what there is", {
  skip,
}, async () => {
  const bytes = aviOf(video);
  for (let at = 12; at + 8 < bytes.length; at++) {
    if (new TextDecoder().decode(bytes.subarray(at, at + 4)) === "movi") bytes.fill(0, at - 4, at);
  }
  assert.equal((await decoded(bytes)).pictures.length, FRAMES);
});

test("decodeVideo() of a program stream with noise between its packs finds them again", { skip }, async () => {
  const bytes = mpegPsOf(video);
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 127);
  const second = bytes.length >> 1;
  let at = second;
  while (!(bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1 && bytes[at + 3] === 0xba)) at++;
  assert.equal((await decoded(concatBytes(bytes.subarray(0, at), noise, bytes.subarray(at)))).pictures.length, FRAMES);
});

for (const [codec, fourcc] of [
  ["vp8", "VP80"],
  ["vp09.00.10.08", "VP90"],
  ["av01.0.04M.08", "AV01"],
] as const) {
  test(`decodeVideo() of ${fourcc} in AVI gives every picture, and tells the keyframes`, { skip }, async () => {
    const packets = (await encodedSample(codec, 12)) ?? [];
    const bytes = aviOf({ ...video, fourcc, packets });
    assert.equal((await decoded(bytes)).pictures.length, packets.length);
    const keys = packets.filter(({ key }) => key).length;
    assert.equal((await decoded(bytes, "keyframes")).pictures.length, keys);
  });
}

test("decodeVideo() of Motion JPEG in AVI gives the brightness of every picture; of keyframes one a second", async () => {
  const jpeg = async (grey: number): Promise<Uint8Array> =>
    sharp({ create: { width: 64, height: 48, channels: 3, background: { r: grey, g: grey, b: grey } } })
      .jpeg()
      .toBuffer();
  const greys = [10, 90, 170, 250, 20, 200];
  const packets = await Promise.all(
    greys.map(async (grey, i) => ({ data: await jpeg(grey), key: true, timestampMs: 400 * i })),
  );
  const bytes = aviOf({ fourcc: "MJPG", width: 64, height: 48, frameMs: 400, packets });
  const { answer, pictures, timesMs } = await decoded(bytes);
  assert.equal("facts" in answer && answer.facts.codec, "mjpeg");
  assert.deepEqual(timesMs, [0, 400, 800, 1200, 1600, 2000]);
  for (const [i, grey] of greys.entries())
    assert.ok(Math.abs(Number.parseInt(pictures[i]?.slice(0, 2) ?? "", 16) - grey) <= 2, `${i}`);
  assert.deepEqual((await decoded(bytes, "keyframes")).timesMs, [0, 1200]);
});

test("decodeVideo() refuses by name what has no decoder here", async () => {
  const code = async (bytes: Uint8Array): Promise<unknown> => {
    const { answer } = await decoded(bytes);
    return "fault" in answer && [answer.fault.code, answer.fault.format, answer.fault.values?.["codec"]];
  };
  const one = { ...video, packets: [{ data: Uint8Array.of(0, 0, 1, 0xb3, 9, 9, 9, 9), key: true, timestampMs: 0 }] };
  assert.deepEqual(await code(aviOf({ ...one, fourcc: "XVID" })), ["no-decoder", "avi", "MPEG-4 part 2 (Xvid)"]);
  assert.deepEqual(await code(aviOf({ ...one, fourcc: "Zz9\0" })), ["no-decoder", "avi", "Zz9"]);
  assert.deepEqual(await code(asfOf({ ...one, fourcc: "WMV3" })), ["no-decoder", "wmv", "Windows Media Video 9"]);
  assert.deepEqual(await code(flvOfNumber(2)), ["no-decoder", "flv", "Sorenson H.263"]);
  assert.deepEqual(await code(flvOfNumber(4)), ["no-decoder", "flv", "VP6"]);
  assert.deepEqual(await code(mpegPsOf(one)), ["no-decoder", "mpeg-ps", "MPEG-1/2"]);
});
