import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Fault } from "#base/faults";
import { type SeededRandom, seededRandom } from "#base/values";
import { readListFile } from "./list-file.node.ts";
import { gatherList, madeUpFile, sampleLists } from "./list-lab.node.ts";
import { algorithmOfHex, LIST_ALGORITHMS, type ListRecord } from "./list-record.ts";
import { rowFrames } from "./read-sqlite.node.ts";
import { packRecord, unpackRecord } from "./stored-record.node.ts";

const SEED = process.env["PHUM_FUZZ_SEED"] ?? `${Date.now()}`;
const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = process.env["PHUM_FUZZ_CASES"] === undefined ? 45_000 : Number.POSITIVE_INFINITY;
const CASE_LIMIT_MS = 5000;
/** A child takes a tenth of a second, so databases get fewer cases. */
const DATABASE_MS = 5000;
const folder = mkdtempSync(join(tmpdir(), "phum-fuzz-"));
after(() => rmSync(folder, { recursive: true }));
const SIGNS = [
  '"',
  ",",
  ";",
  "\n",
  "\r",
  "<",
  ">",
  "{",
  "}",
  "[",
  "]",
  "\\",
  "\0",
  "\ufeff",
  "%%%%",
  "</",
  "<!--",
  "0",
];

/** Cuts, doubles, takes out or writes over; signs that mean something more often than others. */
function mutated(list: Uint8Array, random: SeededRandom): Buffer {
  let bytes = Buffer.from(list);
  for (let round = random.below(4); round >= 0; round--) {
    const at = random.below(bytes.length + 1);
    const length = random.below(40);
    const put = Buffer.from(SIGNS[random.below(SIGNS.length)] ?? "");
    const choice = random.below(6);
    if (choice === 0) bytes = bytes.subarray(0, at);
    else if (choice === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (choice === 2) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    else if (choice === 3) bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);
    else if (choice === 4)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length, put), bytes.subarray(at)]);
    else if (bytes.length > 0) bytes[at % bytes.length] = random.below(256);
  }
  return bytes;
}

function assertRecord(record: ListRecord): void {
  for (const algorithm of LIST_ALGORITHMS) {
    const digest = record[algorithm];
    if (digest !== undefined) assert.equal(algorithmOfHex(digest), algorithm);
  }
  assert.ok(record.sizeBytes === undefined || (Number.isSafeInteger(record.sizeBytes) && record.sizeBytes > 0));
  assert.ok(record.id.length <= 200 && record.series.length <= 200 && record.category.length <= 200);
}

test(`listReader() of mutated lists ends in entries or in a refusal (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const lists = Object.values(sampleLists());
  const startedMs = performance.now();
  let [cases, read, refused] = [0, 0, 0];
  for (; cases < CASES && performance.now() - startedMs < LIMIT_MS; cases++) {
    const list = mutated(lists[cases % lists.length] ?? new Uint8Array(0), random);
    const fromMs = performance.now();
    try {
      const step = 1 + random.below(300);
      const whole = gatherList(list, step);
      const { records, rejected } = whole;
      // Interrupted anywhere, a list gives the same.
      if (cases % 4 === 0) assert.deepEqual({ ...gatherList(list, step, true), handed: 0 }, whole);
      for (const record of records) {
        assertRecord(record);
        assert.ok(record.offsetBytes <= list.length);
      }
      for (const { offsetBytes } of rejected) assert.ok(offsetBytes >= 0 && offsetBytes <= list.length);
      read += records.length;
    } catch (error) {
      assert.ok(error instanceof RangeError, `case ${cases}, seed ${SEED}: ${error}`);
      if (cases % 4 === 0) assert.throws(() => gatherList(list, 50, true), RangeError);
      refused++;
    }
    assert.ok(performance.now() - fromMs < CASE_LIMIT_MS, `case ${cases}, seed ${SEED}: too long`);
  }
  console.log(`lists: seed ${SEED}, ${cases} cases, ${read} entries, ${refused} refused`);
  assert.ok(read > 0 && refused > 0);
});

test(`readListFile() of mutated databases ends in entries or in a Fault (seed ${SEED})`, async () => {
  const random = seededRandom(`${SEED} databases`);
  const path = join(folder, "rds.db");
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE METADATA (sha256 TEXT, sha1 TEXT, md5 TEXT, file_size INTEGER)");
  const insert = database.prepare("INSERT INTO METADATA VALUES (?, ?, ?, ?)");
  for (let n = 0; n < 200; n++) {
    const { sha256, sha1, md5, sizeBytes } = madeUpFile(n);
    insert.run(sha256, sha1, md5, sizeBytes);
  }
  database.close();
  const whole = readFileSync(path);
  const startedMs = performance.now();
  let [cases, read, faults] = [0, 0, 0];
  for (; cases < CASES && performance.now() - startedMs < DATABASE_MS; cases++) {
    const bytes = Buffer.from(whole);
    const places = [random.below(100), 4096 + random.below(200), random.below(bytes.length)];
    for (const at of places) bytes[at] = [0, 1, 0x7f, 0xff, random.below(256)][random.below(5)] ?? 0;
    bytes.write("SQLite format 3\0", 0, "latin1");
    const file = join(folder, "mutated.db");
    writeFileSync(file, random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes);
    const sink = {
      record: (record: ListRecord) => {
        assertRecord(record);
        read++;
      },
      reject: () => undefined,
      drop: () => undefined,
    };
    try {
      await readListFile(file, "nsrl-sqlite", { sink, pause: () => undefined });
    } catch (error) {
      assert.ok(error instanceof Fault, `case ${cases}, seed ${SEED}: ${error}`);
      faults++;
    }
  }
  console.log(`databases: seed ${SEED}, ${cases} cases, ${read} entries, ${faults} Faults`);
  assert.ok(read > 0 && faults > 0);
});

test(`rowFrames() and unpackRecord() of random bytes: rows within them, or a refusal (seed ${SEED})`, () => {
  const random = seededRandom(`${SEED} frames`);
  const sink = { record: assertRecord, reject: () => undefined, drop: () => undefined };
  const record: ListRecord = {
    ...madeUpFile(1),
    category: "1",
    series: "s",
    id: "i",
    standing: "active",
    photoDna: "a1".repeat(144),
  };
  for (let i = 0; i < Math.min(CASES, 10_000); i++) {
    const bytes = Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)));
    if (bytes.length > 8) bytes.writeUInt32LE(random.below(bytes.length), 0);
    try {
      rowFrames(sink).push(bytes);
    } catch (error) {
      assert.ok(error instanceof RangeError, `case ${i}, seed ${SEED}: ${error}`);
    }
    const packed = Buffer.alloc(1000);
    const end = packRecord(packed, 0, { record, group: 3 });
    for (let n = 0; n < 3; n++) packed[random.below(end)] = random.below(256);
    const found = unpackRecord(packed.subarray(0, random.below(end + 1)), 0);
    assert.ok(found === undefined || found.next <= end);
  }
});
