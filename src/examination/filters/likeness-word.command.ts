import type { Command, CommandRequest } from "#base/commandline";
import { type Certificate, readPublicKey } from "#base/signing";
import { openIdentity, readCertificateFile, readKeyFile, verifyCertificate } from "#base/signing/node";
import { verifyReport } from "#examination/evidence/node";
import { ENTRY_WORDS, type EntryWordKind, type EntryWordReason, reasonText, wordText } from "#examination/likeness";
import { appendWord, signWord } from "#examination/likeness/node";
import { pathOf, secretOf } from "./build-request.node.ts";
import { filtersFault } from "./faults.ts";
import { type VerifiedPart, verifyFilter } from "./filter-verify.node.ts";
import { sayFilters } from "./words.ts";

const OPTIONS = {
  reason: { value: "REASON", required: true },
  report: { value: "DIR" },
  finding: { value: "N" },
  list: { value: "FILTER" },
  entry: { value: "N" },
  video: {},
  set: { value: "NAME" },
  identity: { value: "I", required: true },
  "passphrase-file": { value: "P" },
  certificate: { value: "C", required: true },
  trust: { value: "K", multiple: true },
  out: { value: "FILE", required: true },
} as const;

/** An entry, and the list's file that the officer had. */
type Spoken = Pick<Parameters<typeof signWord>[0], "set" | "release" | "kind" | "entry" | "list">;

/**
 * `phum likeness word WORD`: an officer's signed word on one entry of a list, of a report's finding or by its number. It is written behind
 * those that the file holds.
 */
export const likenessWord: Command = {
  path: ["likeness", "word"],
  positionals: { name: "WORD", min: 1, max: 1 },
  options: OPTIONS,
  help: (language) => ({
    summary: sayFilters(language, "help.word"),
    options: Object.fromEntries(
      (Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).map((name) => [
        name,
        sayFilters(language, `help.word.${name}`),
      ]),
    ),
  }),
  run: async (request) => {
    const { word, reason } = wordOf(request);
    const certificate = readCertificateFile(pathOf(request, "certificate") ?? "");
    const { expired } = verifyCertificate(certificate, request.nowMs());
    const trust = [...request.texts("trust").map(readPublicKey), ...certificate.agencyKeys];
    const spoken = request.text("report") === undefined ? await entryOf(request, trust) : findingOf(request, trust);
    const file = readKeyFile(pathOf(request, "identity") ?? "");
    const identity = await openIdentity(file, await secretOf(request, "passphrase-file", "ask.identity"));
    if (identity.public.signPublic !== certificate.signPublic || expired) {
      throw filtersFault("filter/word-certificate", "The certificate is of another key, or it has ended");
    }
    const at = new Date(request.nowMs()).toISOString();
    const out = pathOf(request, "out") ?? "";
    appendWord(out, signWord({ ...spoken, word, reason, at }, identity, certificate));
    request.out(told(request, spoken, { word, reason, certificate }));
    request.out(out);
    return 0;
  },
};

function told(
  { language }: CommandRequest,
  { set, release, kind, entry }: Spoken,
  said: { word: EntryWordKind; reason: EntryWordReason; certificate: Certificate },
): string {
  const { name, unit } = said.certificate;
  const [word, reason] = [wordText(language, said.word), reasonText(language, said.reason)];
  return sayFilters(language, `word.${kind}`, { set, release, entry: String(entry), word, reason, name, unit });
}

function wordOf(request: CommandRequest): { word: EntryWordKind; reason: EntryWordReason } {
  const given = request.positionals[0] ?? "";
  const words = Object.keys(ENTRY_WORDS) as EntryWordKind[];
  const word = words.find((name) => name === given);
  if (word === undefined) throw wordFault("WORD", given);
  const reasons: readonly EntryWordReason[] = ENTRY_WORDS[word];
  const reason = reasons.find((name) => name === request.text("reason"));
  if (reason === undefined) throw wordFault("reason", request.text("reason") ?? "");
  return { word, reason };
}

/** The entry of a report's finding, by its number in the report. */
function findingOf(request: CommandRequest, trust: readonly string[]): Spoken {
  const dir = pathOf(request, "report") ?? "";
  const number = wholeOf(request, "finding");
  const verified = verifyReport(dir, { trust, nowMs: request.nowMs() });
  const report = verified.outcome === "interrupted" ? undefined : verified.report;
  const finding = report?.findings[number - 1];
  const lists =
    report?.filter.filter(({ name, release }) => name === finding?.set && release === finding.release) ?? [];
  const [list] = lists;
  if (finding?.likeness === undefined || list === undefined) {
    throw filtersFault("filter/word-finding", `Finding ${number} is no lead by likeness`, { values: { number, dir } });
  }
  const { set, release, likeness } = finding;
  const kind = likeness.part === "video" ? "video" : "picture";
  return { set, release, kind, entry: likeness.entry, list: list.digest };
}

/** An entry by its number in a list's file, as a search gives it. */
async function entryOf(request: CommandRequest, trust: readonly string[]): Promise<Spoken> {
  const path = pathOf(request, "list");
  if (path === undefined) throw wordFault("list", "");
  const entry = wholeOf(request, "entry");
  const kind = request.flag("video") ? "video" : "picture";
  const { parts, digest } = await verifyFilter(path, { trust, nowMs: request.nowMs() });
  const wanted = request.text("set");
  const named = parts.filter(({ header }) => header.likeness && (wanted === undefined || header.name === wanted));
  const [part, another] = named;
  if (part === undefined || another !== undefined) throw wordFault("set", wanted ?? "");
  const { name: set, release } = part.header;
  if (entry >= countOf(part, kind)) throw wordFault("entry", String(entry));
  return { set, release, kind, entry, list: digest };
}

function countOf({ header: { likeness } }: VerifiedPart, kind: Spoken["kind"]): number {
  return (kind === "video" ? likeness?.videos : likeness?.pictures) ?? 0;
}

function wholeOf(request: CommandRequest, option: "entry" | "finding"): number {
  const given = request.text(option) ?? "";
  if (!/^\d{1,9}$/.test(given)) throw wordFault(option, given);
  return Number(given);
}

function wordFault(option: string, value: string): Error {
  const values = { option: option === "WORD" ? option : `--${option}`, value: value.slice(0, 80) };
  return filtersFault("filter/word-option", `${option} cannot be ${value}`, { values });
}
