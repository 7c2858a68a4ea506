// Pictures of the screens, to be looked at: node journeys/gallery.ts FOLDER [scene…] [--widths 360,1440] [--looks en.day,km.night]
// Without a folder it serves the gallery until it is stopped.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { browserHere, openBrowser } from "./browser.ts";
import { HEIGHT, LOOKS, lookAs, openScene, WIDTHS } from "./gallery-page.ts";
import { SCENES } from "./gallery-scenes.ts";
import { builtScreens, openGallery } from "./gallery-server.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { widths: { type: "string" }, looks: { type: "string" } },
});
const [folder, ...names] = positionals;
await builtScreens();
const gallery = await openGallery(SCENES);
if (folder === undefined) {
  for (const scene of SCENES) console.log(gallery.addressOf(scene));
} else {
  const here = browserHere();
  if ("none" in here) throw new Error(here.none);
  const browser = await openBrowser(here);
  mkdirSync(folder, { recursive: true });
  const widths = values.widths?.split(",").map(Number) ?? WIDTHS;
  const looks = LOOKS.filter(
    ({ language, light }) => values.looks?.split(",").includes(`${language}.${light}`) ?? true,
  );
  for (const scene of SCENES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const context = await browser.newContext({ viewport: { width: 1024, height: HEIGHT }, locale: "en" });
    const page = await context.newPage();
    await openScene(page, gallery, scene);
    for (const look of looks) {
      await lookAs(page, look);
      for (const width of widths) {
        await page.setViewportSize({ width, height: HEIGHT });
        for (let turn = 0; turn < 2; turn++) {
          const heightPx = (await page.evaluate("document.documentElement.scrollHeight")) as number;
          await page.setViewportSize({ width, height: Math.min(4000, Math.max(HEIGHT, heightPx)) });
        }
        const path = join(folder, `${scene.name}.${look.language}.${width}.${look.light}.png`);
        await page.screenshot({ path });
      }
    }
    await context.close();
  }
  await browser.close();
  await gallery.close();
}
