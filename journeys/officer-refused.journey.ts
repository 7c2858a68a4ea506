// What the kit does not let an officer do by mistake: another's passphrase, an old list, the laptop's own disk.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { sayLanes } from "#examination/lanes";
import { sayShift } from "#examination/shift";
import { listDevices } from "#examination/sources/node";
import { type KitOnTrial, kitOnTrial, noBrowser, PASSPHRASE } from "./kit-on-trial.ts";
import { answerWhy, barriers, press, see, titled, unlock, until } from "./officer-hands.ts";

const own = listDevices().find(({ ownDisk }) => ownDisk);
let kit: KitOnTrial;
let page: Page;
before(async () => {
  if (noBrowser !== false) return;
  kit = await kitOnTrial({ days: { released: -300, valid: -200, grace: -170 } });
  page = await kit.open();
});
after(() => kit?.close());

test("My passphrase was wrong: nothing opens, I am told to try again, and the right one opens", {
  skip: noBrowser,
}, async () => {
  await unlock(page, "not my passphrase");
  await see(page, "That passphrase is not right. Try again. Nothing is lost.");
  assert.equal(await page.getByLabel("Passphrase", { exact: true }).inputValue(), "");
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await press(page, "Open");
  await titled(page, "Before you begin");
});

test("My list has expired: no device can be examined with it, until I bring a new one on a stick", {
  skip: noBrowser,
}, async () => {
  await page.getByRole("alert").getByText("This list has expired").waitFor();
  assert.deepEqual(await barriers(page), []);
  await answerWhy(page, "2026-0142-1", { next: false });
  const refuses = page.getByRole("button", { name: sayShift("en", "start.need.list") });
  await refuses.click({ force: true });
  assert.match(page.url(), /#start$/);
  await page.goto(page.url().replace("#start", "#devices"));
  await titled(page, "Before you begin");
  await until(() => page.url().endsWith("#start"), "the address of the screen that is open");

  await page.locator("input[type=file]").setInputFiles(await kit.list("Newer"));
  await page.getByText("This list has expired").waitFor({ state: "detached" });
  await see(page, /^Newer, /);
  await press(page, sayShift("en", "start.go"));
  await titled(page, /plug/i);
});

test("I reach for this laptop’s own disk by mistake: it cannot be ticked, and by its path it is refused too", {
  skip: noBrowser !== false ? noBrowser : own === undefined ? "this computer shows no disk of its own" : false,
}, async () => {
  await see(page, sayLanes("en", "devices.own"));
  assert.equal(await page.getByRole("checkbox", { name: sayLanes("en", "devices.own") }).count(), 0);
  await press(page, "Folder or disk copy");
  const question = page.getByRole("dialog");
  await question.getByLabel(sayLanes("en", "devices.path.label")).fill(own?.path ?? "");
  await question.getByRole("button", { name: "Add it" }).click();
  await question.getByText(sayLanes("en", "fault.lanes/own-disk")).waitFor();
  assert.deepEqual(await barriers(page), []);
  await question.getByRole("button", { name: "Cancel" }).click();
  await question.waitFor({ state: "detached" });
  assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 0);
});
