import { type Language, number, size } from "#base/words";
import type { Reason, Report, UnreadRange } from "./report-record.ts";
import { noticeSentence, plainTeller, type Teller } from "./teller.ts";

/** What the sentences are made from: a report, signed or not yet. */
export type Told = Omit<Report, "journal" | "officer" | "annex">;

/** The verdict in one sentence. */
export function whatSentence({ language, say }: Teller, { verdict, coverage }: Told): string {
  if (verdict !== "green") return say(`what.${verdict}`);
  if (coverage.bytesRead === coverage.bytesTotal && coverage.bytesUnread === 0) return say("what.green.whole");
  return say("what.green", { percent: readPercent(language, coverage.fraction) });
}

/** What was found, in plain words. */
export function foundSentences({ say }: Teller, { findings }: Told): string[] {
  const confirmed = findings.filter((finding) => finding.confirmed);
  const files = confirmed.filter(({ kind }) => kind === "whole-file");
  const runs = confirmed.filter(({ kind }) => kind === "blocks");
  const sentences: string[] = [];
  if (files.length > 0) sentences.push(say("found.files", { count: files.length }));
  if (runs.length > 0) {
    const pieces = runs.reduce((sum, { blocks }) => sum + blocks, 0);
    sentences.push(say("found.blocks", { places: runs.length, pieces }));
  }
  const again = sentences.length > 0 ? [say("found.again")] : [];
  const alike = findings.filter(({ kind }) => kind === "likeness").length;
  const leads = alike > 0 ? [say("found.likeness", { count: alike })] : [];
  const said = [...sentences, ...again, ...leads];
  return said.length > 0 ? said : [say("found.nothing")];
}

/** How much was read, and how. */
export function readSentences({ language, say }: Teller, { coverage, source, reads, plan }: Told): string[] {
  const { fraction, bytesRead, bytesTotal, bytesBlank, phases } = coverage;
  const percent = readPercent(language, fraction);
  const amount = { percent, read: size(language, bytesRead), total: size(language, bytesTotal) };
  const { filesTotal: files = 0, filesProbed: probed = 0, filesRead: whole = 0 } = coverage;
  const sentences =
    source.kind === "folder"
      ? [say("read.folder", { ...amount, files, probed, whole })]
      : [say("read.device", { ...amount, runs: reads.leaves }), say("read.phases", { count: phases.length })];
  if (bytesBlank > 0) sentences.push(say("read.blank", { bytes: size(language, bytesBlank) }));
  const { seed } = plan;
  if (typeof seed === "string" && seed.length <= 200) sentences.push(say("read.seed", { seed }));
  return sentences;
}

/** What could not be read: always said, also when it is nothing. */
export function unreadSentence({ language, say }: Teller, { unread, coverage }: Told): string {
  if (unread.length === 0 && coverage.bytesUnread === 0) return say("unread.nothing");
  const whys: UnreadRange["why"][] = [...new Set(unread.map(({ why }) => why))];
  const why = whys.map((one) => say(`why.${one}`)).join(", ");
  return say("unread.some", {
    bytes: size(language, coverage.bytesUnread, "up"),
    places: unread.length,
    why: why || "–",
  });
}

/** The bound, with where it is weakest; then what it rests on, and what this test cannot see. */
export function boundSentences(
  { language, say }: Teller,
  { bound, findings, source }: Told,
): { holds: string[]; rests: string[] } {
  const { confidence, targetBytes, goalBytes, reached, hardest } = bound;
  const folder = source.kind === "folder";
  const blind = say(folder ? "blind.folder" : "blind.raw");
  if (targetBytes === null) {
    const none = say(folder && reached ? "bound.none.folder" : "bound.none");
    return { holds: [findings.some(({ confirmed }) => confirmed) ? say("bound.found") : none], rests: [blind] };
  }
  const percent = Math.floor(confidence * 1000 + 1e-9) / 10;
  const target = binarySize(language, targetBytes);
  const holds = [say("bound.holds", { target, percent })];
  if (hardest !== undefined && hardest !== null && hardest.confidence < confidence) {
    const surely = number(language, Math.floor(hardest.confidence * 1000) / 10, 1);
    holds.push(say("bound.hardest", { target, size: binarySize(language, hardest.fileBytes), percent: surely }));
  }
  const missed = reached ? [] : [say("bound.missed", { goal: binarySize(language, goalBytes) })];
  return { holds, rests: [...missed, say(folder ? "bound.shapes.folder" : "bound.shapes"), blind] };
}

/** One reason, what stands behind it, and its next step. */
export interface ReasonText {
  reason: Reason;
  why: string;
  facts: string[];
  step: string;
}

/** The reasons in the report's order. */
export function reasonTexts({ language, say }: Teller, { reasons, facts = [] }: Told): ReasonText[] {
  return reasons.map((reason) => ({
    reason,
    why: say(`reason.${reason}`),
    facts: facts
      .filter((fact) => fact.reason === reason)
      .slice(0, 3)
      .map(({ name, lengthBytes }) => {
        const bytes = size(language, lengthBytes, "up");
        return name === undefined ? say("fact.unnamed", { bytes }) : say("fact.part", { name, bytes });
      }),
    step: say(`step.${reason}`),
  }));
}

/** What green does not say. */
export function greenLimits({ language, say }: Teller, { coverage }: Told): string[] {
  const missing = Math.ceil((1 - coverage.fraction) * 1000 - 1e-9) / 10;
  const unread = coverage.fraction < 1 ? [say("not.read", { percent: number(language, missing, 1) })] : [];
  return [...unread, say("not.new"), say("not.person")];
}

/**
 * The last lines of an examination at a terminal: verdict, reasons with their next steps, coverage, bound, what could not be
 * read, notices.
 */
export function verdictLines(report: Told, language: Language): string[] {
  const teller = plainTeller(language);
  const { say } = teller;
  const bullet = (line: string): string => `  · ${line}`;
  const colon = language === "km" ? "៖" : ":";
  const lines = [`${say(`verdict.${report.verdict}`)}${colon} ${whatSentence(teller, report)}`];
  if (report.practice) lines.unshift(`${say("page.practice")}${colon} ${say("page.practice.note")}`);
  if (report.verdict !== "green") lines.push(...foundSentences(teller, report));
  for (const { why, facts, step } of reasonTexts(teller, report)) {
    lines.push(bullet([why, ...facts].join(" ")), `    → ${step}`);
  }
  const { holds, rests } = boundSentences(teller, report);
  lines.push(...readSentences(teller, report), unreadSentence(teller, report), ...holds, ...rests);
  if (report.verdict === "green") {
    lines.push(`${say("head.not")}${colon}`, ...greenLimits(teller, report).map(bullet), `    → ${say("step.green")}`);
  }
  const notices = report.notices.filter(({ code }) => code !== "practice");
  if (notices.length > 0) lines.push(`${say("head.notices")}${colon}`);
  return [...lines, ...notices.map((one) => bullet(noticeSentence(teller, one)))];
}

/** A read part in per cent, rounded down; below one per cent with two decimals. */
export function readPercent(language: Language, fraction: number): string {
  const step = fraction < 0.01 ? 100 : 1;
  return number(language, Math.floor(fraction * 100 * step + 1e-9) / step, 2);
}

/** A bound in the units it is thought in (20 MiB), rounded up. */
function binarySize(language: Language, bytes: number): string {
  for (const [unit, name] of [
    [2 ** 30, "GiB"],
    [2 ** 20, "MiB"],
    [2 ** 10, "KiB"],
  ] as const) {
    if (bytes >= unit) return `${number(language, Math.ceil((bytes / unit) * 10 - 1e-9) / 10, 1)} ${name}`;
  }
  return `${number(language, bytes)} B`;
}
