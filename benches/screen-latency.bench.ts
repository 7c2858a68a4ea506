// How far a screen is behind what is read: the real app (launcher, server, engine on both cores) and a real Chromium on the same
// computer, one page and then two. `node benches/screen-latency.bench.ts [SECONDS]`. A folder is read at full speed: one image of 1 GiB in
// the page cache under many names. Each view carries the moment at which it was made; the page notes when its text was changed
// and when that was painted, by the same clock. What was read at any moment stands in the next view: it is behind by what passes until that view is
// made, and from there to the page. Told besides: first paint of a fresh browser, and the weight of the first screen's script.
// Needs 1.1 GB of disk. Writes benches/results/screen-latency.json.
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Page } from "playwright-core";
import { projectHome } from "#base/machine/node";
// biome-ignore lint/style/noRestrictedImports: journeys are no room and have no door.
import { type KitOnTrial, kitOnTrial, noBrowser } from "../journeys/kit-on-trial.ts";
// biome-ignore lint/style/noRestrictedImports: journeys are no room and have no door.
import { answerWhy, examine, laneOf, press, ticked, titled, unlock } from "../journeys/officer-hands.ts";
import { makeImage } from "./bench-kit.ts";

const GIB = 2 ** 30;
const PAGES = [1, 2];
/** More than is read in the time: about 5 GiB a second. */
const NAMES_A_SECOND = 12;
const OPENINGS = 7;
/** Moments between two views at which something may have been read. */
const MOMENTS = 8;
const TARGETS = { latencyMs: 500, firstPaintMs: 1000, scriptBytes: 300_000 };

/** One view that a page was sent: when it was made, heard, put into the page, painted (0: nothing had changed); milliseconds since 1970. */
interface Shown {
  madeMs: number;
  heardMs: number;
  drawnMs: number;
  paintedMs: number;
}

/** Before the page's own scripts: notes every view that it hears, the change of the lane that comes of it, and its paint. */
const NOTE = `(() => {
  const now = () => performance.timeOrigin + performance.now();
  const later = (work) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = work;
    channel.port2.postMessage(null);
  };
  const shown = (window.__shown = []);
  let last = null;
  const Source = window.EventSource;
  window.EventSource = class extends Source {
    set onmessage(take) {
      super.onmessage = (message) => {
        const { nowMs, lanes } = JSON.parse(message.data);
        const lane = lanes.lanes.find(({ state }) => state === "reading");
        const view = lane === undefined ? null : { madeMs: nowMs, heardMs: now(), drawnMs: 0, paintedMs: 0 };
        last = view;
        if (view !== null) shown.push(view);
        take(message);
        // The page draws before this: where nothing was drawn, nothing that it shows had changed.
        later(() => { if (view !== null && view.drawnMs === 0) view.drawnMs = now(); });
      };
    }
  };
  new MutationObserver((changes) => {
    const view = last;
    if (view === null || view.drawnMs > 0) return;
    if (!changes.some(({ target }) => (target.parentElement ?? target).closest?.("main"))) return;
    view.drawnMs = now();
    requestAnimationFrame(() => later(() => { view.paintedMs = now(); }));
  }).observe(document, { subtree: true, childList: true, characterData: true });
})()`;

if (noBrowser !== false) throw new Error(noBrowser);
await measure(Number(process.argv[2] ?? "40"));

async function measure(seconds: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "phum-latency-"));
  const kit = await kitOnTrial();
  try {
    const image = makeImage(join(dir, "image.dd"), GIB);
    const firstPaintMs = await firstPaints(kit);
    const runs: ReturnType<typeof told>[] = [];
    for (const [i, pages] of PAGES.entries()) {
      const folder = join(dir, `folder-${pages}`);
      mkdirSync(folder);
      for (let name = 0; name < seconds * NAMES_A_SECOND; name++) linkSync(image, join(folder, `${name}.dd`));
      runs.push(told(pages, await watched(kit, { folder, pages, seconds, exhibit: `2026-0142-${i + 1}` })));
    }
    write(runs, firstPaintMs, seconds);
  } finally {
    await kit.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** From the address to the first paint, each time in a browser that has kept nothing. */
async function firstPaints(kit: KitOnTrial): Promise<number[]> {
  const paints: number[] = [];
  for (let i = 0; i < OPENINGS; i++) {
    const page = await kit.open();
    await titled(page, "Who is working?");
    // Its entry may come after what is seen.
    const paint = (await page.evaluate(`new Promise((resolve) => {
      new PerformanceObserver((list) => {
        for (const { startTime } of list.getEntriesByName("first-contentful-paint")) resolve(startTime);
      }).observe({ type: "paint", buffered: true });
    })`)) as number;
    paints.push(Math.round(paint));
    await page.context().close();
  }
  return paints;
}

/** Examines the folder for so long with so many pages open. @returns what each page showed, and how fast was read. */
async function watched(
  kit: KitOnTrial,
  { folder, pages, seconds, exhibit }: { folder: string; pages: number; seconds: number; exhibit: string },
): Promise<{ shown: Shown[][]; bytesPerSecond: number }> {
  const page = await kit.open();
  await page.addInitScript(NOTE);
  await page.reload();
  await openDevices(page, { exhibit, isLocked: pages === PAGES[0] });
  await press(page, "Folder or disk copy");
  const question = page.getByRole("dialog");
  await question.getByRole("textbox").fill(folder);
  await question.getByRole("button", { name: "Add it" }).click();
  await ticked(page, `folder-${pages}`);
  await examine(page);
  const others: Page[] = [];
  while (others.length < pages - 1) {
    const other = await kit.open();
    await other.addInitScript(NOTE);
    await other.reload();
    others.push(other);
  }
  const lane = laneOf(page, exhibit);
  await lane.getByText("Nothing found so far").waitFor();
  await setTimeout(1000);
  const all = [page, ...others];
  await Promise.all(all.map((one) => one.evaluate("window.__shown.length = 0")));
  const [before, atMs] = [await bytesRead(page), performance.now()];
  await setTimeout(seconds * 1000);
  const bytesPerSecond = ((await bytesRead(page)) - before) / ((performance.now() - atMs) / 1000);
  const shown = (await Promise.all(all.map((one) => one.evaluate("window.__shown")))) as Shown[][];
  await lane.getByRole("button", { name: /^Stop/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
  await lane.getByText(/^Finished/).waitFor();
  for (const one of all) await one.context().close();
  return { shown, bytesPerSecond };
}

/** The shift is unlocked once; later pages find it open. */
async function openDevices(page: Page, { exhibit, isLocked }: { exhibit: string; isLocked: boolean }): Promise<void> {
  if (isLocked) {
    await unlock(page);
    await answerWhy(page, exhibit);
  } else await page.goto(new URL("#devices", page.url()).href);
}

/** As the next view says it. */
async function bytesRead(page: Page): Promise<number> {
  const view = await page.evaluate(`new Promise((resolve) => {
    const source = new EventSource("/events");
    source.addEventListener("message", ({ data }) => {
      source.close();
      resolve(JSON.parse(data).lanes.lanes.at(-1).bytesRead);
    });
  })`);
  return Number(view);
}

function told(pages: number, { shown, bytesPerSecond }: { shown: Shown[][]; bytesPerSecond: number }) {
  const steps = shown.flatMap((views) => views.slice(1).map((view, i) => ({ view, before: views[i] ?? view })));
  const drawn = steps.map(({ view }) => view.drawnMs - view.madeMs);
  const painted = steps.filter(({ view }) => view.paintedMs > 0).map(({ view }) => view.paintedMs - view.madeMs);
  const behind = steps.flatMap(({ view, before }) =>
    Array.from(
      { length: MOMENTS },
      (_, i) => view.drawnMs - (before.madeMs + ((view.madeMs - before.madeMs) * i) / MOMENTS),
    ),
  );
  return {
    pages,
    gibPerSecond: Number((bytesPerSecond / GIB).toFixed(2)),
    views: steps.length,
    fromViewToBrowserMs: spread(steps.map(({ view }) => view.heardMs - view.madeMs)),
    fromViewToPageMs: spread(drawn),
    fromViewToPaintMs: spread(painted),
    betweenViewsMs: spread(steps.map(({ view, before }) => view.madeMs - before.madeMs)),
    fromReadToPageMs: { ...spread(behind), target: TARGETS.latencyMs },
  };
}

function spread(values: number[]): { median: number; p95: number; worst: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { median: at(0.5), p95: at(0.95), worst: at(1) };
}

function write(runs: ReturnType<typeof told>[], firstPaintMs: number[], seconds: number): void {
  const weighed = execFileSync(process.execPath, ["tools/screens.ts"], { cwd: projectHome, encoding: "utf8" });
  const report = {
    bench: "screen-latency",
    measuredOn: { processor: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] },
    method: `${seconds} s with one page, then with two; read from the page cache on all cores; Chromium without a window on the same cores`,
    runs,
    firstPaintMs: { ...spread(firstPaintMs), openings: firstPaintMs, target: TARGETS.firstPaintMs },
    firstScreenScriptPackedBytes: {
      bytes: 1000 * Number(/(\d+) kB of JavaScript/.exec(weighed)?.[1]),
      target: TARGETS.scriptBytes,
    },
  };
  console.log(JSON.stringify(report, null, 2));
  writeFileSync(join(projectHome, "benches/results/screen-latency.json"), `${JSON.stringify(report, null, 2)}\n`);
}
