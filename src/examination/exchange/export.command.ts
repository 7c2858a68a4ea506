import type { Command, CommandRequest } from "#base/commandline";
import { readPublicKey } from "#base/signing";
import { openSigner, readKeyFile } from "#base/signing/node";
import type { Language } from "#base/words";
import { CATEGORIES } from "#examination/evidence";
import { checkExport, type ExportSignature, exportReport } from "./export-file.node.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./export-formats.node.ts";
import { exchangeFault } from "./faults.ts";
import type { VicsCategories } from "./vics-format.node.ts";
import { sayExchange } from "./words.ts";

/** `phum report export DIR --format F --out FILE --sign KEY`: findings in a partner's format, signed, and what it could not carry. */
export const reportExport: Command = {
  path: ["report", "export"],
  positionals: { name: "DIR", min: 1, max: 1 },
  options: {
    format: { value: "vics|dfxml|case|csv", required: true },
    out: { value: "FILE", required: true },
    map: { value: "OURS=VICS", multiple: true },
    sign: { value: "FILE", required: true },
    "passphrase-file": { value: "FILE" },
  },
  help: (language) => ({
    summary: sayExchange(language, "help.export"),
    options: {
      format: sayExchange(language, "help.format"),
      out: sayExchange(language, "help.out"),
      map: sayExchange(language, "help.map"),
      sign: sayExchange(language, "help.sign"),
      "passphrase-file": sayExchange(language, "help.passphrase-file"),
    },
  }),
  run: async (request) => {
    const { language } = request;
    const format = formatOf(request);
    const categories = categoriesOf(request);
    const given = request.text("passphrase-file");
    const file = given === undefined || given === "-" ? given : request.path(given);
    const passphrase = await request.passphrase(file, sayExchange(language, "ask.agency"));
    const agency = await openSigner(readKeyFile(request.path(request.text("sign") ?? "")), passphrase);
    const [dir, out] = [request.path(request.positionals[0] ?? ""), request.path(request.text("out") ?? "")];
    const signed = await exportReport({ dir, out, format, categories, agency, nowMs: request.nowMs() });
    for (const line of lossLines(language, signed)) request.out(line);
    request.out(sayExchange(language, "export.written", { path: out, signature: signed.signaturePath }));
    return 0;
  },
};

/** `phum report check-export FILE [--trust K]`: proves an export by the signature beside it. */
export const reportCheckExport: Command = {
  path: ["report", "check-export"],
  positionals: { name: "FILE", min: 1, max: 1 },
  options: { trust: { value: "K", multiple: true } },
  help: (language) => ({
    summary: sayExchange(language, "help.check"),
    options: { trust: sayExchange(language, "help.trust") },
  }),
  run: async (request) => {
    const { language, out } = request;
    const trust = request.texts("trust").map(readPublicKey);
    const signed = checkExport(request.path(request.positionals[0] ?? ""), trust);
    out(sayExchange(language, trust.length > 0 ? "check.proved" : "check.consistent", { key: signed.signedBy }));
    out(sayExchange(language, "check.report", { digest: signed.report, at: signed.signedAt }));
    for (const line of lossLines(language, signed)) out(line);
    return 0;
  },
};

function lossLines(language: Language, { losses, practice }: ExportSignature): string[] {
  const lines = practice ? [sayExchange(language, "export.practice")] : [];
  if (losses.length === 0) return [...lines, sayExchange(language, "export.whole")];
  return [
    ...lines,
    sayExchange(language, "export.lost"),
    ...losses.map(({ field, count }) => `  ${sayExchange(language, "export.loss", { field, count })}`),
  ];
}

function formatOf(request: CommandRequest): ExportFormat {
  const given = request.text("format") ?? "";
  const format = EXPORT_FORMATS.find((known) => known === given);
  if (format === undefined) throw optionFault("format", given);
  return format;
}

function categoriesOf(request: CommandRequest): VicsCategories {
  const categories = new Map<string, number>();
  for (const pair of request.texts("map")) {
    const [, ours = "", number = ""] = /^([a-z]+)=(\d{1,3})$/.exec(pair) ?? [];
    if (!CATEGORIES.some((known) => known === ours)) throw optionFault("map", pair);
    categories.set(ours, Number(number));
  }
  return categories;
}

function optionFault(option: string, value: string): Error {
  return exchangeFault("exchange/option", `--${option} cannot be ${value}`, { values: { option, value } });
}
