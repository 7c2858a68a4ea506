import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { CHAIN_START, merkleRoot } from "#base/signing/node";
import { fromHex, seededRandom, toHex, utf8 } from "#base/values";
import vectors from "#vectors/evidence/formats.json" with { type: "json" };
import { chainedLine, LINE_MAX_BYTES, readChainedLine } from "./journal-line.node.ts";
import LIST from "./paper/spoken-words.json" with { type: "json" };
import { decodeRun, encodeRun, RUN_BYTES, runsHeader } from "./runs-record.node.ts";
import { spokenDigits, spokenWords } from "./spoken-words.ts";

for (const { digest, words, digits } of vectors.spoken) {
  test(`spokenWords() of ${digest.slice(0, 8)}… are the vector's`, () => {
    assert.deepEqual(spokenWords(fromHex(digest)), words);
    assert.deepEqual(spokenDigits(fromHex(digest)), digits);
  });
}

test("spokenWords() differ where one of the first 88 bits differs", () => {
  const digest = fromHex("5a".repeat(32));
  const words = spokenWords(digest).join();
  for (let bit = 0; bit < 88; bit++) {
    const other = digest.slice();
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
    assert.notEqual(spokenWords(other).join(), words);
  }
  assert.throws(() => spokenWords(new Uint8Array(10)), RangeError);
});

test("the list of spoken words: 2,048, sorted, told apart by their first four letters, none that could hurt beside a case", () => {
  assert.equal(LIST.length, 2048);
  assert.deepEqual(LIST, [...LIST].sort());
  assert.equal(new Set(LIST.map((word) => word.slice(0, 4))).size, 2048);
  for (const word of LIST) assert.match(word, /^[a-z]{3,9}$/);
  for (const word of ["abuse", "child", "victim", "clean", "safe", "kiss", "baby", "green"])
    assert.ok(!LIST.includes(word), word);
});

test("encodeRun() and decodeRun() agree with the vectors", () => {
  assert.equal(toHex(runsHeader()), vectors.runs.headerHex);
  const records = vectors.runs.records.map(({ hex, digest, ...fields }) => {
    const run = { ...fields, digest: fromHex(digest) };
    assert.equal(toHex(encodeRun(run)), hex);
    assert.deepEqual(decodeRun(fromHex(hex)), run);
    return fromHex(hex);
  });
  assert.equal(toHex(merkleRoot(records)), vectors.runs.root);
  assert.equal(createHash("sha256").update(Buffer.concat(records)).digest("hex"), vectors.runs.runsDigest);
});

test("decodeRun() refuses every single flipped bit", () => {
  const record = encodeRun({ offsetBytes: 4096, lengthBytes: 512, fileIndex: 3, digest: new Uint8Array(32).fill(7) });
  for (let bit = 0; bit < RUN_BYTES * 8; bit++) {
    const other = record.slice();
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(decodeRun(other), undefined);
  }
});

test("encodeRun() refuses what does not fit", () => {
  const run = { offsetBytes: 0, lengthBytes: 1, fileIndex: 0, digest: new Uint8Array(32) };
  for (const wrong of [
    { offsetBytes: -1 },
    { lengthBytes: 0.5 },
    { fileIndex: 2 ** 32 },
    { digest: new Uint8Array(31) },
  ]) {
    assert.throws(() => encodeRun({ ...run, ...wrong }), RangeError);
  }
});

test("readChainedLine() reads the vectors and chainedLine() writes them", () => {
  let previous = CHAIN_START;
  vectors.journal.lines.forEach((text, n) => {
    const entry = readChainedLine(utf8(text), n, previous);
    assert.ok(entry);
    assert.deepEqual(chainedLine(entry, previous).line, utf8(`${text}\n`));
    previous = entry.hash;
  });
  assert.equal(previous, vectors.journal.head);
});

test("readChainedLine() refuses another place, another predecessor and every changed byte", () => {
  const [first = ""] = vectors.journal.lines;
  const random = seededRandom("chained line");
  assert.equal(readChainedLine(utf8(first), 1, CHAIN_START), undefined);
  assert.equal(readChainedLine(utf8(first), 0, "1".repeat(64)), undefined);
  const bytes = utf8(first);
  for (let i = 0; i < bytes.length; i++) {
    const other = bytes.slice();
    other[i] = (other[i] ?? 0) ^ (1 + random.below(255));
    assert.equal(readChainedLine(other, 0, CHAIN_START), undefined, `byte ${i}`);
  }
  assert.equal(readChainedLine(utf8(`${first} `), 0, CHAIN_START), undefined);
});

test("chainedLine() refuses a line of 4 MiB", () => {
  const entry = { n: 0, at: "2026-11-22T07:08:00.000Z", kind: "hits", body: { text: "x".repeat(LINE_MAX_BYTES) } };
  assert.throws(() => chainedLine(entry, CHAIN_START), RangeError);
});
