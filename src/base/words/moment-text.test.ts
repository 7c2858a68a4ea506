import assert from "node:assert/strict";
import { test } from "node:test";
import { momentText } from "./moment-text.ts";
import { number } from "./speaker.ts";

const PARTS = { day: { dateStyle: "long" }, hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } } as const;

test("momentText() in Khmer is what Node's own Khmer writes, in every month", () => {
  for (let month = 0; month < 12; month++) {
    const atMs = Date.UTC(2026, month, 3 + month, 17 + (month % 3), 8);
    for (const zone of ["Asia/Phnom_Penh", "UTC", "+07:00"]) {
      for (const part of ["day", "hour"] as const) {
        const want = new Intl.DateTimeFormat("km-u-nu-khmr", { ...PARTS[part], timeZone: zone }).format(atMs);
        assert.equal(momentText("km", atMs, { part, zone }), want);
      }
    }
  }
  assert.equal(
    momentText("km", Date.parse("2026-11-22T07:08:00Z"), { part: "both", zone: "Asia/Phnom_Penh" }),
    "២២ វិច្ឆិកា ២០២៦ នៅ\u200bម៉ោង ១៤:០៨",
  );
});

test("momentText() in English says day and hour", () => {
  const atMs = Date.parse("2026-11-22T07:08:00Z");
  assert.equal(momentText("en", atMs, { part: "both", zone: "Asia/Phnom_Penh" }), "22 November 2026 at 14:08");
});

test("number() in Khmer is what Node's own Khmer writes", () => {
  for (const value of [0, 7, 41, 999, 1000, 114_441, 1_234_567.891, 0.5, -12.25, 39.7]) {
    const want = new Intl.NumberFormat("km-u-nu-khmr", { maximumFractionDigits: 3 }).format(value);
    assert.equal(number("km", value), want);
  }
});
