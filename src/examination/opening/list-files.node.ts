import type { CommandRequest } from "#base/commandline";
import { chainText } from "./entry-place.ts";
import { innerJson, innerText } from "./list-inside.node.ts";
import type { InnerTaker } from "./look-inside.node.ts";
import { PARTLY_EXIT } from "./lost-lines.ts";
import { lookInsidePlainFiles, lostPlainLines, type PlainFiles } from "./plain-files.node.ts";
import { sayOpening } from "./words.ts";

/** Lists what is in files that stand on no medium, one outermost file after another. */
export async function listFiles(request: CommandRequest, files: PlainFiles, format: "text" | "json"): Promise<number> {
  const { language, signal, out, err } = request;
  const writing = format === "json" ? innerJson(null) : innerText(null, language);
  let [lines, inner]: [string[], number] = [[], 0];
  let chain: readonly Uint8Array[] = [];
  const taker: InnerTaker = {
    begin: (file) => {
      chain = file.chain;
    },
    piece: () => undefined,
    end: (facts) => void lines.push(writing.file(chain, facts)),
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
  const told = lostPlainLines(lost, language);
  if (format === "json")
    for (const { chain: of, why } of lost)
      out(JSON.stringify({ record: "lost", what: "contents", ...chainText(of), why }));
  for (const line of told) (format === "json" ? err : out)(`! ${line}`);
  err(sayOpening(language, "files.looked", { looked, inner }));
  return lost.length > 0 || how !== "done" ? PARTLY_EXIT : 0;
}
