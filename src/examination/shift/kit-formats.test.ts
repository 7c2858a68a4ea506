import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { canonicalText, seededRandom } from "#base/values";
import kit from "#vectors/shift/kit.json" with { type: "json" };
import offences from "#vectors/shift/offences.json" with { type: "json" };
import { answerBook } from "./answer-book.node.ts";
import { offencesIn } from "./offences.ts";
import { kitOffences } from "./offences-file.node.ts";
import { readPolicy } from "./policy.ts";
import { NO_ANSWERS, readAnswers } from "./shift-answers.ts";

test("readPolicy() and readAnswers() read what was written, and nothing else", () => {
  for (const policy of kit.policies) assert.deepEqual(readPolicy(JSON.stringify(policy)), policy);
  for (const policy of kit.refusedPolicies) assert.equal(readPolicy(JSON.stringify(policy)), undefined);
  for (const answers of kit.answers) assert.deepEqual(readAnswers(JSON.stringify(answers)), answers);
  for (const answers of kit.refusedAnswers) assert.deepEqual(readAnswers(JSON.stringify(answers)), NO_ANSWERS);
});

test("answerBook() keeps the answers over a new start", () => {
  const dir = mkdtempSync(join(tmpdir(), "phum-answers-"));
  try {
    const path = join(dir, "shift.json");
    assert.deepEqual(answerBook(path).answers, NO_ANSWERS);
    for (const answers of kit.answers.map((one) => readAnswers(JSON.stringify(one)))) {
      answerBook(path).change(answers);
      assert.deepEqual(answerBook(path).answers, answers);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("kitOffences() takes what the agency signed, and refuses whatever else", () => {
  const dir = mkdtempSync(join(tmpdir(), "phum-offences-"));
  const path = join(dir, "offences.json");
  const read = (file: unknown, trust = [offences.signed.signedBy]) => {
    writeFileSync(path, canonicalText(file));
    return kitOffences(path, trust);
  };
  try {
    assert.deepEqual(read(offences.signed), offences.signed.offences);
    assert.throws(() => read(offences.signed, []), { code: "shift/offences" });
    for (const { why, file } of offences.refused) assert.throws(() => read(file), { code: "shift/offences" }, why);
    writeFileSync(path, Buffer.alloc(70_000));
    assert.throws(() => kitOffences(path, []), { code: "shift/offences" });
    assert.equal(kitOffences(join(dir, "missing"), []).length, 8);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("the kit's readers end on any bytes", () => {
  const seed = process.env["PHUM_SEED"] ?? String(Date.now());
  const cases = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
  console.log(`seed ${seed}, ${cases} cases`);
  const random = seededRandom(seed);
  const texts = [...kit.policies, ...kit.answers, offences.signed].map((value) => JSON.stringify(value));
  for (let i = 0; i < cases; i++) {
    const bytes = Buffer.from(texts[i % texts.length] ?? "");
    for (let n = random.below(6); n >= 0; n--) bytes[random.below(bytes.length)] = random.below(256);
    const text = bytes.subarray(0, random.below(4) === 0 ? random.below(bytes.length) : undefined).toString();
    readPolicy(text);
    assert.equal(readAnswers(text).format, "phum-shift");
    try {
      offencesIn(JSON.parse(text));
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
    }
  }
});
