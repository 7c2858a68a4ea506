// Looking at a finding: with a reason and a second officer, grey and blurred, and at most so many a day.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Locator, Page, Response } from "playwright-core";
import sharp from "sharp";
import { seededRandom } from "#base/values";
import { FatSample } from "#examination/filesystems/node";
import { sayLooking } from "#examination/looking";
import { greyPicture } from "./gallery-server.ts";
import { type KitOnTrial, kitOnTrial, noBrowser, OFFICERS, PASSPHRASE } from "./kit-on-trial.ts";
import { answerWhy, barriers, examine, press, see, ticked, titled, toAnswer, unlock, until } from "./officer-hands.ts";

const EXHIBIT = "2026-0142-1";
const NAMES = ["1.png", "2.png", "3.png", "4.png", "5.png"];
/** So many looks a day; fewer than there are pictures, more than are needed where one covers itself on a slow computer. */
const ITEMS = 3;
const MS = Date.UTC(2026, 10, 20);
let kit: KitOnTrial;
let page: Page;
before(async () => {
  if (noBrowser !== false) return;
  const pictures = Object.fromEntries(NAMES.map((name) => [name, noisePicture(name)]));
  kit = await kitOnTrial({ listed: pictures, looking: { items: ITEMS, seconds: 600, breakEvery: 5 } });
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

/** A picture as the page got it: is it grey, how wide, and the greatest step between neighbours, 0 to 255. */
async function looksLike(response: Response): Promise<{ step: number; grey: boolean; width: number }> {
  const { data, info } = await sharp(await response.body())
    .raw()
    .toBuffer({ resolveWithObject: true });
  let [step, grey] = [0, true];
  for (let pixel = 1; pixel < info.width * info.height; pixel++) {
    const at = pixel * info.channels;
    for (let colour = 1; colour < Math.min(3, info.channels); colour++) grey &&= data[at] === data[at + colour];
    if (pixel % info.width !== 0) step = Math.max(step, Math.abs((data[at] ?? 0) - (data[at - info.channels] ?? 0)));
  }
  return { step, grey, width: info.width };
}

/** Looks, blurred, then sharp while the button is held. @returns null: it covered itself before that was done. */
async function lookSharply(name: string): Promise<[blurred: Response, sharp: Response] | null> {
  const within = { timeout: 30_000 };
  const soft = page.waitForResponse(/look\/blurred/, within);
  const clear = page.waitForResponse(/look\/sharp/, within);
  clear.catch(() => undefined);
  const look = await open(name);
  const blurred = await soft;
  try {
    await look.getByRole("button", { name: sayLooking("en", "look.hold") }).hover({ timeout: 10_000 });
    await page.mouse.down();
    const both: [Response, Response] = [blurred, await clear];
    await page.mouse.up();
    await look.locator("img[src*=blurred]").waitFor({ timeout: 10_000 });
    await look.getByRole("button", { name: sayLooking("en", "look.cover") }).click({ timeout: 10_000 });
    return both;
  } catch {
    return null;
  } finally {
    await page.mouse.up();
    await look.waitFor({ state: "detached" });
  }
}

test("I look at what was found without seeing a picture; the report needs none", { skip: noBrowser }, async () => {
  await ticked(page, "Pictures");
  await examine(page);
  await toAnswer(page, "red", EXHIBIT);
  await press(page, `Findings (${NAMES.length})`);
  await titled(page, `Findings: ${NAMES.length}`);
  for (const name of NAMES) await see(page, name);
  assert.equal(await page.locator("img").count(), 0);
  assert.deepEqual(await barriers(page), []);
});

test("I must see one: I need a reason and a second officer; it comes small, grey and blurred, sharp only while I hold", {
  skip: noBrowser,
}, async () => {
  const question = await ask("1.png");
  assert.equal(
    await question.getByRole("button", { name: sayLooking("en", "ask.open") }).getAttribute("aria-disabled"),
    "true",
  );
  await question.getByText(sayLooking("en", "ask.missing.reason")).waitFor();
  assert.deepEqual(await barriers(page), []);
  await question.getByRole("button", { name: sayLooking("en", "ask.dont") }).click();
  await question.waitFor({ state: "detached" });

  let looked: [Response, Response] | null = null;
  for (const name of NAMES.slice(0, ITEMS)) looked ??= await lookSharply(name);
  assert.ok(looked !== null, "it covered itself each time before it was held");
  const [blurred, sharply] = await Promise.all(looked.map(looksLike));
  assert.ok(blurred?.grey && blurred.width <= 200 && blurred.step <= 4, JSON.stringify(blurred));
  assert.ok(sharply?.grey && sharply.width <= 200 && sharply.step > 50, JSON.stringify(sharply));
});

test("My day of looking is over: it is closed, also in another browser; what I saw is not shown again", {
  skip: noBrowser,
}, async () => {
  await see(page, sayLooking("en", "showable.seen"));
  const over = page.getByText(sayLooking("en", "budget.limit")).first();
  const looked = page.getByText(/^\d of 3 items$/);
  for (const name of NAMES) {
    if (await over.isVisible()) break;
    const asks = page.getByRole("button", { name: `${sayLooking("en", "row.ask")}: ${name}` });
    if ((await asks.count()) === 0) continue;
    const before = await looked.innerText();
    const look = await open(name);
    await until(async () => (await looked.innerText()) !== before, "the look is counted");
    await page.keyboard.press("Escape");
    await look.waitFor({ state: "detached" });
  }
  await over.waitFor();
  await see(page, sayLooking("en", "budget.items", { count: ITEMS, limit: ITEMS }));
  assert.deepEqual(await barriers(page), []);
  const another = await kit.open();
  await another.goto(new URL(new URL(page.url()).hash, another.url()).href);
  await titled(another, `Findings: ${NAMES.length}`);
  const last = another.getByRole("button", { name: `${sayLooking("en", "row.ask")}: ${NAMES.at(-1)}` });
  await last.waitFor();
  assert.equal(await last.getAttribute("aria-disabled"), "true");
});
