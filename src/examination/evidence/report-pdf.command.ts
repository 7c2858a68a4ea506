import type { Command } from "#base/commandline";
import { LANGUAGES, type Language } from "#base/words";
import { writeNew } from "./durable-file.node.ts";
import { evidenceFault } from "./faults.ts";
import { reportPdf } from "./folder-paper.node.ts";
import { sayEvidence } from "./words.ts";

/** `phum report pdf DIR --out F [--language en|km|both]`: the paper of a finished report, verified first. */
export const reportPdfCommand: Command = {
  path: ["report", "pdf"],
  positionals: { name: "DIR", min: 1, max: 1 },
  options: { out: { value: "F", required: true }, language: { value: "en|km|both" } },
  help: (language) => ({
    summary: sayEvidence(language, "help.pdf"),
    options: { out: sayEvidence(language, "help.pdf.out"), language: sayEvidence(language, "help.pdf.language") },
  }),
  run: async (request) => {
    const [dir = ""] = request.positionals;
    const path = request.path(request.text("out") ?? "");
    const languages = chosen(request.text("language"));
    writeNew(path, await reportPdf(request.path(dir), { languages, nowMs: request.nowMs() }));
    request.out(sayEvidence(request.language, "pdf.written", { path }));
    return 0;
  },
};

function chosen(language: string | undefined): readonly Language[] {
  if (language === undefined || language === "both") return ["km", "en"];
  const one = LANGUAGES.find((known) => known === language);
  if (one !== undefined) return [one];
  throw evidenceFault("report/language", `No language ${language}`, { values: { language } });
}
