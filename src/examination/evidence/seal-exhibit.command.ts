import type { Command } from "#base/commandline";
import { size } from "#base/words";
import { sealExhibit } from "./seal-exhibit.node.ts";
import { sayEvidence } from "./words.ts";

/** `phum report seal DIR --to FOLDER [--recipient R]`: one sealed file for the agency, read back after writing. */
export const reportSeal: Command = {
  path: ["report", "seal"],
  positionals: { name: "DIR", min: 1, max: 1 },
  options: { to: { value: "FOLDER", required: true }, recipient: { value: "R", multiple: true } },
  help: (language) => ({
    summary: sayEvidence(language, "help.seal"),
    options: { to: sayEvidence(language, "help.seal.to"), recipient: sayEvidence(language, "help.seal.recipient") },
  }),
  run: async (request) => {
    const { language } = request;
    const [dir = ""] = request.positionals;
    const to = request.path(request.text("to") ?? "");
    const options = { nowMs: request.nowMs(), recipients: request.texts("recipient") };
    const { path, sealedBytes } = await sealExhibit(request.path(dir), to, options);
    request.out(sayEvidence(language, "seal.written", { path, bytes: size(language, sealedBytes) }));
    return 0;
  },
};
