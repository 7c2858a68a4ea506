// Red, amber and green, from "who are you" to the answer; two devices at once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { type KitOnTrial, kitOnTrial, LISTED, noBrowser } from "./kit-on-trial.ts";
import { answerWhy, examine, ticked, titled, toAnswer, unlock } from "./officer-hands.ts";
import { prose } from "./phum.ts";

const skip = noBrowser;
const SECTOR = 512;
let kit: KitOnTrial;
let page: Page;
before(async () => {
  if (skip !== false) return;
  kit = await kitOnTrial();
});
after(() => kit?.close());

/** A stick of text, with parts of the list behind it. */
function stick(seed: string, listed: Uint8Array): Uint8Array {
  return Buffer.concat([prose(seed, 4000 * SECTOR), listed, prose(`${seed} end`, 100 * SECTOR)]);
}

test("I say who I am, why and under which number, I plug the stick in, and the answer is red: seize it, open no file", {
  skip,
}, async () => {
  page = await kit.open();
  await unlock(page);
  await answerWhy(page, "2026-0142-1");
  await titled(page, "Plug in the device now");
  kit.plug("Red Stick", stick("red", LISTED));
  await ticked(page, "Red Stick");
  await examine(page);
  const told = await toAnswer(page, "red");
  assert.match(told, /Seize the device\. Bag it as 2026-0142-1\./);
  assert.match(told, /Do not open any file\./);
});
