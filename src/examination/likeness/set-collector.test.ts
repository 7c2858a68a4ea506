import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "#base/faults";
import { seededRandom, toHex } from "#base/values";
import { collectLists } from "./collect-lists.node.ts";
import { hashTable } from "./hash-table.ts";
import { setCollector } from "./set-collector.ts";

const random = seededRandom("set-collector");
const noise = (bytes: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: bytes }, () => random.below(256));
const [A, B, C, D] = Array.from({ length: 4 }, () => toHex(noise(32)));
const PHOTODNA = toHex(noise(144));

function folder(t: TestContext, files: Record<string, string>): (name: string) => string {
  const path = mkdtempSync(join(tmpdir(), "phum-lists-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return (name) => join(path, name);
}

test("hashTable() keeps each hash once and finds all of them", () => {
  const table = hashTable();
  const hashes = Array.from({ length: 3000 }, () => noise(32));
  for (const [i, hash] of hashes.entries()) assert.equal(table.add(hash), i);
  for (const [i, hash] of hashes.entries()) assert.equal(table.add(hash), i);
  assert.equal(table.count, 3000);
  assert.equal(table.has(noise(32)), false);
  assert.deepEqual(table.bytes().subarray(32 * 77, 32 * 78), hashes[77]);
});

test("collectLists() takes each once, leaves out what is weak, benign apart", async (t) => {
  const at = folder(t, {
    "a.csv": `id,pdq,quality,photodna\n1,${A},80,\n2,${B},49,\n3,${A},90,${PHOTODNA}\nbroken line\n`,
    "b.txt": `${A}\n${C}\n`,
    benign: `${D}\n`,
  });
  const collector = setCollector();
  const reads = await collectLists(collector, {
    likeness: [at("a.csv"), at("b.txt")],
    benign: [at("benign")],
    withdraw: [],
  });
  assert.deepEqual(collector.counts, {
    ...{ pictures: 2, benign: 1, videos: 0, frames: 0, foreign: 1 },
    ...{ repeated: 2, withdrawn: 0, weak: 1, disowned: 0 },
  });
  const { known, knownQuality, benign, opaque } = collector.entries();
  assert.equal(toHex(known), `${A}${C}`);
  assert.deepEqual([...knownQuality], [90, 255]);
  assert.equal(toHex(benign), D);
  assert.deepEqual(opaque, [`photodna ${PHOTODNA}`]);
  assert.deepEqual(
    reads.map(({ entries, rejected }) => [entries, rejected]),
    [
      [4, 1],
      [2, 0],
      [1, 0],
    ],
  );
});

test("collectLists() leaves out what is withdrawn, by hash or by name, whatever the order", async (t) => {
  const at = folder(t, {
    "a.csv": `id,pdq,status\n1,${A},withdrawn\n2,${A},active\n3,${B},active\n4,${C},active\n`,
    "other.csv": `id,pdq,status\ni2,${D},active\n3,${A},active\n`,
    "hashes.txt": `${B}\n`,
    "ncmec.xml": `<q><images><deletedImage><id>i2</id></deletedImage></images></q>`,
  });
  const collector = setCollector();
  const withdraw = [at("hashes.txt"), at("ncmec.xml")];
  await collectLists(collector, { likeness: [at("a.csv"), at("other.csv")], benign: [], withdraw });
  assert.equal(toHex(collector.entries().known), `${C}${A}`, "what a list takes back counts for that list only");
  assert.equal(collector.counts.withdrawn, 4);
});

test("collectLists() takes a vPDQ file as one video", async (t) => {
  const at = folder(t, { v: `0,90,${A},0.000\n1,20,${B},0.033\n2,100,${C},0.066\n` });
  const collector = setCollector();
  await collectLists(collector, { likeness: [at("v"), at("v")], benign: [], withdraw: [] });
  assert.deepEqual([collector.counts.videos, collector.counts.frames, collector.counts.repeated], [1, 2, 1]);
});

test("collectLists() refuses a list that stops early, or is not there", async (t) => {
  const at = folder(t, { cut: `{"data":[{"indicator":"${A}","type":"HASH_PDQ"},` });
  const failing = (path: string, code: string): Promise<void> =>
    assert.rejects(
      collectLists(setCollector(), { likeness: [path], benign: [], withdraw: [] }),
      (error) => error instanceof Fault && error.code === code,
    );
  await failing(at("cut"), "likeness/list");
  await failing(at("absent"), "likeness/list-missing");
});
