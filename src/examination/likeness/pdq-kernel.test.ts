import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelBytes } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { openPdqKernel } from "./pdq-kernel.node.ts";
import { coefficientsTwin } from "./pdq-twin.ts";

const unbuilt = kernelBytes("likeness", "pdq") === undefined ? "the kernel is not built: npm run prepare" : false;

test("openPdqKernel() gives the twin's bits for every shape", { skip: unbuilt }, () => {
  const random = seededRandom("pdq kernel");
  const kernel = openPdqKernel();
  const shapes = [
    ...[
      [512, 512],
      [64, 64],
      [5, 5],
      [5, 512],
      [512, 6],
      [4, 90],
      [511, 509],
      [129, 128],
      [257, 384],
    ],
    ...Array.from({ length: 12 }, () => [5 + random.below(508), 5 + random.below(508)]),
  ];
  for (const [width = 0, height = 0] of shapes) {
    for (const channels of [1, 3] as const) {
      const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => (i >> 4) * 7 + random.below(90));
      const [fast, slow] = [
        kernel({ width, height, channels, pixels }),
        coefficientsTwin({ width, height, channels, pixels }),
      ];
      assert.equal(fast.quality, slow.quality, `${width} x ${height} x ${channels}`);
      assert.deepEqual(fast.values, slow.values, `${width} x ${height} x ${channels}`);
    }
  }
});
