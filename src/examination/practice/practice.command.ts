import { readFileSync } from "node:fs";
import type { Command, CommandRequest } from "#base/commandline";
import { size } from "#base/words";
import type { PracticeTruth } from "./practice-record.ts";
import { makePractice, type PracticeSet } from "./practice-set.node.ts";
import { sayPractice } from "./words.ts";

/** `phum practice DIR`: makes what a first examination needs. Last line: a command to try. */
export const practice: Command = {
  path: ["practice"],
  positionals: { name: "DIR", min: 1, max: 1 },
  options: { seed: { value: "SEED" } },
  help: (language) => ({
    summary: sayPractice(language, "help.practice"),
    options: { seed: sayPractice(language, "help.practice.seed") },
  }),
  run: async (request) => {
    const folder = request.path(request.positionals[0] ?? "");
    const { language } = request;
    const set = await makePractice(folder, {
      nowMs: request.nowMs(),
      seed: request.text("seed"),
      signal: request.signal,
      onAgain: () => request.err(sayPractice(language, "out.again", { path: folder })),
      onStep: (step, fraction) => {
        request.live(sayPractice(language, `live.${step}`, { percent: Math.floor(100 * fraction) }));
      },
    });
    request.out(summary(request, set));
    request.out(sayPractice(language, "out.try"));
    request.out(examineLine(set, `${folder}-exhibit`));
    return 0;
  },
};

function summary({ language }: CommandRequest, set: PracticeSet): string {
  if (set.made === "reused") return sayPractice(language, "out.reused");
  const { planted } = JSON.parse(readFileSync(set.files.truth, "utf8")) as PracticeTruth;
  const present = planted.filter(({ standing }) => standing !== "absent");
  const damaged = present.filter(({ standing }) => standing === "deleted" || standing === "partly-overwritten");
  return sayPractice(language, "out.made", {
    size: size(language, set.sizeBytes),
    present: present.length,
    known: planted.length,
    damaged: damaged.length,
  });
}

/** A command line that a POSIX shell takes. */
function examineLine({ files }: PracticeSet, out: string): string {
  const words = ["./phum", "examine", files.device, "--filter", files.filter, "--certificate", files.certificate];
  words.push(
    "--identity",
    files.identity,
    "--passphrase-file",
    files.passphrase,
    "--exhibit",
    "PRACTICE-1",
    "--out",
    out,
  );
  return words.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}
