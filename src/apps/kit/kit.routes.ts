import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Hono } from "hono";
import { LANGUAGES, type Language } from "#base/words";
import { reportPdf } from "#examination/evidence/node";
import type { LaneReport } from "#examination/lanes/node";
import { boundedBody, boundedText, type EventStreams } from "#platform/http/server";
import { faultAnswer } from "./fault-answer.ts";
import { kitFault } from "./faults.ts";
import { kitActIn } from "./kit-acts.ts";
import type { KitRoom } from "./kit-room.node.ts";
import type { ActAnswer } from "./kit-view.ts";

/** An act is a few words. */
const ACT_MOST_BYTES = 16_384;
/** A list of 1,000 million pieces has 6 GB. */
const LIST_MOST_BYTES = 8e9;
const NUMBER = "[1-9][0-9]{0,8}";

/** All that a screen may ask for and say; every answer to an act is an ActAnswer. */
export function kitRoutes(kit: KitRoom, events: EventStreams): Hono {
  const routes = new Hono();
  routes.get("/events", (c) => events.open(c.req.raw.signal));
  routes.post("/act", async (c) => {
    const act = kitActIn(jsonOf(await boundedText(c.req.raw, ACT_MOST_BYTES)));
    if (act === undefined) return c.json(faultAnswer(kitFault("kit/act", "Not an act")), 400);
    return c.json(await answered(() => kit.act(act)));
  });
  routes.post("/list", async (c) =>
    c.json(await answered(() => kit.takeList(boundedBody(c.req.raw, LIST_MOST_BYTES)))),
  );
  routes.get("/stick-folders", (c) => c.json(kit.sticks()));
  routes.route("/", reportRoutes(kit));
  routes.route("/", lookRoutes(kit));
  routes.onError((error, c) => c.json(faultAnswer(error), 403));
  return routes;
}

/** The report as JSON, as the page that was sealed, and as paper: the sealed one, or a copy in one language. */
function reportRoutes(kit: KitRoom): Hono {
  const routes = new Hono();
  const reportOf = (lane: string): LaneReport => {
    const found = kit.openedLanes().reportOf(lane);
    if (found === null) throw kitFault("kit/no-answer", "No report yet");
    return found;
  };
  routes.get(`/report/:lane{${NUMBER}}`, (c) => c.json(reportOf(c.req.param("lane")).report));
  routes.get(`/report/:page{${NUMBER}\\.html}`, (c) => {
    const { htmlPath } = reportOf(c.req.param("page").replace(".html", ""));
    return c.body(Uint8Array.from(readFileSync(htmlPath)), 200, { "content-type": "text/html; charset=utf-8" });
  });
  routes.get(`/report/:paper{${NUMBER}\\.pdf}`, async (c) => {
    const { dir } = reportOf(c.req.param("paper").replace(".pdf", ""));
    const languages = languagesIn(c.req.query("languages"));
    const both = languages.length > 1;
    const pdf = both ? readFileSync(join(dir, "report.pdf")) : await reportPdf(dir, { languages, nowMs: Date.now() });
    return c.body(Uint8Array.from(pdf), 200, { "content-type": "application/pdf" });
  });
  return routes;
}

/** Rows without pictures; and the one look that is open, small and grey. */
function lookRoutes(kit: KitRoom): Hono {
  const routes = new Hono();
  routes.get(`/findings/:lane{${NUMBER}}`, (c) => {
    const [from, count] = [wholeIn(c.req.query("from")), wholeIn(c.req.query("count"))];
    return c.json(kit.openedLooking().findings(c.req.param("lane"), from, count));
  });
  for (const sharpness of ["blurred", "sharp"] as const) {
    routes.get(`/look/${sharpness}`, (c) => {
      const png = kit.openedLooking()[sharpness]();
      return png === null ? c.notFound() : c.body(png, 200, { "content-type": "image/png" });
    });
  }
  return routes;
}

/** Whether the kit's own page may show this path in a frame. */
export function isFramed(path: string): boolean {
  return /^\/report\/\d+\.(?:html|pdf)$/.test(path);
}

async function answered(work: () => Promise<void>): Promise<ActAnswer> {
  try {
    await work();
    return { ok: true };
  } catch (error) {
    return faultAnswer(error);
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function languagesIn(asked: string | undefined): readonly Language[] {
  const one = LANGUAGES.find((language) => language === asked);
  return one === undefined ? ["km", "en"] : [one];
}

function wholeIn(asked: string | undefined): number {
  return asked !== undefined && /^\d{1,7}$/.test(asked) ? Number(asked) : 0;
}
