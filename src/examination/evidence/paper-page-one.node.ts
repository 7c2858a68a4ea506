import { type Block, beside, framed, inset, rule, space, stack, textBlock, withoutMiddle } from "#base/paper/node";
import { deviceText, listTexts, whenText } from "./fact-text.ts";
import type { Notice } from "./notices.ts";
import type { PaperSource } from "./page-parts.ts";
import { legendItem, markBlock, qrBlock, tapeBlock } from "./paper-marks.node.ts";
import {
  below,
  both,
  type Cell,
  HEIGHT_PT,
  heading,
  inEach,
  languageColumns,
  paperText,
  type Sheet,
  style,
  tableRow,
  WIDTH_PT,
} from "./paper-sheet.node.ts";
import type { Report } from "./report-record.ts";
import { type EvidenceKey, noticeSentence, type Teller } from "./teller.ts";
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

const QR_PT = 68; // 24 mm
const MARK_PT = 54;
/** 15 mm to sign in. */
const SIGN_PT = 42.5;

/** What of page one stands on the next page when it does not fit. */
export interface Moved {
  notices: boolean;
  reasons: boolean;
}

/** Page one: the paper that is handed over. Nothing of it names a file. The lines to sign on stand at its foot. */
export function pageOne(sheet: Sheet, source: PaperSource, moved: Moved): Block {
  const { report } = source;
  const parts = [
    top(sheet, source),
    answer(sheet, report),
    tape(sheet, report),
    ...(report.verdict === "green" ? [limits(sheet, report)] : moved.reasons ? [] : [reasons(sheet, report)]),
    read(sheet, report),
    ...(moved.notices ? [elsewhere(sheet, report)] : notices(sheet, report)),
    facts(sheet, source),
    inEach(sheet, ({ say }) => say("page.nothing"), style(sheet, "text")),
  ];
  const written = stack(parts, 6.5 * sheet.scale);
  const signed = signatures(sheet);
  const spare = Math.max(6.5 * sheet.scale, HEIGHT_PT - written.heightPt - signed.heightPt);
  return stack([written, signed], spare);
}

function top(sheet: Sheet, { report, digest }: PaperSource): Block {
  const widthPt = WIDTH_PT - QR_PT - 20;
  const titles = sheet.tellers.map(({ say }) => textBlock(say("page.title"), style(sheet, "title", "bold"), widthPt));
  const number = paperText(withoutMiddle(report.exhibit, 40));
  const exhibit = textBlock(
    `${both(sheet, "page.exhibit")} ${number}`,
    { ...style(sheet, "number", "bold"), maxLines: 2 },
    widthPt,
  );
  const row = beside([
    { block: stack([...titles, exhibit]), xPt: 0 },
    { block: qrBlock(digest, QR_PT), xPt: WIDTH_PT - QR_PT },
  ]);
  return stack([row, rule(WIDTH_PT, { widthPt: 2.4, heightPt: 2.4 })], 5 * sheet.scale);
}

function answer(sheet: Sheet, report: Report): Block {
  const { verdict, coverage } = report;
  const sidePt = MARK_PT * sheet.scale;
  const shown = { fraction: coverage.fraction, percent: readPercent("en", coverage.fraction), sidePt };
  const word = textBlock(
    both(sheet, `verdict.${verdict}`),
    { face: sheet.faces.heavy, sizePt: 25 * sheet.scale },
    WIDTH_PT - 90,
  );
  const found = (teller: Teller): string[] => (verdict === "green" ? [] : foundSentences(teller, report));
  const sentences = inEach(sheet, (teller) => [whatSentence(teller, report), ...found(teller)], {
    ...style(sheet, "lead", "bold"),
    widthPt: WIDTH_PT - 26,
  });
  const head = beside([
    { block: markBlock(sheet.faces, verdict, shown), xPt: 0 },
    { block: inset(word, { top: (sidePt - word.heightPt) / 2 }), xPt: sidePt + 14 },
  ]);
  return framed(stack([head, sentences], 5), { widthPt: WIDTH_PT, padPt: 13 * sheet.scale, linePt: 2.4 });
}

function tape(sheet: Sheet, { coverage, verdict }: Report): Block {
  const cells = coverage.tape;
  const items: Block[] = [];
  const shown = ["found", "read", "notRead", "unread"] as const;
  let xPt = 0;
  const legend: { block: Block; xPt: number }[] = [];
  for (const what of shown) {
    if (what === "found" && !cells.some(({ found }) => found)) continue;
    if (what === "unread" && !cells.some(({ unread }) => unread)) continue;
    const key = what === "found" && verdict !== "red" ? "tape.trace" : (`tape.${what}` as const);
    const text = both(sheet, key);
    const { block, widthPt } = legendItem(what, verdict, { text, faces: sheet.faces, sizePt: 8 * sheet.scale });
    legend.push({ block, xPt });
    xPt += widthPt + 16;
  }
  items.push(tapeBlock(cells, verdict, WIDTH_PT), beside(legend));
  return stack(items, 2);
}

function limits(sheet: Sheet, report: Report): Block {
  const blocks = [
    heading(sheet, "head.not"),
    inEach(sheet, (teller) => greenLimits(teller, report), style(sheet, "text")),
    inEach(sheet, ({ say }) => `→ ${say("step.green")}`, style(sheet, "text", "bold")),
  ];
  return stack(blocks, 2);
}

/** Why the verdict is not green, and what to do. */
export function reasons(sheet: Sheet, report: Report): Block {
  const told = sheet.tellers.map((teller) => reasonTexts(teller, report));
  const columns = languageColumns(sheet, WIDTH_PT - 9);
  const items = (told[0] ?? []).map((_, i) => {
    const texts = told.map((list, at) => {
      const { why = "", facts = [], step = "" } = list[i] ?? {};
      const widthPt = columns[at]?.widthPt ?? WIDTH_PT;
      const block = stack([
        textBlock([why, ...facts].join(" "), style(sheet, "text"), widthPt),
        textBlock(`→ ${step}`, style(sheet, "text", "bold"), widthPt),
      ]);
      return { block, xPt: columns[at]?.xPt ?? 0 };
    });
    return barred(inset(beside(texts), { left: 9 }));
  });
  return stack([heading(sheet, "head.why"), ...items], 3 * sheet.scale);
}

/** A heavy bar at the left of a block. */
function barred(block: Block): Block {
  return {
    heightPt: block.heightPt,
    draw: (ink, x, y) => {
      ink.rectangle({ x, y: y + 2, width: 2.6, height: block.heightPt - 3 }, { fill: "#000000" });
      block.draw(ink, x, y);
    },
  };
}

function read(sheet: Sheet, report: Report): Block {
  const blocks = [
    heading(sheet, "head.read"),
    inEach(sheet, (teller) => readSentences(teller, report), style(sheet, "text")),
    inEach(sheet, (teller) => unreadSentence(teller, report), style(sheet, "text", "bold")),
    inEach(sheet, (teller) => boundSentences(teller, report).holds, style(sheet, "text", "bold")),
    inEach(sheet, (teller) => boundSentences(teller, report).rests, style(sheet, "small")),
  ];
  return stack(blocks, 2 * sheet.scale);
}

/** What page one must say besides: nothing, or a section. */
function notices(sheet: Sheet, report: Report): Block[] {
  const told = besides(report);
  if (told.length === 0) return [];
  const text = inEach(sheet, (teller) => told.map((one) => noticeSentence(teller, one)).join(" • "), {
    ...style(sheet, "small"),
    maxLines: 60,
  });
  return [stack([heading(sheet, "head.notices"), text], 2 * sheet.scale)];
}

/** The same, one below the other, for the next page. */
export function noticeLines(sheet: Sheet, report: Report): Block[] {
  return besides(report).map((one) =>
    inEach(sheet, (teller) => `• ${noticeSentence(teller, one)}`, style(sheet, "text")),
  );
}

/** The frame of the page says that it is practice. */
function besides({ notices }: Report): Notice[] {
  return notices.filter(({ code }) => code !== "practice");
}

/** In their place on page one: how many there are, and where. */
function elsewhere(sheet: Sheet, report: Report): Block {
  const count = besides(report).length;
  return inEach(sheet, ({ say }) => say("paper.notices.next", { count }), style(sheet, "text", "bold"));
}

function facts(sheet: Sheet, source: PaperSource): Block {
  const { report, digest } = source;
  const lists = (teller: Teller): string =>
    listTexts(teller, report)
      .map(({ text, expired }) => (expired ? `${text} (${teller.say("page.list.expired")})` : text))
      .join("; ");
  const rows = [
    factRow(sheet, "page.device", (teller) => deviceText(teller, report, paperText)),
    factRow(sheet, "page.officer", officerText(sheet, report)),
    report.basis === null
      ? factRow(sheet, "page.basis", ({ say }) => say("page.basis.none"))
      : factRow(sheet, "page.basis", paperText(withoutMiddle(report.basis, 240))),
    factRow(sheet, "page.when", (teller) => whenText(teller, report)),
    factRow(sheet, "page.list", lists),
    factRow(sheet, "page.digest.short", `SHA-256 ${(digest.match(/.{4}/g) ?? []).join(" ")}`),
    factRow(sheet, "page.words", source.words.map((word, i) => `${word} ${source.digits[i] ?? ""}`).join(" · ")),
  ];
  return stack(rows);
}

/** A row of facts: its name in each language, and what it is, in each language or the same in both. */
function factRow(sheet: Sheet, key: EvidenceKey, tell: string | ((teller: Teller) => string)): Block {
  const labelPt = WIDTH_PT * 0.22;
  const name = below(sheet, key, { ...style(sheet, "text", "bold"), widthPt: labelPt - 8 });
  const name1 =
    sheet.tellers.length === 1 ? name : textBlock(both(sheet, key), style(sheet, "text", "bold"), labelPt - 8);
  const widthPt = WIDTH_PT - labelPt;
  const text =
    typeof tell === "string"
      ? textBlock(tell, { ...style(sheet, "text"), maxLines: 3 }, widthPt)
      : inEach(sheet, tell, { ...style(sheet, "text"), widthPt, maxLines: 5 });
  const cells: Cell[] = [{ text: name1 }, { text }];
  return tableRow(sheet, cells, { shares: [22, 78] });
}

function officerText(sheet: Sheet, { officer }: Report): string {
  const { name, unit, signPublic, vouchedFor } = officer;
  const who = name === "" ? both(sheet, "page.unnamed") : `${paperText(name)}, ${paperText(unit)}`;
  const key = `${both(sheet, "page.signer")} ${signPublic.slice(0, 16)}…`;
  return `${who}; ${key}${vouchedFor ? "" : `; ${both(sheet, "page.unvouched")}`}`;
}

/** Three lines to sign on, side by side, with room above. */
export function signatures(sheet: Sheet): Block {
  const gapPt = 18;
  const widthPt = (WIDTH_PT - 2 * gapPt) / 3;
  const keys = ["page.sign.officer", "page.sign.witness", "page.sign.holder"] as const;
  const lines = keys.map((key, i) => {
    const words = below(sheet, key, { ...style(sheet, "small"), widthPt });
    const block = stack([space(SIGN_PT), rule(widthPt, { widthPt: 1.2, heightPt: 2 }), words]);
    return { block, xPt: i * (widthPt + gapPt) };
  });
  return beside(lines);
}
