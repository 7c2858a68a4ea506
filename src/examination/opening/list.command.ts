import type { Command, CommandRequest } from "#base/commandline";
import { isRefusal, refusalText } from "#examination/images";
import { DFXML_END, DFXML_VOLUME_END, dfxmlFile, dfxmlStart, dfxmlVolume } from "./dfxml-document.ts";
import { openingFault } from "./faults.ts";
import { entryRecord, mediumRecords, problemRecord } from "./list-json.ts";
import { entryLines, mediumLines, problemLines } from "./list-lines.ts";
import type { Medium } from "./medium.ts";
import { openMedium } from "./open-medium.node.ts";
import { streamDigests } from "./stream-digests.node.ts";
import { walkMedium } from "./walk-medium.ts";
import { sayOpening } from "./words.ts";

/** Exit code where the image is refused by name. */
export const REFUSED_EXIT = 65;

/** `phum list SOURCE [--deleted] [--format text|json|dfxml] [--hash]`: what is on a medium. */
export const list: Command = {
  path: ["list"],
  positionals: { name: "SOURCE", min: 1, max: 1 },
  options: { deleted: {}, format: { value: "text|json|dfxml" }, hash: {}, "no-hash": {} },
  help: (language) => ({
    summary: sayOpening(language, "help.list"),
    options: {
      deleted: sayOpening(language, "help.list.deleted"),
      format: sayOpening(language, "help.list.format"),
      hash: sayOpening(language, "help.list.hash"),
      "no-hash": sayOpening(language, "help.list.no-hash"),
    },
  }),
  run: async (request) => {
    const format = request.text("format") ?? "text";
    const write = FORMATS.get(format);
    if (write === undefined) {
      throw openingFault("opening/format", `Cannot list as ${format}`, { values: { format } });
    }
    const medium = await openMedium(request.path(request.positionals[0] ?? ""));
    if (isRefusal(medium)) {
      request.err(refusalText(request.language, medium));
      return REFUSED_EXIT;
    }
    const lines = lineBatch(request);
    try {
      write(medium, { ...request, out: lines.out });
    } finally {
      lines.end();
      medium.close();
    }
    return 0;
  },
};

const LINES_AT_ONCE = 64;

/** Hands lines on by the dozen: a list of millions is not as many calls of the system. */
function lineBatch(request: CommandRequest): { out(line: string): void; end(): void } {
  let waiting: string[] = [];
  const end = (): void => {
    if (waiting.length > 0) request.out(waiting.join("\n"));
    waiting = [];
  };
  return {
    out: (line) => {
      waiting.push(line);
      if (waiting.length >= LINES_AT_ONCE) end();
    },
    end,
  };
}

const FORMATS = new Map<string, (medium: Medium, request: CommandRequest) => void>([
  ["text", writeText],
  ["json", writeJson],
  ["dfxml", writeDfxml],
]);

function writeText(medium: Medium, request: CommandRequest): void {
  const { language } = request;
  const before = problemLines(medium, language);
  for (const line of mediumLines(medium, language)) request.out(line);
  for (const found of walkMedium(medium, { deleted: request.flag("deleted") })) {
    for (const line of entryLines(found, language)) request.out(line);
    if (request.signal.aborted) return;
  }
  // Some problems are seen only while walking.
  for (const line of problemLines(medium, language)) if (!before.includes(line)) request.out(line);
}

function writeJson(medium: Medium, request: CommandRequest): void {
  const hashing = request.flag("hash");
  for (const record of mediumRecords(medium)) request.out(JSON.stringify(record));
  for (const found of walkMedium(medium, { deleted: request.flag("deleted") })) {
    const record = entryRecord(found, (stream) =>
      hashing ? streamDigests(medium, stream, ["md5", "sha1", "sha256"]) : null,
    );
    request.out(JSON.stringify(record));
    if (request.signal.aborted) return;
  }
  request.out(JSON.stringify(problemRecord(medium)));
}

function writeDfxml(medium: Medium, request: CommandRequest): void {
  const deleted = request.flag("deleted");
  const hashing = !request.flag("no-hash");
  const out = (lines: readonly string[]): void => request.out(lines.join("\n"));
  const command = `phum list ${request.positionals[0] ?? ""}${deleted ? " --deleted" : ""} --format dfxml`;
  out(dfxmlStart(medium, { command, startedMs: request.nowMs() }));
  let id = 0;
  for (const volume of medium.volumes) {
    for (const tree of volume.trees) {
      out(dfxmlVolume(volume, tree));
      for (const { entry } of walkMedium({ ...medium, volumes: [{ ...volume, trees: [tree] }] }, { deleted })) {
        const streams = entry.streams.length === 0 ? [null] : entry.streams;
        for (const stream of streams) {
          const digests = stream === null || !hashing ? null : streamDigests(medium, stream, ["md5", "sha1"]);
          request.out(dfxmlFile({ volume, entry, stream, digests, id: ++id }));
        }
        if (request.signal.aborted) break;
      }
      out([DFXML_VOLUME_END]);
    }
  }
  out([DFXML_END]);
}
