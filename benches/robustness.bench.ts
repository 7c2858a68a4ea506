// What the robustness layer finds, and what it finds wrongly: `node benches/robustness.bench.ts`. Open pictures of the test data changed
// as the manifest says and by transforms of our own, against their originals; unrelated pairs of drawings and of open pictures beside.
// Prints shares and writes benches/results/robustness.json.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { hashOf, LIKENESS, type RobustParts, robustNearest, robustParts, TRANSFORMS } from "#examination/likeness";
import { buildNearestIndex, openPdqKernel } from "#examination/likeness/node";
import { nearestPixels, type Pixels } from "#examination/pictures";

const DRAWINGS = Number(process.env["PHUM_BENCH_DRAWINGS"] ?? 1500);
/** Crops of each size at any place. */
const OFF_CENTRE = 10;
const pictures = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "pictures");
const kernel = openPdqKernel();
const random = seededRandom("robustness bench");
const rows: { file: string; transform: string | null }[] = readFileSync(join(pictures, "manifest.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

const shares = new Map<string, { plain: number; robust: number; of: number }>();
const originals: RobustParts[] = [];
for (const { file } of rows.filter(({ transform }) => transform === "orig")) {
  const base = await partsOf(readFileSync(join(pictures, file)));
  originals.push(base);
  const name = file.replace("__orig.jpg", "");
  for (const row of rows.filter((other) => other.file.startsWith(`${name}__`) && other.transform !== "orig"))
    count(row.transform ?? "", base, await partsOf(readFileSync(join(pictures, row.file))));
  for (const [transform, bytes] of await ownTransforms(readFileSync(join(pictures, file))))
    count(`own ${transform}`, base, await partsOf(bytes));
}
const results = [...shares].sort().map(([transform, { plain, robust, of }]) => ({
  ...{ transform, pictures: of, plainPercent: percent(plain, of), robustPercent: percent(robust, of) },
}));
console.table(results);
const unrelated = falseHits();
console.log(unrelated);
writeFileSync(
  join(projectHome, "benches/results/robustness.json"),
  `${JSON.stringify({ bench: "robustness", distanceBits: LIKENESS.distanceBits, results, unrelated }, null, 2)}\n`,
);

function percent(part: number, of: number): number {
  return Math.round((1000 * part) / of) / 10;
}

async function partsOf(bytes: Uint8Array): Promise<RobustParts> {
  const { data, info } = await sharp(bytes)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const channels = info.channels === 1 ? 1 : 3;
  const picture: Pixels = { width: info.width, height: info.height, channels, pixels: data };
  return robustParts(nearestPixels(picture, 512), kernel);
}

function count(transform: string, base: RobustParts, changed: RobustParts): void {
  const row = shares.get(transform) ?? { plain: 0, robust: 0, of: 0 };
  const whole = (parts: RobustParts["query"]) => parts.filter(({ part }) => part === "whole");
  const hit = (found: ReturnType<typeof robustNearest>): number =>
    found !== undefined && found.distance <= LIKENESS.distanceBits ? 1 : 0;
  row.plain += hit(robustNearest(whole(changed.query), whole(base.entry)));
  row.robust += hit(robustNearest(changed.query, base.entry));
  row.of++;
  shares.set(transform, row);
}

/** Transforms at several sizes and colours, saved as JPEG of quality 80. */
async function ownTransforms(bytes: Uint8Array): Promise<[string, Uint8Array][]> {
  const { width = 0, height = 0 } = await sharp(bytes).metadata();
  const colours = ["#000000", "#ffffff", "#3060a0"];
  const made: [string, Sharp][] = [
    ...[90, 180, 270].map((turn): [string, Sharp] => ["rotation", sharp(bytes).rotate(turn)]),
    ["mirror", sharp(bytes).flop()],
    ["mirror", sharp(bytes).flip()],
    ...[0.9, 0.85, 0.8].map((keep): [string, Sharp] => {
      const [w, h] = [Math.round(width * keep), Math.round(height * keep)];
      const [left, top] = [(width - w) >> 1, (height - h) >> 1];
      return [`crop to ${keep * 100} %, centred`, sharp(bytes).extract({ left, top, width: w, height: h })];
    }),
    ...[0.95, 0.92, 0.9, 0.88, 0.85].flatMap((keep) =>
      Array.from({ length: OFF_CENTRE }, (): [string, Sharp] => {
        const [w, h] = [Math.round(width * keep), Math.round(height * keep)];
        const [left, top] = [random.below(width - w + 1), random.below(height - h + 1)];
        return [`crop to ${keep * 100} %, off centre`, sharp(bytes).extract({ left, top, width: w, height: h })];
      }),
    ),
    ...colours.map((background): [string, Sharp] => {
      const [x, y] = [Math.round(width * 0.05), Math.round(height * 0.05)];
      return ["border 5 %", sharp(bytes).extend({ left: x, right: x, top: y, bottom: y, background })];
    }),
    ...colours.flatMap((background): [string, Sharp][] =>
      [0.08, 0.12].flatMap((share) =>
        [true, false].map((bottom): [string, Sharp] => {
          const high = Math.round(height * share);
          const bar = { create: { width, height: high, channels: 3 as const, background } };
          return ["caption", sharp(bytes).composite([{ input: bar, left: 0, top: bottom ? height - high : 0 }])];
        }),
      ),
    ),
  ];
  return Promise.all(
    made.map(
      async ([name, picture]): Promise<[string, Uint8Array]> => [name, await picture.jpeg({ quality: 80 }).toBuffer()],
    ),
  );
}

/** Every drawing and every original against every other, all parts and turns. */
function falseHits() {
  const all = [...originals, ...Array.from({ length: DRAWINGS }, () => robustParts(drawing(), kernel))];
  const owners: number[] = [];
  const hashes: Uint8Array[] = [];
  for (const [i, { entry }] of all.entries()) {
    for (const { values } of entry) {
      hashes.push(hashOf(values));
      owners.push(i);
    }
  }
  const index = buildNearestIndex(Buffer.concat(hashes));
  const hits = new Set<string>();
  for (const [i, { query }] of all.entries()) {
    for (const { values } of query) {
      for (const transform of TRANSFORMS) {
        for (const { entry } of index.search(hashOf(values, transform), LIKENESS.distanceBits).near) {
          const owner = owners[entry] ?? i;
          if (owner !== i) hits.add(`${Math.min(i, owner)} ${Math.max(i, owner)}`);
        }
      }
    }
  }
  const pairs = (all.length * (all.length - 1)) / 2;
  return { pairs, entryHashes: hashes.length, falseHits: hits.size, perMillionPairs: (hits.size / pairs) * 1e6 };
}

/** Two colours' slope with ellipses and rectangles. */
function drawing(): Pixels {
  const side = 256;
  const pixels = new Uint8Array(side * side);
  const [a, b, c] = [random.below(160), random.below(96), random.below(96)];
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.min(255, a + (b * (i % side) + c * (i / side)) / side);
  for (let shape = 8 + random.below(20); shape > 0; shape--) {
    const [x, y, w, h] = [random.below(side), random.below(side), 8 + random.below(80), 8 + random.below(80)];
    const [grey, round] = [random.below(256), random.below(2) === 1];
    for (let v = Math.max(0, y - h); v < Math.min(side, y + h); v++) {
      for (let u = Math.max(0, x - w); u < Math.min(side, x + w); u++)
        if (!round || ((u - x) / w) ** 2 + ((v - y) / h) ** 2 < 1) pixels[v * side + u] = grey;
    }
  }
  return { width: side, height: side, channels: 1, pixels };
}
