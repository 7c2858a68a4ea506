import type { Language } from "#base/words";
import { type InnerFacts, type InnerProblem, innerProblemText } from "#examination/containers";
import type { InnerFile } from "#examination/containers/node";
import { chainText } from "./entry-place.ts";
import { lookInsideEntry } from "./look-inside-entry.node.ts";
import { deletedWithin } from "./tell-inside.node.ts";
import type { GuardedEntry } from "./walk-guard.node.ts";
import { sayOpening } from "./words.ts";

/** How what is in a file is written into a list. */
interface InnerWriting {
  file(file: Pick<InnerFile, "chain" | "deleted">, facts: InnerFacts): string;
  problem(what: InnerProblem, chain: readonly Uint8Array[]): string;
}

/**
 * Lines of what is in an entry's streams, all at once: a list that goes on behind an entry has all of them, or none.
 *
 * @param beat Said while nothing is written.
 */
export function insideLines(found: GuardedEntry, writing: InnerWriting, beat: () => void): string[] {
  const lines: string[] = [];
  lookInsideEntry(found, found.entry.streams, {
    beat,
    file: (file) => ({ piece: () => undefined, end: (facts) => void lines.push(writing.file(file, facts)) }),
    problem: (what, chain) => void lines.push(writing.problem(what, chain)),
  });
  return lines;
}

/** Columns as those of an entry: "i" for inside, its outer entry's number where it has one, and what it is by its bytes. */
export function innerText(id: number | null, language: Language): InnerWriting {
  return {
    file({ chain, deleted }, { sizeBytes, type, misnamed, complete }) {
      const notes = [
        deleted === undefined ? "" : sayOpening(language, "inside.deleted"),
        type === "unknown" ? "" : type,
        misnamed ? sayOpening(language, "inside.misnamed") : "",
        complete ? "" : sayOpening(language, "inside.incomplete"),
      ].filter((note) => note !== "");
      const note = notes.length === 0 ? "" : `\t${notes.join(", ")}`;
      return `i\t${sizeBytes}\t-\t${id ?? "-"}\t${chainText(chain).place}${note}`;
    },
    problem: (what, chain) => `! ${chainText(chain).place}: ${innerProblemText(language, what)}`,
  };
}

/** Records "inner" and "inner-problem". */
export function innerJson(id: number | null): InnerWriting {
  const of = id === null ? {} : { id };
  return {
    file: ({ chain, deleted }, { sizeBytes, type, misnamed, complete, sha256 }) =>
      JSON.stringify({
        ...{ record: "inner", ...chainText(chain), ...of, sizeBytes, type, misnamed, complete },
        ...{ digests: { sha256 }, ...deletedWithin(deleted) },
      }),
    problem: (what, chain) => JSON.stringify({ record: "inner-problem", ...chainText(chain), ...of, what }),
  };
}
