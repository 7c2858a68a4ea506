import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { escapeHtml, foreignHtml, shownText } from "./shown-text.ts";

for (const [name, text, shown] of [
  ["a right-to-left override", "a\u202Egpj.exe", "a⟨U+202E⟩gpj.exe"],
  ["isolates and marks", "\u2066x\u2069\u200F", "⟨U+2066⟩x⟨U+2069⟩⟨U+200F⟩"],
  ["control characters", "a\u0000b\nc\u001b[31m\u0085", "a⟨U+0000⟩b⟨U+000A⟩c⟨U+001B⟩[31m⟨U+0085⟩"],
  ["line and paragraph separators", "a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩"],
  ["a lone surrogate", "a\ud800b", "a⟨U+D800⟩b"],
  ["odd spaces and fillers", "a\u00a0b\u3164c\u2800", "a⟨U+00A0⟩b⟨U+3164⟩c\u2800"],
  ["a zero-width space between Latin letters", "pay\u200bpal", "pay⟨U+200B⟩pal"],
  ["Khmer with its joiners", "ភូមិ\u200Bខ្មែរ\u200Dក", "ភូមិ\u200Bខ្មែរ\u200Dក"],
  ["plain text of many scripts", "ឯកសារ Ω ж 漢字 é", "ឯកសារ Ω ж 漢字 é"],
] as const) {
  test(`shownText() of ${name}`, () => assert.equal(shownText(text), shown));
}

test("escapeHtml() leaves no character that HTML acts on", () => {
  assert.equal(escapeHtml(`<a href="x" b='y'>&`), "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
});

test("foreignHtml() of random text holds no tag, no bare quote, no control character", () => {
  const random = seededRandom("foreign html");
  for (let i = 0; i < 2000; i++) {
    const text = String.fromCharCode(
      ...Array.from({ length: 20 }, () => random.below(random.below(2) === 0 ? 128 : 65536)),
    );
    const html = foreignHtml(text);
    const inner = html.slice('<bdi translate="no">'.length, -"</bdi>".length);
    assert.ok(!/[<>"']|\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u.test(inner), JSON.stringify(text));
  }
});
