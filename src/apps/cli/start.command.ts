// npm start: the first minute is real. In a terminal the officer's app opens; where nobody looks (a build server), or with --no-app,
// the practice device is examined right here like any other, and the program ends.
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { isPageBuilt, runKit, sayKit } from "#apps/kit/node";
import { type Command, type CommandRequest, requestWith } from "#base/commandline";
import { projectHome } from "#base/machine/node";
import { practice, practiceFiles } from "#examination/practice/node";
import { examine } from "#examination/triage/node";
import { sayCli } from "./words.ts";

const FAULT = 64;

/** `npm start`: the app, with a practice set. Without it: examines the practice device, ends with 0 whatever the verdict. */
export const start: Command = {
  path: ["start"],
  options: { "no-app": {}, "no-browser": {}, port: { value: "N" }, kit: { value: "DIR" } },
  help: (language) => ({
    summary: sayCli(language, "help.start"),
    options: {
      "no-app": sayCli(language, "help.start.no-app"),
      "no-browser": sayKit(language, "help.kit.no-browser"),
      port: sayKit(language, "help.kit.port"),
      kit: sayKit(language, "help.kit.kit"),
    },
  }),
  run: async (request) => {
    if (wantsApp(request)) {
      request.out(sayCli(request.language, "start.app"));
      return await runKit(request, { makesPractice: true });
    }
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

/** A person at a terminal wants the app; a build server waits for an end. Where the screens were not built there is none. */
function wantsApp(request: CommandRequest): boolean {
  const told = request.flag("no-app") || (process.env["PHUM_NO_APP"] ?? "") !== "";
  return !told && process.stdout.isTTY === true && isPageBuilt();
}

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
