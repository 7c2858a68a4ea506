import type { CommandRequest } from "#base/commandline";
import { chainText } from "./entry-place.ts";
import { innerJson, innerText } from "./list-inside.node.ts";
import type { InnerPlace, InnerTaker } from "./look-inside.node.ts";
import { PARTLY_EXIT } from "./lost-lines.ts";
import { lookInsidePlainFiles, lostPlainLines, type PlainFiles } from "./plain-files.node.ts";
import { sayOpening } from "./words.ts";

/** Lists what is in files that stand on no medium, one outermost file after another. */
export async function listFiles(request: CommandRequest, files: PlainFiles, format: "text" | "json"): Promise<number> {
  const { language, signal, out, err } = request;
  const writing = format === "json" ? innerJson(null) : innerText(null, language);
  let [lines, inner]: [string[], number] = [[], 0];
  let at: InnerPlace = { chain: [] };
  const taker: InnerTaker = {
    begin: (file) => {
      at = file;
    },
    piece: () => undefined,
    end: (facts) => void lines.push(writing.file(deletedAt(at), facts)),
    problem: (what, file) => void lines.push(writing.problem(what, file.chain)),
    looked: (found) => {
      for (const line of lines) out(line);
      [lines, inner] = [[], inner + found];
    },
    takenBack: () => {
      lines = [];
    },
  };
  const { how, looked, lost } = await lookInsidePlainFiles(files, { taker, signal });
  if (format === "json")
    for (const { chain: of, why } of lost)
      out(JSON.stringify({ record: "lost", what: "contents", ...chainText(of), why }));
  for (const line of lostPlainLines(lost, language)) (format === "json" ? err : out)(`! ${line}`);
  err(sayOpening(language, "files.looked", { looked, inner }));
  return lost.length > 0 || how !== "done" ? PARTLY_EXIT : 0;
}

/** Nothing but a file system within a file knows of deleted ones. */
function deletedAt({ chain, state, certainty }: InnerPlace): { chain: Uint8Array[]; deleted?: string } {
  return { chain, ...(state === "deleted" && certainty !== undefined && { deleted: certainty }) };
}
