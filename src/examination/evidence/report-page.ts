import { deviceText, listTexts, whenText } from "./fact-text.ts";
import { EN, KM, label, two } from "./html-teller.ts";
import { laterPages } from "./later-pages.ts";
import type { PageParts } from "./page-parts.ts";
import { legendMark, qrSvg, qrText, tapeSvg, verdictMark } from "./report-marks.ts";
import type { Report } from "./report-record.ts";
import { reportStyle } from "./report-style.ts";
import { escapeHtml, foreignHtml, shownText } from "./shown-text.ts";
import { noticeSentence, type Teller } from "./teller.ts";
import {
  boundSentences,
  foundSentences,
  greenLimits,
  readPercent,
  readSentences,
  reasonTexts,
  unreadSentence,
  whatSentence,
} from "./verdict-text.ts";

/** Nothing is loaded, nothing runs: fonts stand in the page, and so does the style. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'; frame-src 'none'";

/** report.html: one file in both languages, page one as the paper that is handed over. All foreign text is escaped. */
export function reportPage(parts: PageParts): string {
  const { report, fonts } = parts;
  const title = `${escapeHtml(shownText(report.exhibit))} · Phum`;
  return `<!doctype html>
<html lang="km"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${reportStyle(fonts)}</style></head>
<body><div class="paper">${report.practice ? practiceBand() : ""}<main class="all">${pageOne(parts)}${laterPages(parts)}</main></div></body></html>
`;
}

function practiceBand(): string {
  const line = (teller: Teller): string =>
    `<span lang="${teller.language}"><b>${teller.say("page.practice")}</b> · ${teller.say("page.practice.note")}</span>`;
  return `<header class="head"><div class="band"><p>${line(KM)} ${line(EN)}</p></div></header>`;
}

function pageOne(parts: PageParts): string {
  const { report } = parts;
  return `<article class="sheet first">${top(parts)}${answer(report)}${tape(report)}${whyAndNow(report)}${whatWasRead(report)}${notices(report)}${facts(report)}${custody(parts)}${foot(report)}</article>`;
}

function top({ report, digest }: PageParts): string {
  const head = [KM, EN].map(({ language, say }) => `<h1 lang="${language}">${say("page.title")}</h1>`).join("");
  return `<div class="top"><div><div class="titles">${head}</div><p class="exhibit">${label("page.exhibit")} ${foreignHtml(report.exhibit)}</p></div>${qrSvg(qrText(digest))}</div>`;
}

function answer(report: Report): string {
  const { verdict, coverage } = report;
  const mark = verdictMark(verdict, coverage.fraction, readPercent("en", coverage.fraction));
  const word = [KM, EN]
    .map(({ language, say }) => `<span lang="${language}">${say(`verdict.${verdict}`)}</span>`)
    .join("");
  const found = (teller: Teller): string[] => (verdict === "green" ? [] : foundSentences(teller, report));
  return `<section class="ans">${mark}<p class="w">${word}</p>${two((teller) => [whatSentence(teller, report), ...found(teller)])}</section>`;
}

function tape(report: Report): string {
  const { tape: cells } = report.coverage;
  const some = { found: cells.some(({ found }) => found), unread: cells.some(({ unread }) => unread) };
  const item = (what: "found" | "read" | "notRead" | "unread"): string => {
    const key = what === "found" && report.verdict !== "red" ? "tape.trace" : (`tape.${what}` as const);
    return `<li>${legendMark(what, report.verdict)}<span>${label(key)}</span></li>`;
  };
  const legend = [some.found ? item("found") : "", item("read"), item("notRead"), some.unread ? item("unread") : ""];
  return `<figure role="group" aria-label="${EN.say("tape.label")}">${tapeSvg(cells, report.verdict)}<ul class="legend">${legend.join("")}</ul></figure>`;
}

function whyAndNow(report: Report): string {
  if (report.verdict === "green") {
    return `<section class="block"><h2>${label("head.not")}</h2>${two((teller) => greenLimits(teller, report))}${two(({ say }) => `<b class="step">${say("step.green")}</b>`)}</section>`;
  }
  const km = reasonTexts(KM, report);
  const en = reasonTexts(EN, report);
  const items = en.map((text, i) => {
    const of = ({ language }: Teller): typeof text => (language === "km" ? (km[i] ?? text) : text);
    const line = (teller: Teller): string => {
      const { why, facts, step } = of(teller);
      return `${[why, ...facts].join(" ")} <b class="step">${step}</b>`;
    };
    return `<li>${two(line)}</li>`;
  });
  return `<section class="block"><h2>${label("head.why")}</h2><ul class="why">${items.join("")}</ul></section>`;
}

function whatWasRead(report: Report): string {
  const read = two((teller) => readSentences(teller, report));
  const unread = two((teller) => unreadSentence(teller, report), "strong");
  const holds = two((teller) => boundSentences(teller, report).holds, "strong");
  const rests = two((teller) => boundSentences(teller, report).rests, "small");
  return `<section class="block"><h2>${label("head.read")}</h2>${read}${unread}${holds}${rests}</section>`;
}

function notices(report: Report): string {
  const told = report.notices.filter(({ code }) => code !== "practice");
  if (told.length === 0) return "";
  return `<section class="block"><h2>${label("head.notices")}</h2>${two((teller) => told.map((one) => noticeSentence(teller, one)).join(" • "), "small")}</section>`;
}

/** A row of facts that reads the same in both languages. */
function wide(key: Parameters<typeof label>[0], html: string): string {
  return `<tr><th scope="row">${label(key)}</th><td colspan="2">${html}</td></tr>`;
}

function facts(report: Report): string {
  const row = (key: Parameters<typeof label>[0], tell: (teller: Teller) => string): string =>
    `<tr><th scope="row">${label(key)}</th><td lang="km">${tell(KM)}</td><td lang="en">${tell(EN)}</td></tr>`;
  const rows = [
    row("page.device", (teller) => deviceText(teller, report, foreignHtml)),
    wide("page.officer", officerText(report)),
    report.basis === null
      ? row("page.basis", ({ say }) => say("page.basis.none"))
      : wide("page.basis", foreignHtml(report.basis)),
    row("page.when", (teller) => whenText(teller, report)),
    row("page.list", (teller) => listText(teller, report)),
  ];
  return `<table class="facts"><tbody>${rows.join("")}</tbody></table>`;
}

/** What is signed by hand, never parted from the digest it stands for: on a long report both move to the next sheet. */
function custody(parts: PageParts): string {
  const grouped = (parts.digest.match(/.{4}/g) ?? []).join(" ");
  const digest = wide("page.digest.short", `<span class="id" translate="no">SHA-256 ${grouped}</span>`);
  const table = `<table class="facts"><tbody>${digest}${wide("page.words", spoken(parts))}</tbody></table>`;
  return `<section class="custody">${table}${two(({ say }) => say("page.nothing"))}${signatures()}</section>`;
}

function officerText({ officer }: Report): string {
  const { name, unit, signPublic, vouchedFor } = officer;
  const who = name === "" ? label("page.unnamed") : `${foreignHtml(name)}, ${foreignHtml(unit)}`;
  const key = `${label("page.signer")} ${foreignHtml(`${signPublic.slice(0, 16)}…`)}`;
  return `${who}; ${key}${vouchedFor ? "" : `; <b>${label("page.unvouched")}</b>`}`;
}

function listText(teller: Teller, report: Report): string {
  const shown = listTexts(teller, report).map(
    ({ text, expired }) => `${text}${expired ? ` <b>(${teller.say("page.list.expired")})</b>` : ""}`,
  );
  return shown.join("<br>");
}

function spoken({ words, digits }: PageParts): string {
  const items = words.map((word, i) => `<li><b>${escapeHtml(word)}</b> <span>${digits[i] ?? ""}</span></li>`);
  return `<ol class="spoken" translate="no">${items.join("")}</ol>`;
}

function signatures(): string {
  const line = (key: "page.sign.officer" | "page.sign.witness" | "page.sign.holder"): string =>
    `<div>${label(key)}</div>`;
  return `<div class="sign">${line("page.sign.officer")}${line("page.sign.witness")}${line("page.sign.holder")}</div>`;
}

function foot({ exhibit, tool }: Report): string {
  return `<div class="foot"><span translate="no">Phum ${escapeHtml(shownText(tool.version))}</span><span>${foreignHtml(exhibit)}</span></div>`;
}
