import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { seededRandom, toHex } from "#base/values";
import { type LikenessEntries, pdqOf, readSet } from "#examination/likeness";
import { buildFilter } from "./build-filter.node.ts";
import { rekeyFilter } from "./build-rekey.node.ts";
import { ABOUT, KEYS, NOW_MS, noise, trialAgency, trialFolder, tryBuild, writeFiles } from "./build-trial.node.ts";
import { openFilter } from "./filter-open.node.ts";
import type { OpenPart } from "./filter-open-part.node.ts";
import { unlockFilter } from "./filter-open-unlock.node.ts";

const random = seededRandom("build-likeness");
const hex = (): string => Array.from({ length: 32 }, () => random.below(256).toString(16).padStart(2, "0")).join("");
const [A, B, C] = [hex(), hex(), hex()];
const WISH = { likeness: [], benign: [], withdraw: [], fingerprint: false };

/** A drawing of overlapping boxes, and its pixels as a BMP file. */
function drawing(seed: string): { bmp: Uint8Array; hash: string } {
  const [side, boxes] = [96, seededRandom(seed)];
  const rgb = new Uint8Array(side * side * 3).fill(40);
  for (let n = 0; n < 14; n++) {
    const [x, y, w, h] = [boxes.below(70), boxes.below(70), 8 + boxes.below(40), 8 + boxes.below(40)];
    const colour = [boxes.below(256), boxes.below(256), boxes.below(256)];
    for (let row = y; row < Math.min(side, y + h); row++) {
      for (let column = x; column < Math.min(side, x + w); column++) rgb.set(colour, 3 * (row * side + column));
    }
  }
  const bmp = new Uint8Array(54 + rgb.length);
  const view = new DataView(bmp.buffer);
  bmp.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, bmp.length],
    [10, 54],
    [14, 40],
    [18, side],
    [22, -side],
    [34, rgb.length],
  ] as const) {
    view.setInt32(at, value, true);
  }
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let i = 0; i < rgb.length; i += 3) bmp.set([rgb[i + 2] ?? 0, rgb[i + 1] ?? 0, rgb[i] ?? 0], 54 + i);
  const { hash, quality } = pdqOf({ width: side, height: side, channels: 3, pixels: rgb });
  assert.ok(quality >= 50, `a drawing must say something, its quality is ${quality}`);
  return { bmp, hash: toHex(hash) };
}

function setOf({ likeness }: OpenPart): LikenessEntries {
  assert.ok(likeness !== null);
  return readSet(likeness);
}

test("buildFilter() of lists alone: what is listed opens again; the header counts it; rekey keeps it", async (t) => {
  const folder = trialFolder(t);
  const at = (name: string): string => join(folder, name);
  writeFileSync(at("list"), `id,pdq,quality\n1,${A},80\n2,${B},70\n`);
  writeFileSync(at("benign"), C);
  writeFileSync(at("withdraw"), B);
  const wish = { ...WISH, likeness: [at("list")], benign: [at("benign")], withdraw: [at("withdraw")] };
  const trial = await tryBuild(folder, { inputs: [], likeness: wish, keepHashes: at("kept") });
  trial.close();
  const counts = { pictures: 1, benign: 1, videos: 0, frames: 0, foreign: 0 };
  assert.deepEqual(trial.built.written.header.likeness, counts);
  assert.equal(trial.built.likeness?.counts.withdrawn, 1);
  const agency = await trialAgency();
  const { name: _n, agency: _a, category: _c, ...release } = ABOUT;
  await rekeyFilter({ kept: at("kept"), release, agency, recipients: [], out: at("new.phumf") });
  const opener = { ageSecret: agency.ageSecret, public: { recipient: agency.recipient } };
  for (const path of [at("trial.phumf"), at("new.phumf")]) {
    const filter = await openFilter(path, await unlockFilter(path, opener), NOW_MS);
    const [part] = filter.parts;
    assert.ok(part !== undefined);
    assert.deepEqual(part.header.likeness, counts);
    const { known, benign } = setOf(part);
    assert.equal(toHex(known), A);
    assert.equal(toHex(benign), C);
    filter.close();
  }
});

test("buildFilter() of a list that is cut builds nothing", async (t) => {
  const folder = trialFolder(t);
  writeFileSync(join(folder, "cut"), `{"data":[{"indicator":"${A}","type":"HASH_PDQ"},`);
  await assert.rejects(
    tryBuild(folder, { inputs: [], likeness: { ...WISH, likeness: [join(folder, "cut")] } }),
    (error) => error instanceof Fault && error.code === "likeness/list",
  );
  assert.equal(existsSync(join(folder, "trial.phumf")), false);
});

test("buildFilter() with fingerprint takes drawings exactly, known-good ones as benign; goes on after a stop", async (t) => {
  const folder = trialFolder(t);
  const [one, two, good] = [drawing("one"), drawing("two"), drawing("good")];
  const inputs = [
    writeFiles(join(folder, "in"), { "1.bmp": one.bmp, "2.bmp": two.bmp, copy: one.bmp, other: noise("x", 9) }),
  ];
  const knownGood = [writeFiles(join(folder, "good"), { "g.bmp": good.bmp })];
  const stop = new AbortController();
  const asked = { inputs, knownGood, likeness: { ...WISH, fingerprint: true } };
  const agency = await trialAgency();
  const stopped = buildFilter({
    ...{ ...asked, about: ABOUT, agency, recipients: [], out: join(folder, "trial.phumf"), keys: KEYS },
    signal: stop.signal,
    onProgress: ({ stage, done }) => {
      if (stage === "likeness" && done === 1) stop.abort();
    },
  });
  await assert.rejects(stopped, (error) => error instanceof Fault && error.code === "filter/stopped");
  const lines = join(folder, "trial.phumf.work", "likeness.jsonl");
  const before = readFileSync(lines, "utf8");
  assert.match(before, new RegExp(one.hash));
  mkdirSync(join(folder, "trial.phumf.work"), { recursive: true });
  appendFileSync(lines, '{"pdq":["cut');
  const trial = await tryBuild(folder, asked);
  trial.close();
  assert.equal(trial.built.resumed, true);
  const set = setOf(trial.part);
  assert.equal(toHex(set.known), `${one.hash}${two.hash}`);
  assert.equal(toHex(set.benign), good.hash);
  assert.deepEqual([trial.built.likeness?.fingerprinted, trial.built.likeness?.undecoded], [3, 1]);
});
