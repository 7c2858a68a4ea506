// Pictures of the officer's guide, taken of the real app as an officer's hour goes: npm run guide [-- en|km]
// Writes docs/guide/pictures/{en,km}/NN-name.png: palettes of 64 colours, each under 60 kB.
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { LANGUAGES, type Language } from "#base/words";
import { sayEvidence } from "#examination/evidence";
import { sayLanes } from "#examination/lanes";
import { sayLooking } from "#examination/looking";
import { sayPractice } from "#examination/practice";
import { sayShift } from "#examination/shift";
import { type KitOnTrial, kitOnTrial, LISTED } from "./kit-on-trial.ts";
import {
  answerWhy,
  examine,
  laneOf,
  percentRead,
  press,
  see,
  ticked,
  titled,
  toAnswer,
  unlock,
  until,
} from "./officer-hands.ts";
import { prose } from "./phum.ts";

const PICTURES = resolve(import.meta.dirname, "../docs/guide/pictures");
const MOST_BYTES = 60_000;
const VIEWPORT = { width: 1024, height: 800 };
/** Benign text, so many times 4 MiB. */
const PAGE = prose("guide", 4 * 2 ** 20);
const text = (times: number): Buffer => Buffer.concat(Array.from({ length: times }, () => PAGE));

/** One hour in one language; each picture gets its number in the order in which it is taken. */
interface Hour {
  kit: KitOnTrial;
  language: Language;
  page: Page;
  take(name: string): Promise<void>;
}

async function hourIn(language: Language): Promise<void> {
  const folder = join(PICTURES, language);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const kit = await kitOnTrial();
  try {
    const looking = { items: 20, seconds: 600, breakEvery: 5 };
    const policy = { format: "phum-policy", version: 1, looking, secondOfficer: true, shiftHours: 12, lockMinutes: 15 };
    writeFileSync(kit.path("kit/policy.json"), JSON.stringify({ ...policy, expertPhone: "012 000 000" }));
    const page = await kit.open({ language, ...VIEWPORT });
    let count = 0;
    const take = async (name: string): Promise<void> => {
      await page.evaluate("document.fonts.ready.then(() => scrollTo(0, 0))");
      const path = join(folder, `${String(++count).padStart(2, "0")}-${name}.png`);
      const shot = await page.screenshot({ animations: "disabled" });
      writeFileSync(path, await sharp(shot).png({ palette: true, colours: 64, effort: 10 }).toBuffer());
      const { size } = statSync(path);
      if (size > MOST_BYTES) throw new Error(`guide: ${path} has ${size} bytes, at most ${MOST_BYTES}`);
      console.log(`guide: ${path.slice(PICTURES.length + 1)} ${Math.round(size / 1000)} kB`);
    };
    const hour = { kit, language, page, take };
    await practice(hour);
    await atTheStation(hour);
    await atTheScene(hour);
    await endOfShift(hour);
  } finally {
    await kit.close();
  }
}

/** Learning: the guide of practice, findings, and a look, which in practice is a drawing. */
async function practice({ page, language, take }: Hour): Promise<void> {
  await titled(page, sayShift(language, "locked.title"));
  await take("who-is-working");
  await press(page, sayShift(language, "start.practice"));
  await see(page, sayPractice(language, "tour.plug"));
  await page.getByRole("checkbox", { checked: true }).waitFor();
  await take("practice");
  await press(page, sayPractice(language, "tour.leave"));
  await examine(page);
  await toAnswer(page, "red", "PRACTICE-0001");
  await page.locator("[data-guide=findings]").click();
  const ask = page.getByRole("button", { name: new RegExp(`^${sayLooking(language, "row.ask")}`) }).first();
  await ask.waitFor();
  await take("findings");
  await ask.click();
  await page.getByRole("dialog").waitFor();
  await take("ask-to-look");
  await page.keyboard.press("Escape");
  await page.goto(new URL("/#start", page.url()).href);
  await press(page, sayShift(language, "start.leavePractice"));
}

/** Before leaving: who, why, which list, the clock, and whether the laptop is fit. */
async function atTheStation({ page, language, take }: Hour): Promise<void> {
  await unlock(page);
  await titled(page, sayShift(language, "start.title"));
  await take("before-you-begin");
  await press(page, sayShift(language, "start.selfTest"));
  await titled(page, sayShift(language, "test.title.ready"));
  await take("check-this-laptop");
  await press(page, sayShift(language, "test.done"));
  await answerWhy(page, "2026-0142-3");
}

/** Two sticks: red, and then green. */
async function atTheScene({ kit, page, language, take }: Hour): Promise<void> {
  await titled(page, sayLanes(language, "devices.none"));
  // So large that it is seen being read; so much of the list that the quick reading meets it.
  const red = Buffer.concat([text(8), ...Array.from({ length: 160 }, () => LISTED), text(8)]);
  kit.plug("Ultra Fit", red, { sizeBytes: 16e9 });
  await ticked(page, "Ultra Fit");
  await take("device");
  await examine(page);
  await until(async () => (await percentRead(laneOf(page, "2026-0142-3"))) >= 1, "a part of the stick");
  await take("examining");
  await toAnswer(page, "red", "2026-0142-3");
  await take("answer-red");
  await press(page, sayLanes(language, "answer.report"));
  await titled(page, sayEvidence(language, "screen.ready"));
  await page.frameLocator("iframe").locator("body").waitFor();
  await take("report");
  await page.goto(new URL("/#devices", page.url()).href);
  kit.plug("Cruzer", text(10));
  await ticked(page, "Cruzer");
  await examine(page);
  await toAnswer(page, "green", "2026-0142-4");
  await take("answer-green");
}

async function endOfShift({ page, language, take }: Hour): Promise<void> {
  await page.goto(new URL("/#start", page.url()).href);
  await press(page, sayShift(language, "start.end"));
  await page.getByRole("dialog").waitFor();
  await take("end-of-shift");
}

const asked = process.argv[2];
for (const language of LANGUAGES) if (asked === undefined || asked === language) await hourIn(language);
