import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, fromHex, seededRandom, toHex, utf8 } from "#base/values";
import { pathText, placeNames, placeText, splitPath } from "./place-text.ts";

const cases: { name: string; chain: Uint8Array[]; place: string; placeBytes?: string }[] = [
  { name: "plain names", chain: [utf8("stick.dd"), utf8("DCIM"), utf8("a b.jpg")], place: "stick.dd/DCIM/a b.jpg" },
  { name: "no name", chain: [], place: "" },
  { name: "an empty name", chain: [utf8("")], place: "\\e" },
  { name: "dots", chain: [utf8("."), utf8(".."), utf8("...")], place: "\\x2e/\\x2e\\x2e/..." },
  { name: "a slash in a name", chain: [utf8("a/b")], place: "a\\x2fb" },
  { name: "backslashes", chain: [utf8("a\\x2fb\\e")], place: "a\\\\x2fb\\\\e" },
  { name: "controls", chain: [utf8("a\n\t\0\x7f\u0085")], place: "a\\x0a\\x09\\x00\\x7f\\u{85}" },
  { name: "a right-to-left override", chain: [utf8("gpj\u202egnp.exe")], place: "gpj\\u{202e}gnp.exe" },
  {
    name: "isolates and marks",
    chain: [utf8("\u2066a\u2069\u200f\u061c")],
    place: "\\u{2066}a\\u{2069}\\u{200f}\\u{61c}",
  },
  { name: "spaces at the ends", chain: [utf8(" a  b ")], place: "\\x20a  b\\x20" },
  { name: "a no-break space", chain: [utf8("a\u00a0b")], place: "a\\u{a0}b" },
  { name: "Khmer with its word borders", chain: [utf8("ភូមិ\u200bខ្មែរ")], place: "ភូមិ\u200bខ្មែរ" },
  { name: "a zero-width space elsewhere", chain: [utf8("a\u200bb\u200b")], place: "a\\u{200b}b\\u{200b}" },
  { name: "invalid UTF-8", chain: [utf8("d"), fromHex("61ff62")], place: "d/a\\xffb", placeBytes: "642f61ff62" },
  { name: "a lone surrogate", chain: [fromHex("eda08061")], place: "\\xed\\xa0\\x80a", placeBytes: "eda08061" },
  { name: "an overlong slash", chain: [fromHex("c0af")], place: "\\xc0\\xaf", placeBytes: "c0af" },
  { name: "a character cut off", chain: [fromHex("e19e")], place: "\\xe1\\x9e", placeBytes: "e19e" },
  { name: "beyond Unicode", chain: [fromHex("f4908080")], place: "\\xf4\\x90\\x80\\x80", placeBytes: "f4908080" },
  { name: "the replacement character itself", chain: [utf8("\ufffd")], place: "\ufffd" },
  { name: "a byte order mark", chain: [utf8("\ufeffa")], place: "\\u{feff}a" },
  { name: "a character of plane 1", chain: [utf8("🌾.jpg")], place: "🌾.jpg" },
];

for (const { name, chain, place, placeBytes } of cases) {
  test(`placeText() of ${name}, and back`, () => {
    assert.deepEqual(placeText(chain), placeBytes === undefined ? { place } : { place, placeBytes });
    assert.deepEqual(placeNames(place).map(toHex), chain.map(toHex));
  });
}

test("placeText() is reversible and one-to-one for random bytes", () => {
  const seed = "places-1";
  const random = seededRandom(seed);
  const seen = new Map<string, string>();
  const pieces = ["/", "\\", "\\x", "{", "e", ".", " ", "\u202e", "\u200b", "ក", "្", "a", "\n"].map((text) =>
    utf8(text),
  );
  for (let i = 0; i < 10_000; i++) {
    const chain = Array.from({ length: random.below(4) }, () =>
      concatBytes(
        ...Array.from({ length: random.below(6) }, () =>
          random.below(2) === 0 ? (pieces[random.below(pieces.length)] ?? utf8("")) : Uint8Array.of(random.below(256)),
        ),
      ),
    );
    const { place } = placeText(chain);
    assert.doesNotMatch(place, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u, `seed ${seed}, case ${i}`);
    assert.deepEqual(placeNames(place).map(toHex), chain.map(toHex), `seed ${seed}, case ${i}`);
    const key = chain.map(toHex).join(",") + chain.length;
    assert.equal(seen.get(place) ?? key, key, `seed ${seed}, case ${i}`);
    seen.set(place, key);
  }
});

for (const text of ["a\\q", "a\\x4", "\\u{110000}", "\\u{d800}", "a//b", "/", "\\x61", "\\u{0a}", "a\\"]) {
  test(`placeNames() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => placeNames(text), RangeError);
  });
}

test("pathText() keeps the root and the path's own bytes", () => {
  assert.deepEqual(pathText(utf8("/media/ភូមិ")), { place: "/media/ភូមិ" });
  assert.deepEqual(pathText(fromHex("2f61ff")), { place: "/a\\xff", placeBytes: "2f61ff" });
  assert.deepEqual(pathText(utf8("/")), { place: "/" });
});

test("splitPath() leaves empty names out", () => {
  assert.deepEqual(splitPath(utf8("/a//bc/")).map(toHex), ["61", "6263"]);
  assert.deepEqual(splitPath(utf8("")), []);
});
