import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "#base/faults";
import { type SeededRandom, seededRandom } from "#base/values";
import { filtersAnswers } from "./faults.ts";
import { writeBundle } from "./filter-file-bundle.node.ts";
import { openFilter } from "./filter-open.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";
import { SAMPLE_FILES, SAMPLE_NOW_MS, sampleFilter, sampleFingerprints } from "./filter-sample.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-fuzz-"));
after(() => rmSync(folder, { recursive: true }));
const CASES = 10_000;
const LIMIT_MS = 45_000;
const nowMs = SAMPLE_NOW_MS;
const sample = await sampleFilter(folder, { keys: 10 });
const bundle = join(folder, "bundle.phumf");
const about = { name: "Bundle", agency: "Sample agency", bundledAt: "2026-11-20T00:00:00Z" };
const trust = [sample.agency.publicKey];
await writeBundle(bundle, [sample.path], { about, agency: sample.agency, trust, nowMs });
const strangers = sampleFingerprints("fuzz strangers", 20);

/** Flips, writes over, cuts, doubles or takes out bytes at random places; once in a while at a border of the file's pieces. */
function mutated(whole: Buffer, random: SeededRandom): Buffer {
  const bytes = Buffer.from(whole);
  const at = random.fraction() < 0.3 ? random.below(64) : random.below(bytes.length);
  const length = 1 + random.below(40);
  switch (random.below(6)) {
    case 0:
      return bytes.subarray(0, at);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 3:
      for (let i = at; i < Math.min(bytes.length, at + length); i++) bytes[i] = random.below(256);
      return bytes;
    case 4:
      bytes.writeUInt32LE(
        random.fraction() < 0.5 ? random.bits32() : 2 ** 32 - 1 - random.below(8),
        Math.min(at, bytes.length - 4),
      );
      return bytes;
    default:
      for (let i = random.below(4); i >= 0; i--) {
        const place = random.below(bytes.length);
        bytes[place] = (bytes[place] ?? 0) ^ (1 << random.below(8));
      }
      return bytes;
  }
}

function assertOurs(error: unknown, which: string): void {
  assert.ok(error instanceof Fault, `${which}: ${error instanceof Error ? error.stack : error}`);
  assert.ok(Object.hasOwn(filtersAnswers, error.code), `${which}: ${error.code}`);
}

/** Every answer of an opened filter, as text: with a damaged file it must be this one or a Fault. */
async function answersOf(path: string, unlock: Awaited<ReturnType<typeof unlockFilter>>): Promise<string> {
  const { parts, close } = await openFilter(path, unlock, nowMs);
  try {
    return parts
      .map((part) => {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
        part.loadScanPlane(memory, 0);
        const blocks = [...sample.fingerprints, ...strangers].map((fingerprint) => part.confirm(fingerprint));
        const files = SAMPLE_FILES.map(({ sizeBytes, md5 }) => [
          part.sizeListed(sizeBytes),
          part.digestListed("md5", sizeBytes, md5 ?? new Uint8Array(16)),
        ]);
        return JSON.stringify([part.header, blocks, files]);
      })
      .join();
  } finally {
    close();
  }
}

for (const [name, path] of Object.entries({ filter: sample.path, bundle })) {
  const whole = readFileSync(path);
  const damaged = join(folder, "damaged.phumf");

  test(`verifyFilter() of a mutated ${name}: a Fault every time`, async (t) => {
    const seed = process.env["PHUM_SEED"] ?? randomBytes(4).toString("hex");
    t.diagnostic(`PHUM_SEED=${seed}`);
    const random = seededRandom(seed);
    const until = Date.now() + LIMIT_MS;
    for (let i = 0; i < CASES && Date.now() < until; i++) {
      const bytes = mutated(whole, random);
      if (bytes.equals(whole)) continue;
      writeFileSync(damaged, bytes);
      await verifyFilter(damaged, { trust, nowMs }).then(
        () => assert.fail(`case ${i} of seed ${seed} was verified`),
        (error: unknown) => assertOurs(error, `case ${i} of seed ${seed}`),
      );
    }
  });

  test(`openFilter() of a mutated ${name}: the same answers or a Fault`, async (t) => {
    const seed = process.env["PHUM_SEED"] ?? randomBytes(4).toString("hex");
    t.diagnostic(`PHUM_SEED=${seed}`);
    const random = seededRandom(seed);
    const unlock = await unlockFilter(path, sample.officer);
    const want = await answersOf(path, unlock);
    const until = Date.now() + LIMIT_MS;
    let cases = 0;
    for (; cases < CASES && Date.now() < until; cases++) {
      writeFileSync(damaged, mutated(whole, random));
      await answersOf(damaged, unlock).then(
        (answers) => assert.equal(answers, want, `case ${cases} of seed ${seed}`),
        (error: unknown) => assertOurs(error, `case ${cases} of seed ${seed}`),
      );
      await unlockFilter(damaged, sample.officer).catch((error: unknown) => assertOurs(error, `unlock, case ${cases}`));
    }
    t.diagnostic(`${cases} cases`);
  });
}
