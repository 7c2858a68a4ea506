import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { VIDEO_LIMITS } from "#examination/videos";
import { videoHashes } from "./video-hashes.node.ts";

const testdata = process.env["PHUM_TESTDATA"] ?? resolve(import.meta.dirname, "../../../../shared/testdata");
const sample = join(testdata, "videos/test-padded-dimensions.mp4");
const skip = existsSync(sample) ? false : `test data absent: ${sample}`;
const seed = process.env["PHUM_FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 32).toString(16);
const cases = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const MOST_MS = Number(process.env["PHUM_FUZZ_MS"] ?? 20_000);

const memory = (bytes: Uint8Array): Parameters<typeof videoHashes>[0] => ({
  sizeBytes: bytes.length,
  readSync: (view, offset) => {
    const good = bytes.subarray(offset, offset + view.length);
    view.set(good);
    return good.length;
  },
});

test(`videoHashes() of mutated videos: an answer every time, within its limits (PHUM_FUZZ_SEED=${seed})`, {
  skip,
}, async (t) => {
  const whole = readFileSync(sample);
  const random = seededRandom(seed);
  const startMs = performance.now();
  const answers = new Map<string, number>();
  let done = 0;
  while (done < cases && performance.now() - startMs < MOST_MS) {
    const bytes = mutated(whole, random);
    const { answer, frames } = await videoHashes(memory(bytes), {
      frames: "keyframes",
      limits: { ...VIDEO_LIMITS, ms: 10_000 },
    });
    const code = "facts" in answer ? "facts" : answer.fault.code;
    assert.ok(frames.every(({ hash }) => hash.length === 32));
    answers.set(code, (answers.get(code) ?? 0) + 1);
    done++;
  }
  t.diagnostic(`${done} cases: ${[...answers].map(([code, count]) => `${code} ${count}`).join(", ")}`);
  assert.ok(done > 0);
});

function mutated(whole: Uint8Array, random: ReturnType<typeof seededRandom>): Uint8Array {
  const bytes = Uint8Array.from(random.below(4) === 0 ? whole.subarray(0, random.below(whole.length)) : whole);
  // Half of all changes stand in the headers, wherever these are.
  const moov = Buffer.from(bytes).indexOf("moov");
  for (let n = 1 + random.below(8); n > 0; n--) {
    const within =
      random.below(2) === 0 && moov > 0 ? moov + random.below(2000) : random.below(Math.max(1, bytes.length));
    if (within < bytes.length) bytes[within] = random.below(256);
  }
  return bytes;
}

test("videoHashes() of a file that is no video, and of none at all, says so", async () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(5000), new TextEncoder().encode("hello")]) {
    const { answer } = await videoHashes(memory(bytes), { frames: "all" });
    assert.equal("fault" in answer ? answer.fault.code : "facts", "unknown");
  }
});
