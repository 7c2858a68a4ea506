import assert from "node:assert/strict";
import { test } from "node:test";
import { announce, type SpokenSoFar } from "./announcer.ts";
import { sampleLane } from "./lane-samples.ts";
import type { LaneView } from "./lanes-view.ts";

const en = (nowMs: number): { language: "en"; nowMs: number } => ({ language: "en", nowMs });
const red = { hits: 2, red: true, boundBytes: null };

/** What is spoken while views come in, one after the other. */
function listen(views: [number, LaneView[]][]): { at: number; polite: string | null; assertive: string | null }[] {
  let memory: SpokenSoFar | null = null;
  return views.map(([nowMs, lanes]) => {
    const said = announce(memory, lanes, en(nowMs));
    memory = said.memory;
    assert.equal(said.tone, said.assertive !== null);
    return { at: nowMs, polite: said.polite, assertive: said.assertive };
  });
}

test("announce() says nothing of what stood there when the screen was opened", () => {
  assert.deepEqual(listen([[0, [sampleLane(), sampleLane({ key: "2", ...red })]]]), [
    { at: 0, polite: null, assertive: null },
  ]);
});

test("announce() speaks at the start and at each tenth, never twice in 20 s", () => {
  const at = (fraction: number): LaneView[] => [sampleLane({ fraction })];
  const said = listen([
    [0, []],
    [1000, [sampleLane({ fraction: 0, state: "starting", secondsLeft: null })]],
    [2000, at(0.11)],
    [3000, at(0.22)],
    [21_500, at(0.29)],
    [30_000, at(0.29)],
    [50_000, at(0.29)],
    [60_000, at(0.31)],
  ]);
  const times = said.filter(({ polite }) => polite !== null).map(({ at: time }) => time);
  assert.deepEqual(times, [1000, 21_500, 60_000]);
  assert.equal(said[1]?.polite, "USB stick 16 gigabytes: 0 percent read. Looking at the device.");
  assert.equal(said[4]?.polite, "USB stick 16 gigabytes: 29 percent read. Nothing found so far. About 2 min left.");
});

test("announce() says red at once, once per device, also within the 20 s", () => {
  const said = listen([
    [0, []],
    [1000, [sampleLane()]],
    [2000, [sampleLane(red)]],
    [3000, [sampleLane({ ...red, hits: 5 })]],
    [4000, [sampleLane({ ...red, hits: 5 }), sampleLane({ key: "2", ...red, exhibit: "B" })]],
    [5000, [sampleLane({ ...red, state: "answered" })]],
  ]);
  assert.equal(
    said[2]?.assertive,
    "Red. Material from the list is on this device: USB stick 16 gigabytes, exhibit 2026-0142-3.",
  );
  assert.equal(said[3]?.assertive, null);
  assert.match(said[4]?.assertive ?? "", /exhibit B/);
  assert.equal(said[5]?.assertive, null);
});

test("announce() says of green that was read whole that 0 per cent was not read", () => {
  const done = sampleLane({
    ...{ state: "answered", fraction: 1 },
    answer: { verdict: "green", reasons: [], digest: "", sealed: false },
  });
  const [, said] = listen([
    [0, [sampleLane()]],
    [1000, [done]],
  ]);
  assert.match(said?.polite ?? "", / 0 percent was not read/);
});

test("announce() says green and amber at once, with what was not read", () => {
  const done = sampleLane({
    state: "answered",
    fraction: 0.412,
    answer: { verdict: "green", reasons: [], digest: "", sealed: false },
  });
  const said = listen([
    [0, [sampleLane()]],
    [1000, [done]],
    [2000, [done]],
  ]);
  assert.equal(
    said[1]?.polite,
    "Green. Nothing found in the 41 percent that was read: USB stick 16 gigabytes, exhibit 2026-0142-3. 58.8 percent was not read.",
  );
  assert.equal(said[2]?.polite, null);
});
