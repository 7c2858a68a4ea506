import type { Command, CommandRequest } from "#base/commandline";
import { size } from "#base/words";
import { openCarveJudge } from "#examination/carving/node";
import { innerProblemText } from "#examination/containers";
import { refusalText } from "#examination/images";
import type { CarvedInnerRecord } from "./carve-inner-taking.node.ts";
import type { AreaKind, CarveFiles, CarvePlace, CarveTask } from "./carve-message.node.ts";
import { type CarvedRecord, type CarveTaking, carveTaking } from "./carve-taking.node.ts";
import { evidenceMedium } from "./evidence-medium.node.ts";
import { extractFolder } from "./extract-files.node.ts";
import { openingFault } from "./faults.ts";
import { REFUSED_EXIT } from "./list.command.ts";
import { lostLines, PARTLY_EXIT } from "./lost-lines.ts";
import { type ReaderOutcome, runReader } from "./run-reader.node.ts";
import { sayOpening } from "./words.ts";

const FILES: readonly CarveFiles[] = ["unknown", "all", "none"];
const AREAS: readonly AreaKind[] = ["free", "slack", "outside", "file"];
const FORMATS = ["text", "json"] as const;

/** `phum carve SOURCE [--out DIR] [--files unknown|all|none] [--aligned] [--from AREA:BYTE] [--format text|json]`. */
export const carve: Command = {
  path: ["carve"],
  positionals: { name: "SOURCE", min: 1, max: 1 },
  options: {
    out: { value: "DIR" },
    files: { value: "unknown|all|none" },
    aligned: {},
    from: { value: "AREA:BYTE" },
    format: { value: "text|json" },
  },
  help: (language) => ({
    summary: sayOpening(language, "help.carve"),
    options: {
      out: sayOpening(language, "help.carve.out"),
      files: sayOpening(language, "help.carve.files"),
      aligned: sayOpening(language, "help.carve.aligned"),
      from: sayOpening(language, "help.carve.from"),
      format: sayOpening(language, "help.carve.format"),
    },
  }),
  run: carveMedium,
};

interface Asked {
  files: CarveFiles;
  from: CarvePlace;
  format: (typeof FORMATS)[number];
  out: string | undefined;
}

async function carveMedium(request: CommandRequest): Promise<number> {
  const asked = askedOf(request);
  const medium = await evidenceMedium(request.path(request.positionals[0] ?? ""));
  const judge = openCarveJudge();
  const folder = asked.out === undefined ? null : extractFolder(request.path(asked.out));
  const taking = carveTaking({
    ...{ judge, folder, from: asked.from },
    tell: (record) => request.out(asked.format === "json" ? jsonLine(record) : textLine(record, request)),
    tellInner: (record) => request.out(asked.format === "json" ? innerJson(record) : innerText(record, request)),
    progress: (_, { searchedBytes, sizeBytes }) => request.live(liveLine(request, searchedBytes, sizeBytes)),
  });
  try {
    const outcome = await runReader({
      ...{ medium, signal: request.signal, goesOn: false },
      task: (): CarveTask => ({
        ...{ verb: "carve", files: asked.files, everyBytes: request.flag("aligned") ? 512 : 1 },
        ...{ filmBytes: folder !== null, from: taking.place },
      }),
      onBytes: (piece) => taking.piece(piece),
      onMessage: (message) => {
        taking.hear(message);
        return null;
      },
      onDeath: () => taking.broken(),
    });
    await taking.settled();
    return tellEnd(request, {
      taking,
      outcome,
      counts: { ...judge.counts, decoy: judge.counts.decoy + taking.decoys },
      format: asked.format,
    });
  } finally {
    folder?.close();
    judge.close();
    medium.close();
  }
}

function liveLine({ language }: CommandRequest, read: number, total: number): string {
  return sayOpening(language, "carve.live", { read: size(language, read), total: size(language, total) });
}

/** @throws {Fault} opening/format, opening/carve-option. */
function askedOf(request: CommandRequest): Asked {
  const given = { format: request.text("format") ?? "text", files: request.text("files") ?? "unknown" };
  const format = FORMATS.find((one) => one === given.format);
  if (format === undefined) {
    throw openingFault("opening/format", `Cannot tell as ${given.format}`, { values: { format: given.format } });
  }
  const files = FILES.find((one) => one === given.files);
  const from = /^(\d{1,9}):(\d{1,15})$/.exec(request.text("from") ?? "0:0");
  if (files === undefined || from === null) {
    const value = files === undefined ? given.files : (request.text("from") ?? "");
    throw openingFault("opening/carve-option", `Cannot use ${value}`, { values: { value } });
  }
  return { format, files, from: { area: Number(from[1]), byte: Number(from[2]) }, out: request.text("out") };
}

function jsonLine(record: CarvedRecord): string {
  return JSON.stringify({ record: "carved", ...record });
}

/** Format, size, digest, place, and what an examiner should know of it. */
function textLine(
  { format, sizeBytes, sha256, place, how, damaged }: CarvedRecord,
  { language }: CommandRequest,
): string {
  const notes = [how === "whole" ? [] : how, damaged ? "damaged" : []].flat();
  const said = notes.map((note) => sayOpening(language, `carve.${note as "pieced" | "beginning" | "damaged"}`));
  return [format, sizeBytes, sha256, place, ...said].join("\t");
}

function innerJson(record: CarvedInnerRecord): string {
  return JSON.stringify({ record: "inner", ...record });
}

/** As that of a file that was found by its structure, in whose place it stands. */
function innerText(
  { type, sizeBytes, sha256, place, misnamed }: CarvedInnerRecord,
  { language }: CommandRequest,
): string {
  const notes = misnamed ? [sayOpening(language, "inside.misnamed")] : [];
  return [type, sizeBytes, sha256, place, ...notes].join("\t");
}

interface End {
  taking: CarveTaking;
  outcome: ReaderOutcome;
  counts: Record<"told" | "decoy" | "inside" | "copy", number>;
  format: Asked["format"];
}

/** What was searched, what was found, and what not. */
function tellEnd(request: CommandRequest, { taking, outcome: { how, lost }, counts, format }: End): number {
  const { language, err, out } = request;
  if (taking.refused !== undefined) {
    err(refusalText(language, taking.refused.refusal));
    return REFUSED_EXIT;
  }
  const { place, left, partly, sums, named, inner } = taking;
  const areas = AREAS.flatMap((what) => {
    const sum = sums.get(what);
    return sum === undefined ? [] : [{ what, ...sum }];
  });
  if (format === "json")
    out(
      JSON.stringify({
        record: "searched",
        areas,
        counts: { ...counts, left, named, inner: inner.told },
        next: place,
        lost,
      }),
    );
  for (const { what, sizeBytes, searchedBytes, unreadBytes } of areas) {
    const values = { searched: size(language, searchedBytes), total: size(language, sizeBytes) };
    err(sayOpening(language, `carve.area.${what}`, values));
    if (unreadBytes > 0) err(sayOpening(language, "carve.unread", { bytes: size(language, unreadBytes) }));
  }
  const { told, decoy, inside, copy } = counts;
  err(sayOpening(language, "carve.done", { told, decoy, inside, copy }));
  if (inner.told > 0) err(sayOpening(language, "carve.inner", { inner: inner.told }));
  for (const [what, count] of inner.problems)
    err(sayOpening(language, "carve.inner-problem", { what: innerProblemText(language, what), count }));
  if (named > 0) err(sayOpening(language, "carve.named", { named }));
  if (left > 0) err(sayOpening(language, "carve.left", { left }));
  if (partly > 0) err(sayOpening(language, "extract.partly", { files: partly }));
  if (how !== "done") err(sayOpening(language, "carve.stopped", { from: `${place.area}:${place.byte}` }));
  for (const line of lostLines(lost, language)) err(line);
  return partly > 0 || lost.length > 0 || how !== "done" ? PARTLY_EXIT : 0;
}
