// The first start: nobody filled this kit, nothing is made yet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { sayEvidence } from "#examination/evidence";
import { sayPractice } from "#examination/practice";
import { type KitOnTrial, kitOnTrial, noBrowser } from "./kit-on-trial.ts";
import { press, screenText, see, titled, until } from "./officer-hands.ts";

/** Of the issue: from the first page to the verdict. */
const PRESSES_MOST = 5;
const RED = sayEvidence("en", "verdict.red");
let kit: KitOnTrial;
before(async () => {
  if (noBrowser === false) kit = await kitOnTrial({ listed: null });
});
after(() => kit?.close());

/** Presses what a newcomer sees: the guide's own button where it has one, else the big dark one; until there is an answer. */
async function pressUntilAnswered(page: Page): Promise<string[]> {
  const pressed: string[] = [];
  const own = page.getByRole("button", { name: sayPractice("en", "tour.goOn"), exact: true });
  const big = page.locator("[data-press=big]:not([aria-disabled=true])");
  const answer = page.getByRole("heading", { level: 1, name: RED, exact: true });
  for (;;) {
    if (page.url().includes("#answer")) {
      await answer.waitFor();
      return pressed;
    }
    await own.or(big).first().waitFor();
    const next = (await own.isVisible()) ? own : big;
    pressed.push(`${await page.getByRole("heading", { level: 1 }).innerText()}: ${await next.innerText()}`);
    assert.ok(pressed.length <= PRESSES_MOST, pressed.join(" > "));
    const where = page.url();
    await next.click();
    if (next === own) await own.waitFor({ state: "detached" });
    else await until(() => page.url() !== where, `another screen than ${where}`);
  }
}

test("I have never used it: I press what is shown to me, five times at most, and practice answers red; the guide leads me on to the report", {
  skip: noBrowser,
}, async (t) => {
  const page = await kit.open();
  const pressed = await pressUntilAnswered(page);
  t.diagnostic(`${pressed.length} presses: ${pressed.join(" > ")}`);
  const told = await screenText(page);
  assert.match(told, /Seize the device/);
  assert.doesNotMatch(told, /\bclean\b/i);
  await see(page, "Nothing here is evidence.");
  await press(page, /^Findings \(\d+\)$/);
  await press(page, "Make the report");
  await titled(page, sayEvidence("en", "screen.ready"));
});
