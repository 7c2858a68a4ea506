import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command, CommandRequest } from "#base/commandline";
import { projectHome } from "#base/machine/node";
import { kitFolder, kitFolderOf, makeKitFolder } from "#examination/shift/node";
import { kitFault } from "./faults.ts";
import type { KitTrial } from "./kit-message.ts";
import { type LaunchedKit, launchKit } from "./launch-kit.node.ts";
import { openBrowser } from "./open-browser.node.ts";
import { answerStarts, askRunning } from "./running-kit.node.ts";
import { sayKit } from "./words.ts";

/** `phum kit`: the officer's app, until the shift ends or Ctrl-C. */
export const kit: Command = {
  path: ["kit"],
  options: { kit: { value: "DIR" }, port: { value: "N" }, "no-browser": {} },
  help: (language) => ({
    summary: sayKit(language, "help.kit"),
    options: {
      kit: sayKit(language, "help.kit.kit"),
      port: sayKit(language, "help.kit.port"),
      "no-browser": sayKit(language, "help.kit.no-browser"),
    },
  }),
  run: (request) => runKit(request, { makesPractice: false }),
};

/** Whether the screens were built on this computer. */
export function isPageBuilt(): boolean {
  return existsSync(join(projectHome, "build/kit/index.html"));
}

/**
 * Runs the app until the shift ends or Ctrl-C; where it runs already, opens its page again.
 *
 * @throws {Fault} kit/no-page, kit/crashed, shift/*, evidence/*.
 */
export async function runKit(request: CommandRequest, { makesPractice }: { makesPractice: boolean }): Promise<number> {
  const { language, out, text } = request;
  const given = text("kit");
  const folder = given === undefined ? kitFolderOf(process.env) : kitFolder(request.path(given));
  if (!isPageBuilt()) throw kitFault("kit/no-page", "build/kit is missing");
  makeKitFolder(folder);
  const running = await askRunning(folder.dir);
  if (running !== undefined) {
    out(sayKit(language, "out.runs"));
    show(request, running);
    return 0;
  }
  const launched = await launchKit({
    ...{ dir: folder.dir, port: portOf(text("port")), makesPractice, trial: trialOf(process.env) },
    again: () => out(sayKit(language, "out.again")),
    making: (fraction) => {
      if (fraction === null) out(sayKit(language, "out.made"));
      else request.live(sayKit(language, "out.making", { percent: Math.floor(100 * fraction) }));
    },
  });
  const answering = await answerStarts(folder.dir, () => launched.freshAddress());
  try {
    show(request, launched.freshAddress());
    out(sayKit(language, "out.stop"));
    await untilOver(launched, request.signal);
    out(sayKit(language, "out.ended"));
    return 0;
  } finally {
    answering.close();
    await launched.close();
  }
}

function show(request: CommandRequest, address: string): void {
  request.out(sayKit(request.language, "out.open", { address }));
  if (!request.flag("no-browser")) openBrowser(address, process.env);
}

async function untilOver(launched: LaunchedKit, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([launched.over, stopped]);
}

function portOf(given: string | undefined): number {
  const port = Number(given ?? 0);
  return Number.isInteger(port) && port >= 0 && port < 65_536 ? port : 0;
}

/** Journeys alone: files of a folder stand for sticks, another folder for the agency's stick; and how slowly they are read. */
function trialOf({
  PHUM_SOCKETS: sockets,
  PHUM_STICK: stick,
  PHUM_READ_MS: readMs,
}: Record<string, string | undefined>): KitTrial {
  return {
    ...(readMs !== undefined && /^[1-9][0-9]{0,2}$/.test(readMs) ? { readMs: Number(readMs) } : {}),
    ...(sockets === undefined || sockets === "" ? {} : { socketFolder: sockets }),
    ...(stick === undefined || stick === "" ? {} : { stickFolder: stick }),
  };
}
