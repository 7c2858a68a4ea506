// How a scene is opened in a browser: in a language, in a light, at a width.
import type { Page } from "playwright-core";
import type { Gallery } from "./gallery-server.ts";
import type { Scene } from "./gallery-view.ts";

export interface Look {
  language: "en" | "km";
  light: "day" | "night";
}

export const LOOKS: Look[] = [
  { language: "en", light: "day" },
  { language: "km", light: "day" },
  { language: "en", light: "night" },
  { language: "km", light: "night" },
];
export const WIDTHS = [360, 1024, 1440] as const;
export const HEIGHT = 800;

/** Opens a scene and does what its officer does; at rest when it returns. */
export async function openScene(page: Page, gallery: Gallery, scene: Scene): Promise<void> {
  await page.goto(gallery.addressOf(scene));
  await page.waitForSelector("footer.keys");
  for (const { fill, press, key } of scene.steps ?? []) {
    if (fill !== undefined) await page.fill(...fill);
    if (press !== undefined) await page.click(press);
    if (key !== undefined) await page.keyboard.press(key);
  }
  if (scene.tour) await page.click(".stamp .tool");
  if (scene.silent) await page.waitForSelector(".notices .fault, main:not(:has(.plate))");
  await page.evaluate("document.fonts.ready.then(() => undefined)");
}

/** Switches language and light as an officer does: by F2 and F4. */
export async function lookAs(page: Page, { language, light }: Look): Promise<void> {
  const now = (await page.evaluate(
    "[document.documentElement.lang, document.documentElement.dataset.light]",
  )) as string[];
  if (now[0] !== language) await page.keyboard.press("F2");
  if (now[1] !== light) await page.keyboard.press("F4");
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}
