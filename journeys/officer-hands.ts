// What an officer does on a page, by role and name, and what is seen there. Waits for what must come, never for a time.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import type { Locator, Page } from "playwright-core";
import type { Language } from "#base/words";
import { sayEvidence, type Verdict } from "#examination/evidence";
import { sayLanes } from "#examination/lanes";
import { sayShift } from "#examination/shift";
import { OFFICERS, PASSPHRASE, PATIENCE_MS } from "./kit-on-trial.ts";

/** The language that the page speaks. */
async function languageOf(page: Page): Promise<Language> {
  return (await page.evaluate("document.documentElement.lang")) === "km" ? "km" : "en";
}

/** Presses the button of that name, as soon as it can be pressed. */
export function press(page: Page, name: string | RegExp): Promise<void> {
  return page.getByRole("button", { name, exact: true }).click();
}

/** Chooses one of a group; the program, not the page, says that it is chosen. */
async function choose(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("radio", { name }).click();
  await page.getByRole("radio", { name, checked: true }).waitFor();
}

/** Waits until the screen of that title is open. */
export function titled(page: Page, title: string | RegExp): Promise<void> {
  return page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
}

/** Waits until that text can be seen. */
export function see(page: Page, text: string | RegExp): Promise<void> {
  return page.getByText(text).filter({ visible: true }).first().waitFor();
}

/** Waits until it is so. @param what Said where it never was. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const fromMs = performance.now(); performance.now() - fromMs < PATIENCE_MS; ) {
    if (await holds()) return;
    await setTimeout(50);
  }
  throw new Error(`It never came: ${what}`);
}

/** Everything that stands on the screen, in plain spaces and without the marks that keep foreign texts apart. */
export async function screenText(page: Page): Promise<string> {
  return plain(await page.getByRole("main").innerText());
}

/** A text as it is heard and searched: one kind of space, no invisible marks. */
export function plain(text: string): string {
  return text.replace(/[\u200B\u2066-\u2069]/g, "").replace(/[\s\u00A0]+/g, " ");
}

/** Who are you: name and passphrase. */
export async function unlock(page: Page, passphrase: string = PASSPHRASE): Promise<void> {
  const language = await languageOf(page);
  await titled(page, sayShift(language, "locked.title"));
  await choose(page, OFFICERS.works);
  await page.getByLabel(sayShift(language, "start.passphrase"), { exact: true }).fill(passphrase);
  await press(page, sayShift(language, "locked.open"));
}

/** Legal basis, its number, offence and the exhibit's number; then on to the devices, unless `next` is false. */
export async function answerWhy(
  page: Page,
  exhibit: string,
  { number = "W-12/2026", next = true }: { number?: string; next?: boolean } = {},
): Promise<void> {
  const language = await languageOf(page);
  await titled(page, sayShift(language, "start.title"));
  await choose(page, sayShift(language, "start.basis.warrant"));
  await page.getByLabel(sayShift(language, "start.number.warrant")).fill(number);
  await page.getByLabel(sayShift(language, "start.offence")).selectOption("04");
  await page.getByLabel(sayShift(language, "start.exhibit")).fill(exhibit);
  if (next) await press(page, sayShift(language, "start.go"));
}

/** Waits until the stick is plugged in and ticked. */
export function ticked(page: Page, name: string): Promise<void> {
  return page.getByRole("checkbox", { name, checked: true }).waitFor();
}

/** Examines what is ticked. */
export async function examine(page: Page): Promise<void> {
  const language = await languageOf(page);
  await press(page, sayLanes(language, "devices.go.one"));
}

/** One device's lane on the screen Examining, by its exhibit's number. */
export function laneOf(page: Page, exhibit: string): Locator {
  return page.getByRole("region", { name: new RegExp(`${RegExp.escape(exhibit)}$`) });
}

/** What a lane says was read, in per cent. */
export async function percentRead(lane: Locator): Promise<number> {
  return Number.parseFloat(latinDigits(plain(await lane.locator("header .big").innerText())).replace(",", "."));
}

/** Khmer digits as Latin ones. */
function latinDigits(text: string): string {
  return text.replace(/[០-៩]/g, (digit) => String(digit.charCodeAt(0) - "០".charCodeAt(0)));
}

/** Waits on Examining until a device is finished, and goes to its answer. @param exhibit "": the only one. @returns what the screen says. */
export async function toAnswer(page: Page, verdict: Verdict, exhibit = ""): Promise<string> {
  const language = await languageOf(page);
  await laneOf(page, exhibit)
    .getByText(new RegExp(`^${sayLanes(language, "examining.done")}`))
    .waitFor();
  const [any, red] = [sayLanes(language, "examining.answer"), sayLanes(language, "examining.answer.red")];
  await press(page, new RegExp(`^(${any}|${red})$`));
  const report = page.getByRole("button", { name: sayLanes(language, "answer.report"), exact: true });
  const device = page.locator(".device-line");
  const told = async (): Promise<string> => plain(await device.innerText());
  for (let at = await told(); !at.endsWith(exhibit); at = await told()) {
    const before = at;
    await press(page, sayLanes(language, "answer.next"));
    await until(async () => (await told()) !== before, "the next answer");
  }
  await report.waitFor();
  await titled(page, sayEvidence(language, `verdict.${verdict}`));
  return screenText(page);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** WCAG 2.0 to 2.2, A and AA, and good practice. The paper's frame is a document of its own. */
const RUN_AXE = `axe.run({ exclude: ["iframe"] }, { resultTypes: ["violations"], iframes: false })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target.join(" "))))`;

/** Barriers on the screen that is open now, in both languages; it speaks the same language afterwards. None: []. */
export async function barriers(page: Page): Promise<string[]> {
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe);
  const found: string[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const language = await languageOf(page);
    found.push(...((await page.evaluate(RUN_AXE)) as string[]).map((one) => `${language}: ${one}`));
    await page.keyboard.press("F2");
    await until(async () => (await languageOf(page)) !== language, "the other language");
  }
  return found;
}
