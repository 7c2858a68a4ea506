import { existsSync, readFileSync } from "node:fs";
import { Hono } from "hono";
import { boundedBody, boundedText, type EventStreams } from "#platform/http/server";
import { faultAnswer } from "./fault-answer.ts";
import { kitFault } from "./faults.ts";
import { kitActIn } from "./kit-acts.ts";
import { type KitRoom, reportFiles } from "./kit-room.node.ts";
import type { ActAnswer } from "./kit-view.ts";

/** An act is a few words. */
const ACT_MOST_BYTES = 16_384;
/** A list of 1,000 million pieces has 6 GB. */
const LIST_MOST_BYTES = 8e9;
const LANE = "/:lane{[1-9][0-9]{0,8}}";

/** All that a screen may ask for and say; every answer to an act is an ActAnswer. */
export function kitRoutes(kit: KitRoom, events: EventStreams): Hono {
  const routes = new Hono();
  routes.get("/events", (c) => events.open(c.req.raw.signal));
  routes.post("/act", async (c) => {
    const act = kitActIn(jsonOf(await boundedText(c.req.raw, ACT_MOST_BYTES)));
    if (act === undefined) return c.json(faultAnswer(kitFault("kit/act", "Not an act")), 400);
    return c.json(await answered(() => kit.act(act)));
  });
  routes.post("/list", async (c) => {
    const answer = await answered(() => kit.shift.takeList(boundedBody(c.req.raw, LIST_MOST_BYTES)));
    return c.json(answer);
  });
  routes.get(`/report${LANE}`, (c) => {
    const found = kit.openedLanes().reportOf(c.req.param("lane"));
    return found === null ? c.json(faultAnswer(kitFault("kit/act", "No answer yet")), 404) : c.json(found.report);
  });
  for (const [kind, type] of Object.entries(PAPERS)) {
    // The name of the parameter takes its own form: 3.pdf.
    routes.get(`/report/:paper{[1-9][0-9]{0,8}\\.${kind}}`, (c) => {
      const lane = c.req.param("paper").slice(0, -kind.length - 1);
      const found = kit.openedLanes().reportOf(lane);
      const file = found === null ? undefined : reportFiles(found.dir)[kind as keyof typeof PAPERS];
      if (file === undefined || !existsSync(file)) return c.notFound();
      return c.body(Uint8Array.from(readFileSync(file)), 200, { "content-type": type });
    });
  }
  routes.get("/stick-folders", (c) => {
    kit.shift.refuseLocked();
    return c.json([]);
  });
  routes.onError((error, c) => c.json(faultAnswer(error), 403));
  return routes;
}

const PAPERS = { html: "text/html; charset=utf-8", pdf: "application/pdf" } as const;

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
