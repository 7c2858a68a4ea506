import type { Command, CommandRequest } from "#base/commandline";
import { refusalText } from "#examination/images";
import { evidenceMedium } from "./evidence-medium.node.ts";
import { openingFault } from "./faults.ts";
import { listFiles } from "./list-files.node.ts";
import { lostLines, PARTLY_EXIT } from "./lost-lines.ts";
import { plainFiles } from "./plain-files.node.ts";
import type { ListTask, RefusedMessage } from "./reader-message.node.ts";
import { type ReaderOutcome, runReader } from "./run-reader.node.ts";
import type { PlantedFault } from "./walk-guard.node.ts";
import { sayOpening } from "./words.ts";

/** Exit code where the image is refused by name. */
export const REFUSED_EXIT = 65;

/** What a slow reader of standard output may leave waiting. */
const WAITING_MOST_BYTES = 8 << 20;
const FORMATS = ["text", "json", "dfxml"] as const;

/** `phum list SOURCE [--deleted] [--inside] [--format text|json|dfxml] [--hash]`: what is on a medium. */
export const list: Command = {
  path: ["list"],
  positionals: { name: "SOURCE", min: 1, max: 1 },
  options: { deleted: {}, inside: {}, format: { value: "text|json|dfxml" }, hash: {}, "no-hash": {} },
  help: (language) => ({
    summary: sayOpening(language, "help.list"),
    options: {
      deleted: sayOpening(language, "help.list.deleted"),
      format: sayOpening(language, "help.list.format"),
      inside: sayOpening(language, "help.list.inside"),
      hash: sayOpening(language, "help.list.hash"),
      "no-hash": sayOpening(language, "help.list.no-hash"),
    },
  }),
  run: (request) => listMedium(request),
};

/** As the command; a planted fault for tests alone. */
export async function listMedium(request: CommandRequest, fault?: PlantedFault): Promise<number> {
  const task = taskOf(request);
  const path = request.path(request.positionals[0] ?? "");
  const listPlain = async (packed: boolean): Promise<number | null> => {
    const { inside, format } = task;
    if (!inside || format === "dfxml") return null;
    const files = await plainFiles(path, { packed });
    return files === null ? null : listFiles(request, files, format);
  };
  const listed = await listPlain(false);
  if (listed !== null) return listed;
  const medium = await evidenceMedium(path);
  let begun = false;
  let refused: RefusedMessage | undefined;
  try {
    const outcome = await runReader({
      ...{ medium, signal: request.signal, goesOn: true, ...(fault === undefined ? {} : { fault }) },
      task: () => ({ ...task, begun }),
      onText: (text) => {
        begun = true;
        request.out(text);
        return drained();
      },
      onMessage: (message) => {
        if (message.kind === "refused") refused = message as unknown as RefusedMessage;
        return null;
      },
    });
    if (refused === undefined) return tellEnd(request, task, outcome);
    const packed = refused.refusal.refused === "packed" ? await listPlain(true) : null;
    if (packed !== null) return packed;
    request.err(refusalText(request.language, refused.refusal));
    return REFUSED_EXIT;
  } finally {
    medium.close();
  }
}

function taskOf(request: CommandRequest): Omit<ListTask, "begun"> {
  const asked = request.text("format") ?? "text";
  const format = FORMATS.find((one) => one === asked);
  if (format === undefined) {
    throw openingFault("opening/format", `Cannot list as ${asked}`, { values: { format: asked } });
  }
  const [deleted, inside] = [request.flag("deleted"), request.flag("inside")];
  if (inside && format === "dfxml") {
    throw openingFault("opening/inside-format", "Cannot list what is in files as DFXML", {});
  }
  return {
    ...{ verb: "list", format, deleted, inside, language: request.language, startedMs: request.nowMs() },
    hashing: format === "dfxml" ? !request.flag("no-hash") : format === "json" && request.flag("hash"),
    command: `phum list ${request.positionals[0] ?? ""}${deleted ? " --deleted" : ""} --format dfxml`,
  };
}

/** What ended its reader stands in the list itself, so that nobody takes it for whole. */
function tellEnd(
  { out, err, language }: CommandRequest,
  { format }: Omit<ListTask, "begun">,
  { how, lost }: ReaderOutcome,
): number {
  const lines = lostLines(lost, language);
  if (format === "json") for (const loss of lost) out(JSON.stringify({ record: "lost", ...loss }));
  else if (format === "dfxml") for (const line of lines) out(`<!-- ${line.replace(/[<>&]|-(?=-)|-$/g, "~")} -->`);
  else for (const line of lines) out(`! ${line}`);
  if (format !== "text") for (const line of lines) err(line);
  return lost.length > 0 || how !== "done" ? PARTLY_EXIT : 0;
}

/** Waits until whoever reads this process's output has taken most of it: a list of millions does not stand in memory. */
function drained(): Promise<void> | undefined {
  const { stdout } = process;
  if (stdout.writableLength < WAITING_MOST_BYTES) return undefined;
  return new Promise((resolve) => {
    const over = (): void => {
      for (const event of ["drain", "error", "close"]) stdout.off(event, over);
      resolve();
    };
    for (const event of ["drain", "error", "close"]) stdout.once(event, over);
  });
}
