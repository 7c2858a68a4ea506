// A Khmer reader from the first screen to the paper.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { paperReaders } from "#base/paper/node";
import { sayEvidence } from "#examination/evidence";
import { sayLanes } from "#examination/lanes";
import { ENDLESS, type KitOnTrial, kitOnTrial, noBrowser, OFFICERS } from "./kit-on-trial.ts";
import {
  answerWhy,
  examine,
  laneOf,
  percentRead,
  press,
  screenText,
  see,
  ticked,
  titled,
  toAnswer,
  unlock,
  until,
} from "./officer-hands.ts";
import { prose } from "./phum.ts";

const EXHIBIT = "២០២៦-០១៤២-១";
const WARRANT = "លេខ ១២/២០២៦";
let kit: KitOnTrial;
before(async () => {
  if (noBrowser === false) kit = await kitOnTrial({ readMs: ENDLESS.readMs });
});
after(() => kit?.close());

/** A text without its spaces: a column may break its lines anywhere. */
function squeezed(text: string): string {
  return text.replace(/[\s\u00A0\u200B\u2066-\u2069]/g, "");
}

test("ខ្ញុំធ្វើការជាភាសាខ្មែរទាំងអស់ រហូតដល់ក្រដាស PDF (I work in Khmer all the way to the PDF, and switch the language in the middle)", {
  skip: noBrowser,
}, async () => {
  const page = await kit.open({ language: "km" });
  await unlock(page);
  await answerWhy(page, EXHIBIT, { number: WARRANT });
  kit.plug("Long Stick", prose("long", 1_000_000), ENDLESS);
  await ticked(page, "Long Stick");
  await examine(page);
  const lane = laneOf(page, EXHIBIT);
  await until(async () => (await percentRead(lane)) > 0, "something is read");
  assert.match(await screenText(page), /[០-៩]/);
  const latin = (await screenText(page)).match(/[a-z]{3,}/gi) ?? [];
  assert.deepEqual(
    latin.filter((word) => !["USB", "Long", "Stick"].includes(word)),
    [],
    "no English word on a Khmer screen",
  );

  await page.getByRole("button", { name: "EN, English" }).click();
  await titled(page, "Examining 1 device");
  await lane.getByRole("button", { name: /^Stop/ }).waitFor();
  await page.getByRole("button", { name: "ខ្មែរ" }).click();
  await lane.getByRole("button", { name: new RegExp(`^${sayLanes("km", "examining.stop")}`) }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: sayLanes("km", "examining.stop"), exact: true })
    .click();
  const told = await toAnswer(page, "amber", EXHIBIT);
  assert.ok(told.includes(sayEvidence("km", "reason.stopped-early")));

  await press(page, sayLanes("km", "answer.report"));
  await titled(page, sayEvidence("km", "screen.ready"));
  await press(page, sayEvidence("km", "screen.print"));
  await page.getByRole("radio", { name: sayEvidence("km", "screen.km"), exact: true }).check();
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: sayEvidence("km", "screen.pdf") }).click();
  const pdf = readFileSync(await (await saving).path());
  const words = [
    ...(["page.title", "verdict.amber", "what.amber", "reason.stopped-early", "step.stopped-early"] as const).map(
      (key) => sayEvidence("km", key),
    ),
    ...["officer", "witness", "holder"].map((who) => sayEvidence("km", `page.sign.${who as "officer"}`)),
    ...[OFFICERS.works, EXHIBIT, WARRANT],
  ];
  for (const reader of paperReaders().filter(({ missing }) => missing === false)) {
    const text = await reader.text(pdf);
    for (const one of words) assert.ok(squeezed(text).includes(squeezed(one)), `${reader.name}: ${one}`);
    assert.ok(!text.includes(sayEvidence("en", "page.title")), "no English title in the Khmer paper");
  }
  await see(page, sayEvidence("km", "screen.print.text"));
});
