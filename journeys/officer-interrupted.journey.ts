// Whatever happens to the screen or the program, the examination goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sayKit } from "#apps/kit";
import { ENDLESS, type KitOnTrial, kitOnTrial, noBrowser } from "./kit-on-trial.ts";
import {
  answerWhy,
  examine,
  laneOf,
  percentRead,
  press,
  see,
  ticked,
  titled,
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

test("I load the page anew, close it, open another browser, and the program is killed: reading goes on, nothing is lost", {
  skip: noBrowser,
}, async () => {
  const first = await kit.open();
  await unlock(first);
  await answerWhy(first, EXHIBIT);
  kit.plug("Long Stick", prose("long", 1_000_000), ENDLESS);
  await ticked(first, "Long Stick");
  await examine(first);
  await until(async () => (await percentRead(laneOf(first, EXHIBIT))) > 0, "something is read");
  await first.reload();
  await laneOf(first, EXHIBIT).waitFor();
  const before = await percentRead(laneOf(first, EXHIBIT));
  await first.context().close();

  const second = await kit.open();
  await titled(second, "Examining 1 device");
  await until(async () => (await percentRead(laneOf(second, EXHIBIT))) > before, "it was read while no page was open");
  const third = await kit.open({ language: "km", width: 360 });
  await laneOf(third, EXHIBIT).waitFor();

  const [pid, atKill] = [kit.serverPid(), await percentRead(laneOf(second, EXHIBIT))];
  process.kill(pid, "SIGKILL");
  await see(second, sayKit("en", "frame.restarted"));
  await see(third, sayKit("km", "frame.restarted"));
  assert.notEqual(kit.serverPid(), pid);
  assert.match(kit.said(), /The program stopped and was started again\. Nothing is lost\./);
  await laneOf(second, EXHIBIT)
    .getByText(/^Went on from \d+(\.\d+)?\s% at/)
    .waitFor();
  await until(
    async () => (await percentRead(laneOf(second, EXHIBIT))) > atKill,
    "more is read than before it was killed",
  );
  await press(second, sayKit("en", "frame.understood"));
  await second.getByText(sayKit("en", "frame.restarted")).waitFor({ state: "detached" });

  await laneOf(second, EXHIBIT).getByRole("button", { name: /^Stop/ }).click();
  await second.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
  const told = await toAnswer(second, "amber", EXHIBIT);
  assert.match(told, /interrupted/i);
  const stored = await second.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href");
  assert.doesNotMatch(String(stored), /2026-0142|ticket|W-12/);
});
