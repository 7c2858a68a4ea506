import { canonicalText } from "#base/values";
import { number, size } from "#base/words";
import { EN, KM, label, two } from "./html-teller.ts";
import { kindWords } from "./kind-text.ts";
import type { PageParts } from "./page-parts.ts";
import { findingMark } from "./report-marks.ts";
import type { Finding, Report, UnreadRange } from "./report-record.ts";
import { foreignHtml } from "./shown-text.ts";
import type { EvidenceKey } from "./teller.ts";

/** Rows printed of one table; report.json holds all. */
const ROWS_MAX = 1000;
const PLAN_MAX = 4000;
const PLACE_MAX = 400;

/** The pages after the first: findings, what could not be read, how it was read, the journal, how to check. */
export function laterPages(parts: PageParts): string {
  const { report } = parts;
  const found = [findingsSheet(report), likenessSheet(report), unreadSheet(report)];
  return [...found, planSheet(parts), journalSheet(parts), checkSheet(parts)].join("");
}

function sheet({ exhibit }: Report, head: EvidenceKey, content: string): string {
  const number = `<span class="exhibit">${label("page.exhibit")} ${foreignHtml(exhibit)}</span>`;
  return `<section class="sheet"><h2>${label(head)}${number}</h2>${content}</section>`;
}

function table(columns: [EvidenceKey, string][], rows: string[]): string {
  const head = columns.map(([key, name]) => `<th scope="col" class="${name}">${label(key)}</th>`).join("");
  return `<table class="rows"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function cutNote(shown: number, total: number): string {
  return total <= shown ? "" : two(({ say }) => say("found.cut", { shown, total }));
}

function findingsSheet(report: Report): string {
  const { findings } = report;
  if (findings.length === 0) return "";
  const rows = findings.slice(0, ROWS_MAX).map((finding, i) => {
    const { place, offsetBytes, lengthBytes, set, release } = finding;
    const where = finding.kind !== "blocks" ? "–" : number("en", offsetBytes);
    return `<tr><td>${i + 1}</td><td>${shortPlace(place)}${standingText(finding)}</td><td>${where}</td><td>${size("en", lengthBytes)}</td><td>${findingMark(finding)}${kindText(finding)}</td><td>${shortPlace(`${set}, ${release}`)}</td></tr>`;
  });
  const columns: [EvidenceKey, string][] = [
    ["column.n", "n"],
    ["column.place", "place"],
    ["column.where", "mid"],
    ["column.size", "n"],
    ["column.what", "mid"],
    ["column.list", "mid"],
  ];
  return sheet(report, "head.findings", `${cutNote(ROWS_MAX, findings.length)}${table(columns, rows)}`);
}

function kindText(finding: Finding): string {
  const said = [KM, EN].map(({ language, say }) => `<span lang="${language}">${kindWords(say, finding)}</span>`);
  return said.join(" ");
}

/** In what it stands, below the place. */
function standingText({ standing, certainty, misnamed }: Finding): string {
  const named = misnamed === true ? `<br>${label("finding.misnamed")}` : "";
  if (standing === undefined) return named;
  const sure = certainty === undefined ? "" : ` (${label(`certainty.${certainty}`)})`;
  return `<br>${label(`standing.${standing}`)}${sure}${named}`;
}

/** What could not be compared by likeness, and the series of pictures on no list. */
function likenessSheet(report: Report): string {
  const { undecodedFirst = [], undecoded = 0, seriesFirst = [], series = 0 } = report.likeness ?? {};
  const row = (i: number, where: string, what: string): string =>
    `<tr><td>${i + 1}</td><td>${shortPlace(where)}</td><td>${what}</td></tr>`;
  const lost = undecodedFirst.map(({ place, why }, i) => row(i, place, label(`undecoded.${why}`)));
  const alike = seriesFirst.map(({ place, files }, i) => row(i, place, String(files)));
  const part = (key: "undecoded" | "series", rows: string[], total: number): string => {
    if (rows.length === 0) return "";
    const last = key === "series" ? "column.files" : "column.why";
    const columns: [EvidenceKey, string][] = [
      ["column.n", "n"],
      ["column.place", "place"],
      [last, "mid"],
    ];
    return `<h3>${label(`likeness.${key}`)}</h3>${cutNote(rows.length, total)}${table(columns, rows)}`;
  };
  const content = [part("undecoded", lost, undecoded), part("series", alike, series)].join("");
  return content === "" ? "" : sheet(report, "head.likeness", content);
}

function unreadSheet(report: Report): string {
  const { unread } = report;
  if (unread.length === 0) return "";
  const rows = unread
    .slice(0, ROWS_MAX)
    .map(
      ({ place, offsetBytes, lengthBytes, why }: UnreadRange, i) =>
        `<tr><td>${i + 1}</td><td>${shortPlace(place)}</td><td>${number("en", offsetBytes)}</td><td>${size("en", lengthBytes, "up")}</td><td>${label(`why.${why}`)}</td></tr>`,
    );
  const columns: [EvidenceKey, string][] = [
    ["column.n", "n"],
    ["column.place", "place"],
    ["column.where", "mid"],
    ["column.size", "n"],
    ["column.why", "mid"],
  ];
  return sheet(report, "head.unread", `${cutNote(ROWS_MAX, unread.length)}${table(columns, rows)}`);
}

function planSheet({ report }: PageParts): string {
  const { plan, reads, tool } = report;
  const text = canonicalText(plan);
  const shown = text.length > PLAN_MAX ? `${text.slice(0, PLAN_MAX)}…` : text;
  const lines = [
    `${label("page.reads", { leaves: reads.leaves })} <span class="id">${reads.root}</span> (${reads.digest})`,
    `${label("page.tool")}: ${foreignHtml(`${tool.name} ${tool.version}`)} <span class="id">${tool.digest}</span>`,
  ];
  return sheet(
    report,
    "head.plan",
    `<pre>${foreignHtml(shown)}</pre>${lines.map((line) => `<p class="small">${line}</p>`).join("")}`,
  );
}

function journalSheet({ report, journal }: PageParts): string {
  const rows = journal.rows.map(
    ({ n, at, kind, body }) =>
      `<tr><td>${n}</td><td>${at.replace("T", " ").replace("Z", " UTC")}</td><td>${label(`entry.${kind}`)}</td><td><pre>${foreignHtml(body)}</pre></td></tr>`,
  );
  const columns: [EvidenceKey, string][] = [
    ["column.entry", "n"],
    ["column.when", "mid"],
    ["column.what", "mid"],
    ["head.journal", ""],
  ];
  const { entries, head } = report.journal;
  const closed = `<p class="small">${label("page.closed", { entries })} <span class="id">${head}</span></p>`;
  const counts = two(({ say }) => say("entry.counts", journal.counts));
  return sheet(report, "head.journal", `${table(columns, rows)}${counts}${closed}`);
}

function checkSheet({ report, digest }: PageParts): string {
  const annex = report.annex === undefined ? "" : two(({ say }) => say("page.annex"));
  const key = `<p class="small">${label("page.signer")}: <span class="id">${report.officer.signPublic}</span></p>`;
  const whole = `<p class="small">${label("page.digest")}: <span class="id">${digest}</span></p>`;
  return sheet(
    report,
    "head.check",
    `${two(({ say }) => [say("page.check"), say("page.words.use")])}${annex}${key}${whole}`,
  );
}

/** A place short enough for a row: its middle left out. */
function shortPlace(place: string): string {
  if (place.length <= PLACE_MAX) return foreignHtml(place);
  return `${foreignHtml(place.slice(0, PLACE_MAX / 2))}…${foreignHtml(place.slice(-PLACE_MAX / 2))}`;
}
