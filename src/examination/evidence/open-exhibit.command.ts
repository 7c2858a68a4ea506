import type { Command, CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { openIdentity, openSigner, readKeyFile } from "#base/signing/node";
import { openExhibit } from "./open-exhibit.node.ts";
import { reportVerify } from "./report-verify.command.ts";
import { plainTeller } from "./teller.ts";
import { sayEvidence } from "./words.ts";

/** `phum report open FILE --identity KEY --out DIR`: opens a sealed exhibit for the agency and verifies what lies in it. */
export const reportOpen: Command = {
  path: ["report", "open"],
  positionals: { name: "FILE", min: 1, max: 1 },
  options: {
    identity: { value: "KEY", required: true },
    out: { value: "DIR", required: true },
    "passphrase-file": { value: "F" },
    trust: { value: "K", multiple: true },
  },
  help: (language) => ({
    summary: sayEvidence(language, "help.open"),
    options: {
      identity: sayEvidence(language, "help.open.identity"),
      out: sayEvidence(language, "help.open.out"),
      "passphrase-file": sayEvidence(language, "help.passphrase"),
      trust: sayEvidence(language, "help.verify.trust"),
    },
  }),
  run: async (request) => {
    const [file = ""] = request.positionals;
    const path = request.path(request.text("out") ?? "");
    const { exhibit, files } = await openExhibit(request.path(file), await secretOf(request), path);
    request.out(plainTeller(request.language).say("seal.opened", { exhibit, count: files.length, path }));
    return reportVerify.run({ ...request, positionals: [path] });
  },
};

/** The secret of an agency's key; of an officer's where it was sealed to one. */
async function secretOf(request: CommandRequest): Promise<string> {
  const file = readKeyFile(request.path(request.text("identity") ?? ""));
  const given = request.text("passphrase-file");
  const from = given === undefined || given === "-" ? given : request.path(given);
  const passphrase = await request.passphrase(from, sayEvidence(request.language, "ask.seal"));
  try {
    return (await openSigner(file, passphrase)).ageSecret;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "identity/not-an-agency") throw error;
    return (await openIdentity(file, passphrase)).ageSecret;
  }
}
