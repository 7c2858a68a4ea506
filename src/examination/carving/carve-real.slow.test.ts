// Real pictures and films among noise: each must come out as it is, by its structure alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { projectHome } from "#base/machine/node";
import { concatBytes, seededRandom } from "#base/values";
import { memorySource } from "#examination/sources";
import { carve } from "./carve.ts";
import { openHeaderFinder } from "./header-finder.node.ts";

const data = process.env["PHUM_TESTDATA"] ?? resolve(projectHome, "../shared/testdata");
const FOLDERS = { films: "videos/*.mp4", pictures: "pictures/**/*.{jpg,jpeg,png,gif,webp}" };
const MOST_BYTES = 4 * 2 ** 20;
const FILES_MOST = 150;

for (const [what, pattern] of Object.entries(FOLDERS)) {
  const files = existsSync(data) ? globSync(pattern, { cwd: data }).sort() : [];
  const small = files.filter((file) => statSync(join(data, file)).size <= MOST_BYTES).slice(0, FILES_MOST);
  const skip = small.length > 0 ? false : `no test data: ${pattern}`;
  test(`carve() gives real ${what} byte for byte`, { skip }, () => {
    const random = seededRandom(what);
    const noise = (): Uint8Array => Uint8Array.from({ length: 4096 + random.below(4096) }, () => random.below(256));
    const contents = small.map((file) => readFileSync(join(data, file)));
    const bytes = concatBytes(noise(), ...contents.flatMap((content) => [content, noise()]));
    const sums = new Set<string>();
    for (const step of carve(memorySource(bytes), { finder: openHeaderFinder() })) {
      if (step.kind !== "candidate") continue;
      const parts = step.candidate.pieces.map((piece) =>
        bytes.subarray(piece.startByte, piece.startByte + piece.lengthBytes),
      );
      sums.add(
        createHash("sha256")
          .update(concatBytes(...parts))
          .digest("hex"),
      );
    }
    const missed = small.filter(
      (_, i) =>
        !sums.has(
          createHash("sha256")
            .update(contents[i] ?? "")
            .digest("hex"),
        ),
    );
    assert.deepEqual(missed, []);
  });
}
