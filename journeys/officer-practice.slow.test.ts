// "I have never used it. I press the big button until it answers."
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { type LaunchedKit, launchKit } from "../src/apps/kit/launch-kit.node.ts";
import { browserHere, openBrowser } from "./browser.ts";
import { builtScreens } from "./gallery-server.ts";

const here = browserHere();
const skip = "none" in here ? here.none : false;
/** Slower than this, and something is wrong, however busy the computer is. */
const PATIENCE_MS = 60_000;
/** Of the issue: from the first page to the verdict. */
const PRESSES_MOST = 5;
/** The big button where it can be pressed; on the way to an answer it is the only one an officer needs. */
const BIG = "button.key.go:not([aria-disabled=true]):not([disabled])";
const VERDICT = ".verdict";

let [browser, kit, dir]: [Browser | undefined, LaunchedKit | undefined, string] = [undefined, undefined, ""];
before(async () => {
  if ("none" in here) return;
  await builtScreens();
  dir = mkdtempSync(join(tmpdir(), "phum-journey-"));
  [browser, kit] = await Promise.all([
    openBrowser(here),
    launchKit({ dir, port: 0, trial: { goal: "all" }, again: () => undefined }),
  ]);
});
after(async () => {
  await browser?.close();
  await kit?.close();
  if (dir !== "") rmSync(dir, { recursive: true });
});

/** Presses the big button of each screen that has one, until there is an answer. */
async function pressUntilAnswered(page: Page): Promise<string[]> {
  const pressed: string[] = [];
  for (;;) {
    await page.waitForSelector(`${BIG}, ${VERDICT}`, { timeout: PATIENCE_MS });
    if (await page.isVisible(VERDICT)) return pressed;
    assert.ok(pressed.length < PRESSES_MOST, pressed.join(" > "));
    const [hash, name] = [new URL(page.url()).hash, (await page.textContent(BIG)) ?? ""];
    await page.click(BIG, { timeout: PATIENCE_MS });
    pressed.push(`${hash} ${name.trim()}`);
    await page.waitForURL((url) => url.hash !== hash, { timeout: PATIENCE_MS });
  }
}

test("At my first start, five presses at most lead to the red answer of practice; a second page shows it too", {
  skip,
}, async () => {
  assert.ok(browser && kit);
  const page = await browser.newPage({ viewport: { width: 1024, height: 768 }, locale: "en" });
  await page.goto(kit.freshAddress());
  const pressed = await pressUntilAnswered(page);
  assert.ok(pressed.length <= PRESSES_MOST, pressed.join(" > "));
  console.log(`${pressed.length} presses: ${pressed.join(" > ")}`);
  const told = await page.innerText("main");
  assert.match(told, /red/i);
  assert.doesNotMatch(told, /\bclean\b/i);
  assert.doesNotMatch(page.url(), /ticket|PRACTICE/);

  const second = await browser.newPage({ locale: "en" });
  await second.goto(kit.freshAddress());
  await second.waitForSelector("footer.keys");
  await second.goto(new URL(new URL(page.url()).hash, second.url()).href);
  await second.waitForSelector(VERDICT, { timeout: PATIENCE_MS });
  await page.reload();
  await page.waitForSelector(VERDICT, { timeout: PATIENCE_MS });
});
