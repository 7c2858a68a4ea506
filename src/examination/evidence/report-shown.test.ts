import assert from "node:assert/strict";
import { test } from "node:test";
import type { Report } from "./report-record.ts";
import { paperAddress, reportShown, stickLabel } from "./report-shown.ts";

const now = { written: true, begun: true, sealed: false };
const given = { value: {} as Report };
const refused = (code: string) => ({ refused: { code, words: { en: `why \u202E`, km: "ហេតុ" } } });

test("reportShown() is writing until the report stands and was fetched", () => {
  assert.equal(reportShown("en", { ...now, written: false }, null).title, "Writing the report");
  assert.equal(reportShown("en", now, null).state, "writing");
  assert.equal(reportShown("km", now, given).title, "របាយការណ៍រួចរាល់");
  assert.equal(reportShown("en", { ...now, begun: false }, null).state, "none");
});

test("reportShown() of a changed report says not to use it; of another Fault why it is not shown", () => {
  const changed = reportShown("en", now, refused("report/tampered"));
  assert.deepEqual([changed.state, changed.title], ["changed", "This report has been changed. Do not use it."]);
  const failed = reportShown("en", now, refused("report/missing"));
  assert.deepEqual([failed.state, failed.sub], ["failed", "why ⟨U+202E⟩"]);
});

test("reportShown() lights the lamp when it is sealed", () => {
  assert.equal(reportShown("en", { ...now, sealed: true }, given).lamp, "Sealed on the stick. Safe to unplug.");
});

test("paperAddress() holds nothing but the lane and the languages", () => {
  assert.equal(paperAddress("2", "pdf", "both"), "/report/2.pdf?languages=km,en");
  assert.equal(paperAddress("2", "pdf", "km"), "/report/2.pdf?languages=km");
  assert.equal(paperAddress("2", "html", "en"), "/report/2.html");
});

test("stickLabel() makes a stick's own name harmless and says how much room there is", () => {
  assert.equal(stickLabel("en", { folder: "1", name: "KIT\u202E", freeBytes: 3.2e9 }), "KIT⟨U+202E⟩ · 3.2 GB free");
});
