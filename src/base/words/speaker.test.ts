import assert from "node:assert/strict";
import { test } from "node:test";
import { languageOf, number, size, speaker } from "./speaker.ts";

const say = speaker({ en: { read: "{n} of {all} read" }, km: { read: "បានអាន {n} ក្នុង {all}" } });

test("speaker() writes numbers in the language's digits and texts as they are", () => {
  assert.equal(say("en", "read", { n: 1234, all: "5" }), "1,234 of 5 read");
  assert.equal(say("km", "read", { n: 1234, all: "5" }), "បានអាន ១.២៣៤ ក្នុង 5");
});

test("speaker() throws where a value is missing", () => {
  assert.throws(() => say("en", "read", { n: 1 }), RangeError);
});

for (const [bytes, up, down] of [
  [0, "0 B", "0 B"],
  [999, "999 B", "999 B"],
  [1000, "1 kB", "1 kB"],
  [40_961, "41 kB", "40.9 kB"],
  [20 * 2 ** 20, "21 MB", "20.9 MB"],
  [1_000_204_886_016, "1.01 TB", "1 TB"],
] as const) {
  test(`size() of ${bytes} bytes is ${up} rounded up and ${down} rounded down`, () => {
    assert.equal(size("en", bytes, "up"), up);
    assert.equal(size("en", bytes, "down"), down);
  });
}

test("number() has Khmer digits in Khmer", () => {
  assert.equal(number("km", 41.5), "៤១,៥");
});

for (const [environment, language] of [
  [{ LANG: "km_KH.UTF-8" }, "km"],
  [{ LC_ALL: "km", LANG: "en_US.UTF-8" }, "km"],
  [{ LC_ALL: "C", LANG: "km_KH" }, "en"],
  [{}, "en"],
] as const) {
  test(`languageOf() ${JSON.stringify(environment)} is ${language}`, () => {
    assert.equal(languageOf(environment), language);
  });
}
