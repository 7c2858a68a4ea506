// Every screen in every state, in a real browser: both languages, by day and at night, on a phone, a laptop and a desk.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { browserHere, openBrowser } from "./browser.ts";
import { HEIGHT, lookAs, openScene } from "./gallery-page.ts";
import { SCENES } from "./gallery-scenes.ts";
import { builtScreens, type Gallery, openGallery } from "./gallery-server.ts";
import type { Scene } from "./gallery-view.ts";
import { type ScreenCheck, screenChecks } from "./screen-checks.ts";

const here = browserHere();
const skip = "none" in here ? here.none : false;
/** Every opening of every scene: minutes, not for each run. */
const ALL = process.env["PHUM_SCREENS"] === "all";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** WCAG 2.0 to 2.2, A and AA, and good practice; at night the colours alone. The paper's frame is a document of its own. */
const AXE = (
  rules: string,
): string => `axe.run({ exclude: ["iframe"] }, { resultTypes: ["violations"], iframes: false ${rules} })
  .then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ": " + nodes.map(({ target }) => target.join(" ")).slice(0, 3).join(", ")))`;
const WHOLE = AXE("");
const COLOURS = AXE(', runOnly: ["color-contrast", "link-in-text-block"]');
/** What leaves the page sideways, and what is too small to be pressed: at least 48 px, a row of a list excepted by its label. */
const LAYOUT = `(() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const problems = wide > 0 ? ["scrolls sideways by " + wide + " px"] : [];
  const question = document.querySelector("[role=dialog]");
  for (const one of (question ?? document).querySelectorAll("button, a[href], select, textarea, input:not([type=file])")) {
    const target = one.closest("label") ?? one;
    const { width, height, right, left } = target.getBoundingClientRect();
    const name = (one.textContent || one.id || one.name || one.className).slice(0, 40);
    if (target.matches(".skip") || width === 0) continue;
    if (width < 47.5 || height < 47.5) problems.push("target " + Math.round(width) + " × " + Math.round(height) + ": " + name);
    if (right > innerWidth + 1 || left < -1) problems.push("outside the page: " + name);
  }
  return problems;
})()`;

let [browser, gallery]: [Browser | undefined, Gallery | undefined] = [undefined, undefined];
before(async () => {
  if ("none" in here) return;
  await builtScreens();
  [browser, gallery] = await Promise.all([openBrowser(here), openGallery(SCENES)]);
});
after(async () => {
  await browser?.close();
  await gallery?.close();
});

/** A page that remembers whatever its policy refused and whatever went wrong in it. */
async function freshPage(): Promise<{ page: Page; complaints: string[] }> {
  assert.ok(browser);
  const context = await browser.newContext({
    viewport: { width: 1024, height: HEIGHT },
    locale: "en",
    colorScheme: "light",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (line) => {
    if (line.type() === "error" && !/409|503|net::ERR/.test(line.text())) complaints.push(line.text());
  });
  await page.addInitScript(axe);
  return { page, complaints };
}

/** Everything that is wrong with one scene. */
async function problemsOf(page: Page, scene: Scene, checks: ScreenCheck[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { look, widthPx, layout, axe } of checks) {
    await lookAs(page, look);
    await page.setViewportSize({ width: widthPx, height: HEIGHT });
    const found = layout ? ((await page.evaluate(LAYOUT)) as string[]) : [];
    if (axe !== "none") found.push(...((await page.evaluate(axe === "whole" ? WHOLE : COLOURS)) as string[]));
    problems.push(...found.map((one) => `${look.language}, ${look.light}, ${widthPx} px: ${one}`));
  }
  if ((await page.evaluate("window.__burnt")) !== undefined) problems.push("a foreign name was executed");
  const leaked = (await page.evaluate(
    "location.href + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)",
  )) as string;
  if (scene.name.startsWith("hostile") && /onerror|<b>/.test(leaked))
    problems.push("a foreign name stands in the address");
  return problems;
}

for (const [index, scene] of SCENES.entries()) {
  test(`screen ${scene.name}: no barrier, nothing sideways, targets of 48 px`, { skip }, async () => {
    assert.ok(gallery);
    const { page, complaints } = await freshPage();
    await openScene(page, gallery, scene);
    const problems = await problemsOf(page, scene, screenChecks(index, ALL));
    await page.context().close();
    assert.deepEqual([...problems, ...complaints], []);
  });
}
