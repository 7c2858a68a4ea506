// Entry of the app's server: started by its parent, ends with it. Everything secret comes and goes over their channel.
import { join } from "node:path";
import { Fault } from "#base/faults";
import { projectHome } from "#base/machine/node";
import { eventStreams, openLocalServer, ticketBook } from "#platform/http/server";
import { isFramed, kitRoutes } from "./kit.routes.ts";
import type { FromKit, KitBegin, ToKit } from "./kit-message.ts";
import { type KitRoom, openKitRoom } from "./kit-room.node.ts";

/** Between two views at least: a screen is less than half a second behind, also where the computer is busy. */
const LEAST_MS = 300;
/** Open pages at once; one more ends the oldest. */
const PAGES_MOST = 8;

const say = (said: FromKit): void => {
  if (process.connected) process.send?.(said);
};

async function serve(begin: KitBegin): Promise<{ addTicket(ticket: string): void; close(): Promise<void> }> {
  let kit: KitRoom | undefined;
  let made: number | null = null;
  const events = eventStreams({ state: () => JSON.stringify(kit?.view()), leastMs: LEAST_MS, most: PAGES_MOST });
  const tickets = ticketBook((ticket) => say({ kind: "used", ticket }));
  for (const ticket of begin.tickets) tickets.add(ticket);
  kit = await openKitRoom({
    ...{ dir: begin.dir, kept: begin.kept, trial: begin.trial },
    keep: (kept) => say({ kind: "keep", kept }),
    ended: () => say({ kind: "ended" }),
    changed: () => {
      events.changed();
      const making = kit?.shift.making ?? null;
      if (making !== made && making !== null) say({ kind: "making", fraction: making });
      made = making;
    },
  });
  const { port, session } = begin;
  const files = join(projectHome, "build/kit");
  const server = await openLocalServer({
    port,
    session,
    tickets,
    files,
    framed: isFramed,
    routes: kitRoutes(kit, events),
  });
  say({ kind: "listening", port: server.port });
  const open = kit;
  // A refusal is said when practice is asked for.
  if (begin.makesPractice)
    open.shift.makePractice().then(
      () => say({ kind: "made" }),
      () => undefined,
    );
  return {
    addTicket: (ticket) => tickets.add(ticket),
    close: async () => {
      events.close();
      await server.close();
      await open.close();
    },
  };
}

let serving: ReturnType<typeof serve> | undefined;

async function end(): Promise<void> {
  const open = await serving?.catch(() => undefined);
  await open?.close();
  process.exit(0);
}

process.on("message", (message: ToKit) => {
  if (message.kind === "begin") {
    serving = serve(message);
    serving.catch((error: unknown) => {
      const {
        code,
        message: text,
        values,
      } = error instanceof Fault ? error : new Fault("kit/unforeseen", error instanceof Error ? error.message : "");
      say({ kind: "refused", code, message: text, values });
    });
  } else if (message.kind === "ticket") void serving?.then(({ addTicket }) => addTicket(message.ticket));
  else void end();
});
process.on("disconnect", () => void end());
// The parent decides: Ctrl-C in a terminal reaches both.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
