import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { Command } from "#base/commandline";
import { readCertificate, readKeyFile, verifyCertificate } from "#base/signing/node";
import { shiftFault } from "./faults.ts";
import { kitAsked, writeNewFile } from "./kit-file.node.ts";
import { kitOfficers } from "./kit-folder.node.ts";
import { listShelf } from "./list-shelf.node.ts";
import { sayShift } from "./words.ts";

/** `phum kit add-officer KEY CERT`: an officer's wrapped key and certificate, copied into the kit. */
export const kitAddOfficer: Command = {
  path: ["kit", "add-officer"],
  positionals: { name: "officer.key officer.cert", min: 2, max: 2 },
  options: { kit: { value: "DIR" } },
  help: (language) => ({
    summary: sayShift(language, "help.add-officer"),
    options: { kit: sayShift(language, "help.kit") },
  }),
  run: async (request) => {
    const { language, nowMs } = request;
    const folder = kitAsked(request);
    const [key = new Uint8Array(), text = new Uint8Array()] = request.positionals.map((path) =>
      readKeyFile(request.path(path)),
    );
    const certificate = readCertificate(text);
    const { name, unit, signPublic, validUntil } = certificate;
    if (verifyCertificate(certificate, nowMs()).expired) {
      throw shiftFault("shift/certificate", "It has ended", { values: { until: validUntil.slice(0, 10) } });
    }
    // The certificate names whom it is for; whether the key is theirs shows when it is opened.
    const path = join(folder.officers, signPublic.slice(0, 16));
    writeNewFile(`${path}.cert`, text);
    writeNewFile(`${path}.key`, key);
    request.out(sayShift(language, "out.officer", { name, unit, date: validUntil.slice(0, 10) }));
    request.out(`${path}.cert`);
    return 0;
  },
};

/** `phum kit add-list F.phumf`: a list, proved against the agencies that the kit's officers believe. */
export const kitAddList: Command = {
  path: ["kit", "add-list"],
  positionals: { name: "F.phumf", min: 1, max: 1 },
  options: { kit: { value: "DIR" } },
  help: (language) => ({
    summary: sayShift(language, "help.add-list"),
    options: { kit: sayShift(language, "help.kit") },
  }),
  run: async (request) => {
    const folder = kitAsked(request);
    const officers = kitOfficers(folder);
    if (officers.length === 0) throw shiftFault("shift/no-officer", "The kit has no officer yet");
    const shelf = listShelf(folder, () => [...new Set(officers.flatMap(({ certificate }) => certificate.agencyKeys))]);
    await shelf.look();
    const { path, facts } = await shelf.add(createReadStream(request.path(request.positionals[0] ?? "")), null);
    const deaf = officers.filter(({ certificate }) => facts?.recipients.includes(certificate.recipient) !== true);
    for (const { certificate } of deaf)
      request.err(sayShift(request.language, "warn.deaf", { name: certificate.name }));
    const values = { name: facts?.name ?? "", date: facts?.validUntil.slice(0, 10) ?? "" };
    request.out(sayShift(request.language, "out.list", values));
    request.out(path);
    return 0;
  },
};
