import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault } from "#base/faults";
import { enrol, newIdentity, newSigner, openIdentity, openSigner } from "#base/signing/node";
import { seededRandom } from "#base/values";
import vectors from "#vectors/likeness/words.json" with { type: "json" };
import { type EntryClaim, readWordLine } from "./entry-word.ts";
import { appendWord, provenWords, signWord } from "./entry-words.node.ts";

const TRUST = { trust: [vectors.agencyKey], nowMs: Date.parse(vectors.now) };
const CLAIM: EntryClaim = {
  ...{ set: "Known pictures", release: "2026-11", kind: "picture", entry: 12, list: "ab".repeat(32) },
  ...{ word: "withdrawn", reason: "benign", at: "2026-11-25T08:00:00.000Z" },
};

function file(t: TestContext, text: string): string {
  const dir = mkdtempSync(join(tmpdir(), "phum-words-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const path = join(dir, "words.jsonl");
  if (text !== "") writeFileSync(path, text);
  return path;
}

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

test("provenWords() proves the vectors' words and says whose they are", (t) => {
  const words = provenWords(file(t, vectors.good.map((line) => `${line}\n`).join("")), TRUST);
  assert.deepEqual(
    words.map(({ person: { name }, word, reason, kind, entry }) => [name, word, reason, kind, entry]),
    [
      ["សុខ ដារ៉ា", "confirmed", "same-picture", "picture", 12],
      ["Chan Maly", "withdrawn", "benign", "picture", 3],
      ["Chan Maly", "undone", "mistake", "picture", 3],
      ["សុខ ដារ៉ា", "withdrawn", "not-a-child", "video", 0],
    ],
  );
});

for (const { code, why, line } of vectors.bad) {
  test(`provenWords() refuses with ${code}: ${why}`, (t) => {
    assert.throws(
      () => provenWords(file(t, `${vectors.good[0]}\n${line}\n`), TRUST),
      (error) => {
        assert.ok(isFault(code)(error), String(error));
        return (error as Fault).values["line"] === 2;
      },
    );
  });
}

test("provenWords() refuses by name whom nobody trusts", (t) => {
  assert.throws(
    () => provenWords(file(t, `${vectors.good[0]}\n`), { ...TRUST, trust: [] }),
    (error) => {
      assert.ok(isFault("likeness/word-stranger")(error));
      const { name, unit, key } = (error as Fault).values;
      assert.deepEqual([name, unit, key], ["សុខ ដារ៉ា", "អង្គភាព ១", vectors.agencyKey]);
      return true;
    },
  );
});

test("provenWords() refuses what is cut, empty, of other bytes, or not there", (t) => {
  const [line = ""] = vectors.good;
  for (const text of [line, `${line}\n\n`, "\n", `${line}\n{`, "[".repeat(100_000), "null\n", "{}\n"]) {
    assert.throws(() => provenWords(file(t, text), TRUST), isFault("likeness/word"), text.slice(0, 20));
  }
  assert.throws(() => provenWords(file(t, ""), TRUST), isFault("likeness/words-missing"));
});

test("signWord() and appendWord() write what provenWords() reads; a file of anything else is left alone", async (t) => {
  const path = file(t, "");
  const [officer, key] = await Promise.all([
    newIdentity("trial", { workFactor: 1 }),
    newSigner("trial", { workFactor: 1 }),
  ]);
  const [identity, agency] = await Promise.all([openIdentity(officer.file, "trial"), openSigner(key.file, "trial")]);
  const who = { officer: officer.public, name: "Sok Dara", unit: "Unit", validUntil: "2027-12-31" };
  const certificate = enrol({ ...who, agency, nowMs: Date.parse("2026-11-01T00:00:00.000Z") });
  const second = { ...CLAIM, word: "confirmed", reason: "same-picture", kind: "video", entry: 0 } as const;
  for (const claim of [CLAIM, second]) appendWord(path, signWord(claim, identity, certificate));
  const read = provenWords(path, { ...TRUST, trust: [agency.publicKey] });
  assert.deepEqual(
    read.map(({ signature: _signature, person: _person, ...claim }) => claim),
    [CLAIM, second],
  );
  const text = readFileSync(path, "utf8");
  writeFileSync(path, `${text}other`);
  assert.throws(() => appendWord(path, signWord(CLAIM, identity, certificate)), isFault("likeness/word"));
  assert.equal(readFileSync(path, "utf8"), `${text}other`);
  const nowhere = join(path, "in a file");
  assert.throws(
    () => appendWord(nowhere, signWord(CLAIM, identity, certificate)),
    isFault("likeness/words-unwritable"),
  );
});

test("readWordLine() and provenWords() of mutated words give words or a Fault", (t) => {
  const cases = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
  const seed = process.env["PHUM_FUZZ_SEED"] ?? "entry-words";
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const path = file(t, "x");
  const endMs = performance.now() + 45_000;
  let refused = 0;
  for (let round = 0; round < cases && performance.now() < endMs; round++) {
    const line = vectors.good[random.below(vectors.good.length)] ?? "";
    const at = random.below(line.length);
    const cut = random.below(4) === 0 ? random.below(40) : 1;
    const mutated = line.slice(0, at) + String.fromCharCode(random.below(128)) + line.slice(at + cut);
    const read = readWordLine(mutated);
    if (mutated !== line && typeof read === "object" && round % 10 === 0) {
      // Of its form, but never believed.
      writeFileSync(path, `${mutated}\n`);
      assert.throws(() => provenWords(path, TRUST), Fault);
    }
    if (typeof read !== "object") refused++;
  }
  assert.ok(refused > 0);
});
