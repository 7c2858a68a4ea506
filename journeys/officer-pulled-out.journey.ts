// A stick comes out while it is read, and goes back in. It is so large that the middle is long; at the end the officer stops.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sayLanes } from "#examination/lanes";
import { ENDLESS, type KitOnTrial, kitOnTrial, noBrowser } from "./kit-on-trial.ts";
import {
  answerWhy,
  barriers,
  examine,
  laneOf,
  percentRead,
  plain,
  press,
  ticked,
  toAnswer,
  unlock,
  until,
} from "./officer-hands.ts";
import { prose } from "./phum.ts";

const EXHIBIT = "2026-0142-1";
let kit: KitOnTrial;
before(async () => {
  if (noBrowser === false) kit = await kitOnTrial({ readMs: ENDLESS.readMs });
});
after(() => kit?.close());

test("It came out in the middle: the screen says so at once; another stick is told apart; put back, reading goes on from there", {
  skip: noBrowser,
}, async () => {
  const page = await kit.open();
  await unlock(page);
  await answerWhy(page, EXHIBIT);
  kit.plug("Long Stick", prose("long", 1_000_000), ENDLESS);
  await ticked(page, "Long Stick");
  await examine(page);
  const lane = laneOf(page, EXHIBIT);
  await until(async () => (await percentRead(lane)) > 0, "something is read");
  await lane.getByText("Do not unplug").waitFor();

  kit.pull("Long Stick");
  await lane.getByText(/^Pulled out at/).waitFor();
  await lane.getByText(sayLanes("en", "examining.pulled.text")).waitFor();
  await lane.getByText("Not plugged in").waitFor();
  assert.deepEqual(await barriers(page), []);

  kit.plug("Other Stick", prose("other", 500_000));
  await lane.getByText(sayLanes("en", "examining.other.untold")).waitFor();
  kit.pull("Other Stick");
  // Only now: reads that were under way when it came out are counted a moment after it is said.
  const said = plain(await lane.getByText(/^Pulled out at/).innerText());
  const pulledAt = await percentRead(lane);
  assert.match(said, /^Pulled out at 0\.\d+ %$/);

  kit.putBack("Long Stick");
  const went = plain(await lane.getByText(/^Went on from/).innerText());
  assert.equal(/from ([\d.]+ %)/.exec(went)?.[1], /at ([\d.]+ %)/.exec(said)?.[1], "nothing is read twice");
  await until(async () => (await percentRead(lane)) > pulledAt, "more is read than before");
  await lane.getByRole("button", { name: /^Stop/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
  const told = await toAnswer(page, "amber", EXHIBIT);
  assert.match(told, /Reading stopped before enough was read\./);
  assert.match(told, /interrupted/i);
  await press(page, "Make the report");
});
