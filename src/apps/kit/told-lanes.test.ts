import assert from "node:assert/strict";
import { test } from "node:test";
import type { LanesView } from "#examination/lanes";
import { toldLanes } from "./told-lanes.ts";

function failed(code: string, values: Record<string, string | number>): LanesView {
  const lane = { state: "failed", fault: { code, values } } as unknown as LanesView["lanes"][number];
  return { devices: [], lanes: [lane], writeBlocker: false, atOnce: 1 };
}

test("toldLanes() adds the sentence of any room's Fault in both languages", () => {
  const [lane] = toldLanes(failed("evidence/other-exhibit", { exhibit: "2026-0142-9" })).lanes;
  assert.equal(lane?.fault?.words?.en, "This folder belongs to exhibit 2026-0142-9.");
  assert.match(lane?.fault?.words?.km ?? "", /2026-0142-9/);
});

test("toldLanes() has a sentence for what no room knows, and leaves other lanes as they are", () => {
  const [lane] = toldLanes(failed("nobody/knows", {})).lanes;
  assert.notEqual(lane?.fault?.words?.km ?? "", "");
  const whole = { ...failed("x/y", {}), lanes: [{ state: "reading", fault: null } as never] };
  assert.deepEqual(toldLanes(whole), whole);
});
