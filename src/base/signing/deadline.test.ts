import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { deadlineMs } from "./deadline.ts";
import { readPublicKey } from "./public-key.ts";

for (const [text, want] of Object.entries({
  "2026-12-31": "2026-12-31T23:59:59.000Z",
  "2028-02-29": "2028-02-29T23:59:59.000Z",
  "2026-12-31T10:30Z": "2026-12-31T10:30:00.000Z",
  "2026-12-31T10:30:15.250+07:00": "2026-12-31T03:30:15.250Z",
})) {
  test(`deadlineMs() of ${text} is ${want}`, () => assert.equal(new Date(deadlineMs(text) ?? 0).toISOString(), want));
}

for (const text of [
  "",
  "2026",
  "2026-02-30",
  "2027-02-29",
  "2026-13-01",
  "31.12.2026",
  "2026-12-31T10:30",
  "2026-02-30T10:30Z",
  "2026-12-31T25:00Z",
  "2026-12-31T10:30+99:00",
  "tomorrow",
  "២០២៦-១២-៣១",
]) {
  test(`deadlineMs() of «${text}» is undefined`, () => assert.equal(deadlineMs(text), undefined));
}

test("readPublicKey() takes 64 digits in either case and nothing else", () => {
  assert.equal(readPublicKey(` ${"Ab".repeat(32)}\n`), "ab".repeat(32));
  for (const text of ["", "ab", "xy".repeat(32), "ab".repeat(33), "agency.key"]) {
    assert.throws(
      () => readPublicKey(text),
      (error) => error instanceof Fault && error.code === "signature/key",
    );
  }
});
