// Looking at a finding: with a reason and a second officer, grey and blurred, and at most so many a day.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { seededRandom } from "#base/values";
import { FatSample } from "#examination/filesystems/node";
import { sayLooking } from "#examination/looking";
import { greyPicture } from "./gallery-server.ts";
import { type KitOnTrial, kitOnTrial, noBrowser, OFFICERS, PASSPHRASE } from "./kit-on-trial.ts";
import { answerWhy, barriers, examine, press, see, ticked, titled, toAnswer, unlock, until } from "./officer-hands.ts";

const EXHIBIT = "2026-0142-1";
const NAMES = ["first.png", "second.png", "third.png"];
const MS = Date.UTC(2026, 10, 20);
let kit: KitOnTrial;
let page: Page;
before(async () => {
  if (noBrowser !== false) return;
  const pictures = Object.fromEntries(NAMES.map((name) => [name, noisePicture(name)]));
  kit = await kitOnTrial({ listed: pictures, looking: { items: 2, seconds: 600, breakEvery: 5 } });
  page = await kit.open();
  await unlock(page);
  await answerWhy(page, EXHIBIT);
  const stick = new FatSample({ kind: "fat16", clusters: 5000 });
  for (const [name, content] of Object.entries(pictures)) stick.addFile(stick.root, name, { content, ms: MS });
  kit.plug("Pictures", stick.image());
});
after(() => kit?.close());

/** A picture of noise: nothing can be seen on it, sharp or not. */
function noisePicture(seed: string): Buffer {
  const random = seededRandom(seed);
  return greyPicture({ width: 180, height: 180 }, () => random.below(256));
}

/** Asks to look at a file. */
async function ask(name: string): Promise<Locator> {
  await page.getByRole("button", { name: `${sayLooking("en", "row.ask")}: ${name}` }).click();
  return page.getByRole("dialog", { name: sayLooking("en", "ask.title") });
}

/** Gives a reason and the second officer's passphrase, and opens. */
async function open(name: string): Promise<Locator> {
  const question = await ask(name);
  await question.getByRole("radio", { name: sayLooking("en", "reason.match-in-doubt") }).check();
  await question
    .getByLabel(sayLooking("en", "ask.second.name"))
    .selectOption({ label: `${OFFICERS.second}, Phnom Penh` });
  await question.getByLabel(sayLooking("en", "ask.pass"), { exact: true }).fill(PASSPHRASE);
  await question.getByRole("button", { name: sayLooking("en", "ask.open") }).click();
  return page.getByRole("region", { name: sayLooking("en", "look.title") });
}

/** How rough a picture that is shown is, and whether it has a colour: the greatest step between neighbours, 0 to 255. */
async function roughness(look: Locator): Promise<{ step: number; grey: boolean; width: number }> {
  const picture = look.getByRole("img");
  await until(
    () => picture.evaluate("(one) => one.complete && one.naturalWidth > 0") as Promise<boolean>,
    "the picture",
  );
  return (await picture.evaluate(`(one) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [one.naturalWidth, one.naturalHeight];
    const pen = canvas.getContext("2d");
    pen.drawImage(one, 0, 0);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    let step = 0, grey = true;
    for (let i = 4; i < data.length; i += 4) {
      grey &&= data[i] === data[i + 1] && data[i] === data[i + 2];
      if ((i / 4) % canvas.width !== 0) step = Math.max(step, Math.abs(data[i] - data[i - 4]));
    }
    return { step, grey, width: one.naturalWidth };
  }`)) as { step: number; grey: boolean; width: number };
}

test("I look at what was found without seeing a picture; the report needs none", { skip: noBrowser }, async () => {
  await ticked(page, "Pictures");
  await examine(page);
  await toAnswer(page, "red", EXHIBIT);
  await press(page, "Findings (3)");
  await titled(page, "Findings: 3");
  for (const name of NAMES) await see(page, name);
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(await barriers(page), []);
});

test("I must see one: I need a reason and a second officer; it comes small, grey and blurred, sharp only while I hold", {
  skip: noBrowser,
}, async () => {
  const question = await ask("first.png");
  assert.equal(
    await question.getByRole("button", { name: sayLooking("en", "ask.open") }).getAttribute("aria-disabled"),
    "true",
  );
  await question.getByText(sayLooking("en", "ask.missing.reason")).waitFor();
  assert.deepEqual(await barriers(page), []);
  await question.getByRole("button", { name: sayLooking("en", "ask.dont") }).click();
  await question.waitFor({ state: "detached" });

  const look = await open("first.png");
  const blurred = await roughness(look);
  assert.ok(blurred.grey && blurred.width <= 200 && blurred.step <= 4, JSON.stringify(blurred));
  const hold = look.getByRole("button", { name: sayLooking("en", "look.hold") });
  await hold.hover();
  await page.mouse.down();
  await look.locator("img[src*=sharp]").waitFor();
  const sharp = await roughness(look);
  await page.mouse.up();
  assert.ok(sharp.grey && sharp.step > 50, JSON.stringify(sharp));
  await look.locator("img[src*=blurred]").waitFor();
  await look.getByRole("button", { name: sayLooking("en", "look.cover") }).click();
  await look.waitFor({ state: "detached" });
});

test("After two pictures my day is over: looking is closed, also in another browser; what I saw is not shown again", {
  skip: noBrowser,
}, async () => {
  await see(page, sayLooking("en", "budget.items", { count: 1, limit: 2 }));
  await see(page, sayLooking("en", "showable.seen"));
  const look = await open("second.png");
  await look.getByRole("img").waitFor();
  await page.keyboard.press("Escape");
  await look.waitFor({ state: "detached" });
  await see(page, sayLooking("en", "budget.items", { count: 2, limit: 2 }));
  await see(page, sayLooking("en", "budget.limit"));
  assert.deepEqual(await barriers(page), []);
  const another = await kit.open();
  await another.goto(new URL(new URL(page.url()).hash, another.url()).href);
  await titled(another, "Findings: 3");
  const third = another.getByRole("button", { name: `${sayLooking("en", "row.ask")}: third.png` });
  await third.waitFor();
  assert.equal(await third.getAttribute("aria-disabled"), "true");
});
