import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { projectHome } from "#base/machine/node";
import { fromHex, toHex } from "#base/values";
import { distanceBits } from "./distance-bits.ts";
import { openFingerprints, type PictureFingerprint } from "./fingerprints.node.ts";
import { hashOf, type Transform } from "./pdq-bits.ts";

const pictures = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "pictures");
const skip = existsSync(join(pictures, "manifest.jsonl")) ? false : "no test data: pictures/manifest.jsonl";
const lines = (name: string): string[] =>
  skip === false ? readFileSync(join(pictures, name), "utf8").trim().split("\n") : [];
const rows: { file: string; pdq: string; quality: number; published: Record<string, string> | null }[] = lines(
  "manifest.jsonl",
).map((line) => JSON.parse(line));
/** The reference's dihedral hashes by file; it turns counterclockwise. */
const turned = new Map(lines("dihedral_native.csv").map((line) => [line.split(",").at(-1) ?? "", line.split(",")]));
const COLUMNS: Transform[] = [
  "none",
  "rotate270",
  "rotate180",
  "rotate90",
  "flip",
  "mirror",
  "transpose",
  "transverse",
];
/** Pictures with nothing to tell apart: the reference's own hashes of them turn on the last bit of a float. */
const TOLERANCE = { turnedBelowQuality: 50, ink: 10, fast: 10 };

/** By where they were published: ThreatExchange's own WASM test, Python test (which allows 16 itself) and its README, of other decoders. */
const PUBLISHED: Record<string, number> = { wasm_csv: 2, python_test: 16, python_readme: 16 };

const fingerprints = openFingerprints();
after(() => fingerprints.close());

async function all(way: "exact" | "fast"): Promise<PictureFingerprint[]> {
  return Promise.all(
    rows.map(async ({ file }) => {
      const found = await fingerprints.of(readFileSync(join(pictures, file)), way);
      assert.ok(!("fault" in found), `${file}: ${JSON.stringify(found)}`);
      return found;
    }),
  );
}

test("openFingerprints() gives the reference's bits and quality for every row", { skip }, async (t) => {
  const found = await all("exact");
  let turnedCount = 0;
  for (const [i, { file, pdq, quality }] of rows.entries()) {
    const own = found[i];
    assert.ok(own !== undefined);
    const ink = /CMYK/.test(file);
    const distance = distanceBits(own.hash, fromHex(pdq));
    assert.ok(distance <= (ink ? TOLERANCE.ink : 0), `${file}: ${distance} bits, ${toHex(own.hash)}`);
    assert.equal(own.quality, quality, file);
    const columns = turned.get(file);
    if (columns === undefined || ink) continue;
    turnedCount++;
    for (const [column, transform] of COLUMNS.entries()) {
      const bits = distanceBits(hashOf(own.values, transform), fromHex(columns[column] ?? ""));
      if (quality >= TOLERANCE.turnedBelowQuality) assert.equal(bits, 0, `${file} ${transform}`);
    }
  }
  assert.ok(rows.length > 0 && turnedCount > 0);
  t.diagnostic(`${rows.length} rows, ${turnedCount} of them turned`);
});

test("openFingerprints() is within what was published of the same files elsewhere", { skip }, async (t) => {
  const known = rows.filter(({ published }) => published !== null);
  let [compared, equal] = [0, 0];
  for (const { file, published } of known) {
    const own = await fingerprints.of(readFileSync(join(pictures, file)), "exact");
    assert.ok(!("fault" in own), file);
    for (const [where, hash] of Object.entries(published ?? {})) {
      const bits = distanceBits(own.hash, fromHex(hash));
      assert.ok(bits <= (PUBLISHED[where] ?? 16), `${file} in ${where}: ${bits} bits`);
      compared++;
      if (bits === 0) equal++;
    }
  }
  assert.ok(compared > 0);
  t.diagnostic(`${known.length} files, ${compared} published hashes, ${equal} of them equal`);
});

test("openFingerprints() the fast way differs in 10 bits at most at quality 50, 1 on average", { skip }, async (t) => {
  const found = await all("fast");
  const distances: number[] = [];
  for (const [i, { file, pdq, quality }] of rows.entries()) {
    const own = found[i];
    if (own === undefined || own.way !== "fast" || quality < 50) continue;
    const distance = distanceBits(own.hash, fromHex(pdq));
    assert.ok(distance <= TOLERANCE.fast, `${file}: ${distance} bits`);
    distances.push(distance);
  }
  const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
  t.diagnostic(`${distances.length} JPEGs, mean ${mean.toFixed(2)} bits, most ${Math.max(...distances)}`);
  assert.ok(mean <= 1, `${mean}`);
});
