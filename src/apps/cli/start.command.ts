// npm start: the first minute is real. A practice set is made once; then its device is examined like any other.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Command, type CommandRequest, requestWith } from "#base/commandline";
import { projectHome } from "#base/machine/node";
import { practice, practiceFiles } from "#examination/practice/node";
import { examine } from "#examination/triage/node";
import { sayCli } from "./words.ts";

const FAULT = 64;

/** `npm start`: makes the practice set where it is missing, examines its device, ends with 0 whatever the verdict. */
export const start: Command = {
  path: ["start"],
  options: {},
  help: (language) => ({ summary: sayCli(language, "help.start"), options: {} }),
  run: async (request) => {
    const folder = join(projectHome, "practice");
    const made = await practice.run(requestWith(request, { positionals: [folder] }));
    if (made !== 0) return made;
    request.out("");
    request.out(sayCli(request.language, "start.examining"));
    const code = await examineOnce(request, folder);
    request.out("");
    request.out(sayCli(request.language, "start.next"));
    return code >= FAULT ? code : 0;
  },
};

function examineOnce(request: CommandRequest, folder: string): Promise<number> {
  const files = practiceFiles(folder);
  const exhibit = nextExhibit(folder);
  return examine.run(
    requestWith(request, {
      positionals: [files.device],
      options: {
        filter: [files.filter],
        certificate: files.certificate,
        identity: files.identity,
        "passphrase-file": files.passphrase,
        basis: sayCli(request.language, "start.basis"),
        exhibit,
        out: join(folder, "exhibits", exhibit),
      },
    }),
  );
}

/** The first practice exhibit number that has no folder yet. */
function nextExhibit(folder: string): string {
  mkdirSync(join(folder, "exhibits"), { recursive: true });
  for (let n = 1; ; n++) {
    const exhibit = `PRACTICE-${String(n).padStart(4, "0")}`;
    if (!existsSync(join(folder, "exhibits", exhibit))) return exhibit;
  }
}
