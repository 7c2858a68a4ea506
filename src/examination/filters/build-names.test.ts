import assert from "node:assert/strict";
import { test } from "node:test";
import { copyTable } from "./build-copies.ts";
import { releaseOf } from "./build-dates.ts";
import { pathText } from "./build-names.ts";
import { refuseTooMany } from "./build-size.ts";

const cases: [name: string, bytes: number[] | string, text: string][] = [
  ["ASCII", "/a/b.jpg", "/a/b.jpg"],
  ["Khmer with a zero-width space", "ភូមិ\u200bថត", "ភូមិ\u200bថត"],
  ["a backslash", "a\\b", "a\\x5cb"],
  ["a control character", "a\u001b[2J", "a\\x1b[2J"],
  ["a turned direction", "a\u202egpj.exe", "a\\xe2\\x80\\xaegpj.exe"],
  ["invalid UTF-8", [0x61, 0xff, 0xc3, 0x28], "a\\xff\\xc3("],
  ["a lone surrogate", [0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"],
  ["an overlong slash", [0xc0, 0xaf], "\\xc0\\xaf"],
  ["a cut character", [0xe1, 0x9e], "\\xe1\\x9e"],
];
for (const [name, bytes, text] of cases) {
  test(`pathText() of ${name}`, () => {
    assert.equal(pathText(typeof bytes === "string" ? Buffer.from(bytes) : Uint8Array.from(bytes)), text);
  });
}

const asked = { command: "build", nowMs: Date.parse("2026-11-25T10:00:00Z") };
const unsaid = { release: undefined, validDays: undefined, validUntil: undefined, graceUntil: undefined };

test("releaseOf() without options: today's name, 90 days, 30 more", () => {
  assert.deepEqual(releaseOf({ ...asked, ...unsaid }), {
    release: "2026-11-25",
    releasedAt: "2026-11-25T10:00:00.000Z",
    validUntil: "2027-02-23T10:00:00.000Z",
    graceUntil: "2027-03-25T10:00:00.000Z",
  });
});

test("releaseOf() takes days, dates, and refuses what lies in the past or in the wrong order", () => {
  const { validUntil } = releaseOf({ ...asked, ...unsaid, validDays: "7" });
  assert.equal(validUntil, "2026-12-02T10:00:00.000Z");
  const dated = releaseOf({ ...asked, ...unsaid, validUntil: "2026-12-31", graceUntil: "2027-01-15" });
  assert.equal(dated.validUntil, "2026-12-31T23:59:59.000Z");
  assert.equal(dated.graceUntil, "2027-01-15T23:59:59.000Z");
  for (const wrong of [
    { validDays: "0" },
    { validDays: "x" },
    { validUntil: "2026-11-24" },
    { validUntil: "2026-02-30" },
    { graceUntil: "2026-11-30" },
  ]) {
    assert.throws(() => releaseOf({ ...asked, ...unsaid, ...wrong }), { code: "filter/option" });
  }
});

test("copyTable() finds the first of equal identities, also after it grew", () => {
  const table = copyTable();
  const identity = (i: number): Uint32Array => Uint32Array.of(i % 5, i, i * i, 0);
  for (let i = 0; i < 5000; i++) assert.equal(table.firstOf(identity(i), i), i);
  for (let i = 0; i < 5000; i += 17) assert.equal(table.firstOf(identity(i), 9999), i);
  assert.equal(table.has(identity(5000)), false);
});

test("refuseTooMany() names a limit that would do, in whole runs", () => {
  const kept = Uint32Array.from([1000, 1000, 1000, 100]);
  refuseTooMany(3100, kept, 3100);
  assert.throws(
    () => refuseTooMany(3100, kept, 2000),
    (error: { code?: string; values?: Record<string, unknown> }) =>
      error.code === "filter/too-many-blocks" && error.values?.["limit"] === "624",
  );
});
