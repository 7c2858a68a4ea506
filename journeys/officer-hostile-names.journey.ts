// A suspect chose these names: scripts, letters that turn the line round, 4,000 characters. Nothing of it is obeyed, anywhere.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { paperReaders } from "#base/paper/node";
import { FatSample } from "#examination/filesystems/node";
import { sayLooking } from "#examination/looking";
import { type KitOnTrial, kitOnTrial, noBrowser } from "./kit-on-trial.ts";
import {
  answerWhy,
  barriers,
  examine,
  press,
  screenText,
  see,
  ticked,
  titled,
  toAnswer,
  unlock,
} from "./officer-hands.ts";
import { noise } from "./phum.ts";

const EXHIBIT = "2026-0142-1";
const MS = Date.UTC(2026, 10, 20);
const SCRIPT = "<img src=x onerror=window.__burnt=1>";
const TURNED = "holiday\u202Egpj.exe";
const DEEP = "d".repeat(250);
const DEPTH = 16;
const listed = { a: noise("a", 40_000), b: noise("b", 40_000), c: noise("c", 40_000) };
let kit: KitOnTrial;
let page: Page;
before(async () => {
  if (noBrowser !== false) return;
  kit = await kitOnTrial({ listed });
  page = await kit.open();
});
after(() => kit?.close());

/** A stick with the three listed files under such names; the last one lies 16 folders deep. */
function stickOfNames(): Uint8Array {
  const stick = new FatSample({ kind: "fat16", clusters: 5000 });
  stick.addFile(stick.root, `${SCRIPT}.jpg`, { content: listed.a, ms: MS });
  stick.addFile(stick.root, TURNED, { content: listed.b, ms: MS });
  let folder = stick.root;
  for (let depth = 0; depth < DEPTH; depth++) folder = stick.addDirectory(folder, `${DEEP}${depth}`, MS);
  stick.addFile(folder, "last.jpg", { content: listed.c, ms: MS });
  return stick.image();
}

/** What must hold on every screen, whatever a name says. */
async function obeysNothing(): Promise<void> {
  assert.equal(await page.evaluate("window.__burnt"), undefined);
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  assert.equal(await page.frameLocator("iframe").locator('img[src="x"]').count(), 0);
  assert.doesNotMatch(await page.locator("body").innerText(), /\u202E/);
  const stored = "JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href";
  assert.doesNotMatch(String(await page.evaluate(stored)), /onerror|dddd/);
  const sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  assert.equal(await page.evaluate(sideways), 0);
}

test("The stick and its files have names that want to trick me: I see them as names, on every screen", {
  skip: noBrowser,
}, async () => {
  await unlock(page);
  await answerWhy(page, EXHIBIT);
  kit.plug(`${SCRIPT}\u202Ekcits`, stickOfNames());
  await ticked(page, SCRIPT);
  await obeysNothing();
  await examine(page);
  await toAnswer(page, "red", EXHIBIT);
  await obeysNothing();
  await press(page, /^Findings \(\d\)$/);
  await titled(page, "Findings: 3");
  await see(page, `${SCRIPT}.jpg`);
  assert.match(await screenText(page), /holiday\\u\{202e\}gpj\.exe/);
  const cut = page.getByRole("button", { name: "Show the whole name" }).first();
  await cut.click();
  assert.match(await screenText(page), new RegExp(`(${DEEP}\\d+.*){${DEPTH}}`));
  await obeysNothing();
  assert.deepEqual(await barriers(page), []);
});

test("I write such letters into a note myself: they stay text", {
  skip: noBrowser,
}, async () => {
  await page.getByRole("button", { name: `${sayLooking("en", "review.note")}: ${SCRIPT}.jpg` }).click();
  const question = page.getByRole("dialog");
  await question.getByRole("textbox").fill("<script>window.__burnt=1</script>");
  await question.getByRole("button", { name: sayLooking("en", "review.save") }).click();
  await question.waitFor({ state: "detached" });
  await see(page, "<script>window.__burnt=1</script>");
  await obeysNothing();
});

test("The report and its PDF show the same names as text, and keep their lines", { skip: noBrowser }, async () => {
  await press(page, "Make the report");
  await titled(page, "The report is ready");
  await page.frameLocator("iframe").getByText(EXHIBIT).first().waitFor();
  await obeysNothing();
  const pdf = await (await page.request.get(new URL("/report/1.pdf", page.url()).href)).body();
  for (const reader of paperReaders().filter(({ missing }) => missing === false)) {
    const text = await reader.text(pdf);
    assert.doesNotMatch(text, /[\u202A-\u202E\u2066-\u2069]/, reader.name);
    const squeezed = text.replace(/\s/g, "");
    assert.ok(squeezed.includes(SCRIPT.replace(/\s/g, "")), reader.name);
    assert.match(squeezed, /holiday\\u\{202e\}gpj\.exe/, reader.name);
  }
  assert.doesNotMatch(pdf.toString("latin1"), /\/(JavaScript|JS|Launch|OpenAction|URI)\b/);
});
