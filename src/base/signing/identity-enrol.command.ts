import type { Command, CommandRequest } from "#base/commandline";
import { canonicalText, utf8 } from "#base/values";
import { enrol } from "./certificate.node.ts";
import { passphraseFor } from "./command-passphrase.node.ts";
import { deadlineMs } from "./deadline.ts";
import { signingFault } from "./faults.ts";
import { openSigner } from "./identity.node.ts";
import { readKeyFile, refuseExisting, writeOwnFile } from "./key-files.node.ts";
import { readOfficerPublic } from "./officer-public.node.ts";
import { readPublicKey } from "./public-key.ts";
import { saySigning } from "./words.ts";

/** `phum identity enrol`: the agency's certificate for an officer. Last line: the certificate's path. */
export const identityEnrol: Command = {
  path: ["identity", "enrol"],
  positionals: { name: "officer.pub", min: 1, max: 1 },
  options: {
    name: { value: "NAME", required: true },
    unit: { value: "UNIT", required: true },
    "valid-until": { value: "DATE", required: true },
    sign: { value: "FILE", required: true },
    "passphrase-file": { value: "FILE" },
    trust: { value: "KEY", multiple: true },
    out: { value: "FILE", required: true },
  },
  help: (language) => ({
    summary: saySigning(language, "help.identity-enrol"),
    options: {
      name: saySigning(language, "help.identity-enrol.name"),
      unit: saySigning(language, "help.identity-enrol.unit"),
      "valid-until": saySigning(language, "help.identity-enrol.valid-until"),
      sign: saySigning(language, "help.identity-enrol.sign"),
      "passphrase-file": saySigning(language, "help.passphrase-file"),
      trust: saySigning(language, "help.identity-enrol.trust"),
      out: saySigning(language, "help.identity-enrol.out"),
    },
  }),
  run: async (request) => {
    const path = request.path(request.text("out") ?? "");
    refuseExisting(path);
    const officer = readOfficerPublic(readKeyFile(request.path(request.positionals[0] ?? "")));
    refusePastDate(request);
    const agencyKeys = request.texts("trust").map(readPublicKey);
    const file = readKeyFile(request.path(request.text("sign") ?? ""));
    const agency = await openSigner(file, await passphraseFor(request, "ask.open"));
    const certificate = enrol({
      officer,
      name: request.text("name") ?? "",
      unit: request.text("unit") ?? "",
      validUntil: request.text("valid-until") ?? "",
      agency,
      agencyKeys,
      nowMs: request.nowMs(),
    });
    writeOwnFile(path, utf8(`${canonicalText(certificate)}\n`));
    const { name, unit, validUntil } = certificate;
    request.out(saySigning(request.language, "out.certificate", { name, unit, date: validUntil.slice(0, 10) }));
    request.out(path);
    return 0;
  },
};

/** Asked before the passphrase; enrol() asks again. */
function refusePastDate(request: CommandRequest): void {
  const date = request.text("valid-until") ?? "";
  if ((deadlineMs(date) ?? 0) <= request.nowMs()) {
    throw signingFault("certificate/date", "Not a date to come", { values: { date: date.slice(0, 80) } });
  }
}
