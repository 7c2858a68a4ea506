// Red, amber and green, from "who are you" to the answer; two devices at once. The kit is one: the shift goes on from test to test.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { sayEvidence } from "#examination/evidence";
import { sayLanes } from "#examination/lanes";
import { type KitOnTrial, kitOnTrial, LISTED, noBrowser, OFFICERS } from "./kit-on-trial.ts";
import { answerWhy, barriers, examine, laneOf, press, ticked, titled, toAnswer, unlock } from "./officer-hands.ts";
import { prose } from "./phum.ts";

const skip = noBrowser;
const SECTOR = 512;
const BLOCK = 4096;
let kit: KitOnTrial;
let page: Page;
before(async () => {
  if (skip !== false) return;
  kit = await kitOnTrial();
  page = await kit.open();
});
after(() => kit?.close());

/** A stick of text, with parts of the list in its midst. */
function stick(seed: string, listed: Uint8Array = new Uint8Array(0), sectors = 4000): Uint8Array {
  return Buffer.concat([prose(seed, sectors * SECTOR), listed, prose(`${seed} end`, 100 * SECTOR)]);
}

/** Of every answer: word, shape and colour say the same; never the word that nobody may say. */
async function saysItThrice(verdict: "red" | "amber" | "green"): Promise<void> {
  const plate = page.getByRole("region", { name: sayEvidence("en", `verdict.${verdict}`), exact: true });
  assert.ok(await plate.locator("svg").first().isVisible());
  assert.match((await plate.getAttribute("class")) ?? "", new RegExp(`\\b${verdict}\\b`));
  assert.doesNotMatch(await page.locator("body").innerText(), /\bclean\b/i);
}

test("I say who I am, why and under which number, plug the stick in, and the answer is red: seize it, open no file", {
  skip,
}, async () => {
  await titled(page, "Who is working?");
  assert.deepEqual(await barriers(page), []);
  await unlock(page);
  await titled(page, "Before you begin");
  assert.deepEqual(await barriers(page), []);
  await answerWhy(page, "2026-0142-1");
  kit.plug("Ultra Fit", stick("red", LISTED));
  await ticked(page, "Ultra Fit");
  assert.deepEqual(await barriers(page), []);
  await examine(page);
  const told = await toAnswer(page, "red", "2026-0142-1");
  assert.match(told, /USB stick 2\.3\d MB Exhibit 2026-0142-1/);
  assert.match(told, /Seize the device\. Bag it as 2026-0142-1\. 2\. Do not open any file\./);
  await saysItThrice("red");
  assert.deepEqual(await barriers(page), []);
});

test("The report names me, my warrant and the number on the bag; it is signed, and sealed for the agency it lies on my stick", {
  skip,
}, async () => {
  await press(page, "Make the report");
  await titled(page, "The report is ready");
  const paper = page.frameLocator("iframe").locator("body");
  for (const text of [OFFICERS.works, "W-12/2026", "2026-0142-1", "RED"]) {
    await paper.getByText(text).first().waitFor({ state: "attached" });
  }
  assert.deepEqual(await barriers(page), []);
  await press(page, "Seal for the agency");
  await page.getByRole("dialog").getByRole("button", { name: "Seal for the agency" }).click();
  await press(page, "Next device");
});

test("Another stick holds one small trace: amber, keep it and let an expert look. This laptop could write to it, so I am asked first", {
  skip,
}, async () => {
  kit.pull("Ultra Fit");
  kit.plug("Mounted", stick("amber", LISTED.subarray(0, BLOCK), 8000), { writable: true });
  await ticked(page, "Mounted");
  await examine(page);
  const question = page.getByRole("dialog", { name: sayLanes("en", "devices.consent.title") });
  await question.getByRole("button", { name: sayLanes("en", "devices.consent.leave") }).click();
  await question.waitFor({ state: "detached" });
  assert.match(page.url(), /#devices$/);
  await examine(page);
  await question.getByRole("button", { name: sayLanes("en", "devices.consent.yes") }).click();
  const told = await toAnswer(page, "amber", "2026-0142-2");
  assert.match(told, /Exhibit 2026-0142-2/);
  assert.match(told, /A small trace from the list\. It is too little to be certain\./);
  assert.match(told, /Keep the device\./);
  await saysItThrice("amber");
  assert.deepEqual(await barriers(page), []);
});

test("Two sticks at once: each has its own lane and its own answer; green says how much was read and what it does not say", {
  skip,
}, async () => {
  await press(page, "Back");
  await press(page, "Choose a device");
  kit.plug("First of two", stick("first", LISTED, 30_000));
  kit.plug("Second of two", stick("second", undefined, 40_000));
  for (const name of ["First of two", "Second of two"]) await ticked(page, name);
  await press(page, sayLanes("en", "devices.go.many", { count: 2 }));
  for (const exhibit of ["2026-0142-3", "2026-0142-4"]) await laneOf(page, exhibit).waitFor();
  assert.deepEqual(await barriers(page), []);
  await titled(page, "Finished");
  const told = await toAnswer(page, "green", "2026-0142-4");
  assert.match(told, /Nothing found in all that could be read \(100 %\)\./);
  assert.match(told, /New material that is not on the list cannot be found this way\./);
  assert.match(told, /Other reasons to keep the device still count\./);
  await saysItThrice("green");
  assert.deepEqual(await barriers(page), []);
  await press(page, "Back");
  assert.match(await toAnswer(page, "red", "2026-0142-3"), /Bag it as 2026-0142-3/);
});
