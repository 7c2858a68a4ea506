import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex } from "#base/values";
import type { EntryClaim } from "./entry-word.ts";
import { entryStandings, entryText, type Person, type SaidWord, weighedWords } from "./weighed-words.ts";

const [A, B] = ["aa".repeat(32), "bb".repeat(32)];
const DARA: Person = { name: "Sok Dara", unit: "Unit 1", signPublic: "01".repeat(32) };
const MALY: Person = { name: "Chan Maly", unit: "Unit 2", signPublic: "02".repeat(32) };

/** A word at second `at`. */
function said(
  person: Person,
  what: `${SaidWord["word"]} ${SaidWord["reason"]}`,
  about: Partial<EntryClaim> & { at: string },
): SaidWord {
  const [word, reason] = what.split(" ") as [SaidWord["word"], SaidWord["reason"]];
  const entry = { set: "S", release: "1", kind: "picture", entry: 1, list: "ff".repeat(32) } as const;
  return { ...entry, ...about, word, reason, person, signature: `${about.at}${person.signPublic}` };
}

test("weighedWords() counts the last word of each person, whatever the order in which they come", () => {
  const words = [
    said(DARA, "confirmed same-picture", { at: "1" }),
    said(DARA, "withdrawn benign", { at: "3" }),
    said(MALY, "withdrawn another-picture", { at: "2" }),
    said(MALY, "undone mistake", { at: "4" }),
    said(MALY, "confirmed listed-material", { at: "5" }),
  ].map((word) => ({ key: A, word }));
  for (const given of [words, [...words].reverse()]) {
    const [entry, ...others] = weighedWords(given);
    assert.deepEqual(others, []);
    assert.deepEqual([entry?.confirmed, entry?.withdrawn, entry?.reasons], [[MALY], [DARA], ["benign"]]);
  }
});

test("weighedWords() joins one fingerprint under the numbers of two releases, and keeps a video apart from a picture", () => {
  const entries = weighedWords([
    { key: A, word: said(DARA, "confirmed same-picture", { at: "1", release: "1", entry: 7 }) },
    { key: A, word: said(MALY, "confirmed same-picture", { at: "2", release: "2", entry: 9 }) },
    { key: A, word: said(MALY, "withdrawn benign", { at: "2", kind: "video", entry: 0 }) },
  ]);
  assert.deepEqual(
    entries.map(({ kind, named, confirmed }) => [kind, named.map(entryText), confirmed.length]),
    [
      ["picture", ["S:1:7", "S:2:9"], 2],
      ["video", ["S:1:v0"], 0],
    ],
  );
});

test("weighedWords() takes a second key, or a second name, of one person for the same person", () => {
  const again = { ...DARA, signPublic: "03".repeat(32) };
  const married = { ...again, name: "Sok Bopha" };
  const words = [DARA, again, married, MALY].map((person, i) => ({
    key: A,
    word: said(person, "confirmed same-picture", { at: String(i) }),
  }));
  assert.deepEqual(weighedWords(words)[0]?.confirmed, [married, MALY]);
});

test("entryStandings() leaves out what was withdrawn unless it is kept, and tells what was met", () => {
  const entries = weighedWords([
    { key: A, word: said(DARA, "confirmed same-picture", { at: "1" }) },
    { key: A, word: said(MALY, "withdrawn benign", { at: "1" }) },
    { key: B, word: said(DARA, "withdrawn benign", { at: "1", entry: 2 }) },
  ]);
  const met: string[] = [];
  const standings = entryStandings(
    entries,
    ({ key }) => key === A,
    ({ key }) => met.push(key),
  );
  assert.deepEqual(standings.of("picture", fromHex(A)), { withdrawn: false, officers: 1 });
  assert.deepEqual(standings.of("picture", fromHex(B)), { withdrawn: true, officers: 0 });
  assert.equal(standings.of("picture", fromHex("cc".repeat(32))), null);
  assert.equal(standings.of("video", fromHex(A)), null);
  assert.deepEqual(met, [A, B]);
});
