import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelBytes } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { openFrameKernel } from "./frame-kernel.node.ts";
import { type GreyPicture, reduceFrame } from "./frame-reduce.ts";
import { smallCoefficients } from "./pdq-twin.ts";

const unbuilt = kernelBytes("likeness", "pdq") === undefined ? "the kernel is not built: npm run prepare" : false;

test("openFrameKernel() gives the twin's bits for frames of every shape, one after the other", {
  skip: unbuilt,
}, () => {
  const random = seededRandom("frame kernel");
  const kernel = openFrameKernel();
  const shapes = [
    ...[
      [480, 720],
      [5, 5],
      [4, 90],
      [1920, 1080],
      [63, 1024],
      [8192, 16],
      [8193, 16],
      [16, 8200],
    ],
    ...Array.from({ length: 12 }, () => [5 + random.below(900), 5 + random.below(900)]),
  ];
  for (const [i, [width = 0, height = 0]] of shapes.entries()) {
    const pixels = Uint8Array.from({ length: width * height }, (_, at) => ((at >> 4) * 7 + random.below(90)) & 255);
    const frame: GreyPicture = { width, height, pixels, limited: i % 2 === 0 };
    const [fast, slow] = [kernel(frame), smallCoefficients(reduceFrame(frame))];
    assert.equal(fast.quality, slow.quality, `${width} x ${height}`);
    assert.deepEqual(fast.values, slow.values, `${width} x ${height}`);
  }
});
