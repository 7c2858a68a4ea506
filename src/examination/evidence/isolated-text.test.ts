import assert from "node:assert/strict";
import { test } from "node:test";
import { isolatedText, screenTeller, spokenText, textPieces } from "./isolated-text.ts";

const HOSTILE = "\u202Egnp.exe\u2069 <img src=x onerror=alert(1)> \u2068";

test("textPieces() gives a hostile name as one foreign piece, with nothing invisible in it", () => {
  const pieces = textPieces(`Name: ${isolatedText(HOSTILE)}, 41 % read`);
  assert.deepEqual(
    pieces.map(({ foreign }) => foreign),
    [false, true, false],
  );
  assert.equal(pieces[1]?.text, "⟨U+202E⟩gnp.exe⟨U+2069⟩ <img src=x onerror=alert(1)> ⟨U+2068⟩");
  assert.equal(pieces[2]?.text, ", 41\u00A0% read");
});

test("spokenText() leaves only the words", () => {
  assert.equal(spokenText(`Exhibit ${isolatedText("A-1")}.`), "Exhibit A-1.");
});

test("screenTeller() isolates a foreign value and leaves our numbers", () => {
  const { say } = screenTeller("en");
  assert.equal(say("fact.part", { name: "Bit\u202ELocker", bytes: "120 GB" }), "\u2068Bit⟨U+202E⟩Locker\u2069: 120 GB");
  assert.equal(screenTeller("km").say("what.green", { percent: "៤១,៥" }), "រកមិនឃើញអ្វីទេ ក្នុង ៤១,៥ % ដែលបានអាន។");
});
