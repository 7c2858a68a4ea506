import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readWords } from "./words.ts";

const PLANTED: { name: string; en: object; km: object; source: string; says: RegExp }[] = [
  { name: "missing in Khmer", en: { a: "Yes" }, km: {}, source: '"a"', says: /missing in Khmer/ },
  { name: "missing in English", en: {}, km: { a: "បាទ" }, source: '"a"', says: /missing in English/ },
  { name: "never said", en: { a: "Yes" }, km: { a: "បាទ" }, source: "", says: /never said/ },
  { name: "other values", en: { a: "{x} GB" }, km: { a: "{y} GB" }, source: '"a"', says: /other \{values\}/ },
  { name: "forbidden", en: { a: "It is clean" }, km: { a: "ស្អាត" }, source: '"a"', says: /never said/ },
  { name: "not translated", en: { a: "Read on" }, km: { a: "Read on" }, source: '"a"', says: /no Khmer letter/ },
  { name: "not sorted", en: { b: "Yes", a: "No" }, km: { a: "ទេ", b: "បាទ" }, source: '"a" "b"', says: /not sorted/ },
];

for (const { name, en, km, source, says } of PLANTED) {
  test(`readWords() finds a sentence ${name}`, (t) => {
    const root = mkdtempSync(join(tmpdir(), "words-"));
    t.after(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, "src/base/a/words"), { recursive: true });
    writeFileSync(join(root, "src/base/a/words/en.json"), JSON.stringify(en));
    writeFileSync(join(root, "src/base/a/words/km.json"), JSON.stringify(km));
    writeFileSync(join(root, "src/base/a/x.ts"), source);
    const { lists, problems } = readWords(root);
    assert.equal(lists, 1);
    assert.ok(
      problems.some((problem) => says.test(problem)),
      problems.join("\n"),
    );
  });
}
