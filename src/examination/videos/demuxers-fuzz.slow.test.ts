import assert from "node:assert/strict";
import { test } from "node:test";
import { type SeededRandom, seededRandom } from "#base/values";
import { type ByteSource, memorySource } from "#examination/sources";
import { asfTrack } from "./asf-track.ts";
import { aviTrack } from "./avi-track.ts";
import { asfOf, aviOf, flvOf, mpegPsOf, type SampleVideo } from "./container-samples.ts";
import { flvTrack } from "./flv-track.ts";
import { mpegPsTrack } from "./mpeg-ps-track.ts";
import { type FoundTrack, PACKET_MOST_BYTES } from "./video-track.ts";

const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
const cases = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const MOST_MS = Number(process.env["PHUM_FUZZ_MS"] ?? 8_000);

const random = seededRandom(seed);
const video: SampleVideo = { fourcc: "H264", width: 64, height: 48, frameMs: 40, packets: packets() };
const KINDS: [string, Uint8Array, (source: ByteSource) => FoundTrack][] = [
  ["avi", aviOf(video), aviTrack],
  ["flv", flvOf(video), flvTrack],
  ["flv of four characters", flvOf(video, true), flvTrack],
  ["asf", asfOf(video), asfTrack],
  ["mpeg-ps", mpegPsOf(video), mpegPsTrack],
  ["mpeg-ps of MPEG-1", mpegPsOf(video, { old: true, map: true }), mpegPsTrack],
];

/** Parameters, a picture that stands by itself, and others. */
function packets(): SampleVideo["packets"] {
  return Array.from({ length: 12 }, (_, i) => {
    const slice = [0, 0, 1, i === 0 ? 0x65 : 0x41, 0x88, ...Array.from({ length: 400 }, () => 2 + random.below(250))];
    const parameters = [0, 0, 0, 1, 0x67, 0x42, 0, 30, 0x95, 0, 0, 0, 1, 0x68, 0xce, 0x3c];
    return { data: Uint8Array.from(i === 0 ? [...parameters, ...slice] : slice), key: i === 0, timestampMs: 40 * i };
  });
}

test(`demuxers of mutated files end, and give packets within bounds (PHUM_FUZZ_SEED=${seed})`, (t) => {
  const fromMs = performance.now();
  const told = new Map<string, number>();
  let done = 0;
  for (; done < cases && performance.now() - fromMs < MOST_MS; done++) {
    const [name, whole, track] = KINDS[done % KINDS.length] ?? ["", new Uint8Array(0), aviTrack];
    const bytes = mutated(whole, random);
    const found = track(memorySource(bytes));
    const outcome = found === undefined ? "no picture" : "refused" in found ? "refused" : walked(found, bytes.length);
    told.set(`${name}: ${outcome}`, (told.get(`${name}: ${outcome}`) ?? 0) + 1);
  }
  t.diagnostic(`${done} cases: ${JSON.stringify(Object.fromEntries([...told].sort()))}`);
  assert.ok([...told.keys()].filter((key) => key.endsWith(": packets")).length === KINDS.length);
});

function walked(track: Exclude<FoundTrack, undefined | { refused: string }>, sizeBytes: number): string {
  let count = 0;
  const found = track.packets("all");
  assert.ok(Symbol.iterator in found);
  for (const { data, timestampMs } of found) {
    assert.ok(data.length > 0 && data.length <= Math.min(PACKET_MOST_BYTES, 2 * sizeBytes), `${data.length}`);
    assert.ok(Number.isFinite(timestampMs));
    count++;
  }
  assert.ok(count <= sizeBytes);
  assert.ok(Number.isInteger(track.width) && Number.isInteger(track.height));
  return count > 0 ? "packets" : "no packets";
}

/** Bytes changed, most of them in the headers; cut off; a piece doubled or taken out. */
function mutated(whole: Uint8Array, from: SeededRandom): Uint8Array {
  const bytes = Uint8Array.from(from.below(4) === 0 ? whole.subarray(0, from.below(whole.length)) : whole);
  for (let n = 1 + from.below(12); n > 0 && bytes.length > 0; n--) {
    const at = from.below(from.below(2) === 0 ? Math.min(bytes.length, 700) : bytes.length);
    const value = [0, 1, 127, 255, from.below(256)][from.below(5)] ?? 0;
    bytes.fill(value, at, at + 1 + (from.below(8) === 0 ? from.below(16) : 0));
  }
  if (from.below(6) > 0) return bytes;
  const [to, at] = [from.below(bytes.length + 1), from.below(bytes.length + 1)];
  bytes.copyWithin(to, at, at + from.below(500));
  return bytes;
}
