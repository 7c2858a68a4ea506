import { type Block, beside, type FlowPart, rule, space, stack, textBlock, withoutMiddle } from "#base/paper/node";
import { number, size } from "#base/words";
import { kindWords } from "./kind-text.ts";
import type { PaperSource } from "./page-parts.ts";
import { flagged } from "./paper-marks.node.ts";
import { type Moved, noticeLines, reasons, signatures } from "./paper-page-one.node.ts";
import {
  below,
  both,
  type Cell,
  heading,
  inEach,
  paperText,
  type Sheet,
  style,
  tableHead,
  tableRow,
  WIDTH_PT,
} from "./paper-sheet.node.ts";
import type { Finding, Report } from "./report-record.ts";
import type { EvidenceKey } from "./teller.ts";

/** Rows printed of one table; report.json holds all. */
const ROWS_MAX = 500;
const ENTRIES_MAX = 60;
const PLACE_MAX = 400;
/** Of what a finding is: a lead's measures, turn, officers and worth, all of them, in a narrow column. */
const KIND_LINES = 40;
/** Hand-overs that a form has room for. */
const TRANSFERS = 7;

/** The pages after the first. The form to sign begins a page of its own. */
export function annexParts(sheet: Sheet, source: PaperSource, moved: Moved): FlowPart[] {
  const { report } = source;
  const left: FlowPart[] = [];
  if (moved.reasons && report.verdict !== "green") left.push({ block: reasons(sheet, report) });
  if (moved.notices) left.push(...section(sheet, "head.notices", noticeLines(sheet, report)));
  const parts = [
    ...left,
    ...findings(sheet, report),
    ...alike(sheet, report),
    ...unread(sheet, report),
    ...howRead(sheet, report),
    ...journal(sheet, source),
    ...check(sheet, source),
    ...custody(sheet, source),
  ];
  return parts.map((part, i) => (i === 0 ? { ...part, newPage: true } : part));
}

/** A section: its heading stays with what follows. */
function section(sheet: Sheet, key: EvidenceKey, blocks: Block[]): FlowPart[] {
  const parts = [heading(sheet, key), ...blocks];
  return parts.map((block, i) => ({ block, gapPt: i === 0 ? 16 : 3, holdsNext: i === 0 }));
}

interface Table {
  key: EvidenceKey;
  columns: readonly EvidenceKey[];
  shares: readonly number[];
  rows: Cell[][];
  total: number;
}

function table(sheet: Sheet, { key, columns, shares, rows, total }: Table): FlowPart[] {
  const note = (): Block =>
    inEach(sheet, ({ say }) => say("found.cut", { shown: rows.length, total }), style(sheet, "text", "bold"));
  const top = section(sheet, key, total > rows.length ? [note()] : []);
  const head = tableHead(sheet, columns, shares);
  const body = rows.map((cells): FlowPart => ({ block: tableRow(sheet, cells, { shares }), head }));
  return [...top.map((part) => ({ ...part, holdsNext: true })), { block: head, gapPt: 3, holdsNext: true }, ...body];
}

function findings(sheet: Sheet, { findings }: Report): FlowPart[] {
  if (findings.length === 0) return [];
  const shares = [5, 33, 14, 10, 18, 20];
  const rows = findings.slice(0, ROWS_MAX).map((finding, i): Cell[] => {
    const { offsetBytes, lengthBytes, set, release } = finding;
    return [
      { text: String(i + 1) },
      { text: placeBlock(sheet, finding, (WIDTH_PT * 33) / 100 - 8) },
      { text: finding.kind !== "blocks" ? "–" : number("en", offsetBytes) },
      { text: size("en", lengthBytes) },
      { text: kindBlock(sheet, finding, (WIDTH_PT * 18) / 100 - 8) },
      { text: paperText(withoutMiddle(`${set}, ${release}`, PLACE_MAX)), maxLines: 4 },
    ];
  });
  const columns = ["column.n", "column.place", "column.where", "column.size", "column.what", "column.list"] as const;
  return table(sheet, { key: "head.findings", columns, shares, rows, total: findings.length });
}

function placeBlock(sheet: Sheet, { place, standing, certainty, misnamed }: Finding, widthPt: number): Block {
  const small = style(sheet, "small");
  const name = textBlock(paperText(withoutMiddle(place, PLACE_MAX)), { ...small, maxLines: 6 }, widthPt);
  const named =
    misnamed === true ? sheet.tellers.map(({ say }) => textBlock(say("finding.misnamed"), small, widthPt)) : [];
  if (standing === undefined) return named.length === 0 ? name : stack([name, ...named]);
  const told = sheet.tellers.map(({ say }) => {
    const sure = certainty === undefined ? "" : ` (${say(`certainty.${certainty}`)})`;
    return textBlock(`${say(`standing.${standing}`)}${sure}`, small, widthPt);
  });
  return stack([name, ...told, ...named]);
}

function kindBlock(sheet: Sheet, finding: Finding, widthPt: number): Block {
  const small = style(sheet, "small");
  const told = sheet.tellers.map(({ say }) => {
    return textBlock(kindWords(say, finding), { ...small, maxLines: KIND_LINES }, widthPt - small.sizePt * 1.2);
  });
  return flagged(finding, stack(told), small.sizePt);
}

/** What could not be compared by likeness, and the series of pictures on no list. */
function alike(sheet: Sheet, { likeness }: Report): FlowPart[] {
  const { undecodedFirst = [], undecoded = 0, seriesFirst = [], series = 0 } = likeness ?? {};
  const shares = [6, 64, 30];
  const cells = (rows: readonly { place: string; text: string }[]): Cell[][] =>
    rows.slice(0, ROWS_MAX).map(({ place, text }, i) => {
      return [{ text: String(i + 1) }, { text: paperText(withoutMiddle(place, PLACE_MAX)) }, { text }];
    });
  const lost = cells(undecodedFirst.map(({ place, why }) => ({ place, text: both(sheet, `undecoded.${why}`) })));
  const rows = cells(seriesFirst.map(({ place, files }) => ({ place, text: String(files) })));
  const part = (key: "undecoded" | "series", rows: Cell[][], total: number): FlowPart[] => {
    const columns = ["column.n", "column.place", key === "series" ? "column.files" : "column.why"] as const;
    return rows.length === 0 ? [] : table(sheet, { key: `likeness.${key}`, columns, shares, rows, total });
  };
  return [...part("undecoded", lost, undecoded), ...part("series", rows, series)];
}

function unread(sheet: Sheet, { unread }: Report): FlowPart[] {
  if (unread.length === 0) return [];
  const rows = unread
    .slice(0, ROWS_MAX)
    .map(({ place, offsetBytes, lengthBytes, why }, i): Cell[] => [
      { text: String(i + 1) },
      { text: paperText(withoutMiddle(place, PLACE_MAX)) },
      { text: number("en", offsetBytes) },
      { text: size("en", lengthBytes, "up") },
      { text: both(sheet, `why.${why}`) },
    ]);
  const columns = ["column.n", "column.place", "column.where", "column.size", "column.why"] as const;
  const shares = [6, 44, 18, 12, 20];
  return table(sheet, { key: "head.unread", columns, shares, rows, total: unread.length });
}

function howRead(sheet: Sheet, { reads, tool, plan }: Report): FlowPart[] {
  const small = style(sheet, "small");
  const { seed } = plan;
  const lines = [
    `${both(sheet, "page.reads", { leaves: reads.leaves })} ${reads.root} (${reads.digest})`,
    `${both(sheet, "page.tool")}: ${paperText(`${tool.name} ${tool.version}`)} ${tool.digest}`,
    ...(typeof seed === "string" ? [`seed ${paperText(withoutMiddle(seed, PLACE_MAX))}`] : []),
  ];
  return section(sheet, "head.plan", [stack(lines.map((line) => textBlock(line, small, WIDTH_PT)))]);
}

function journal(sheet: Sheet, { report, journal: { rows, counts } }: PaperSource): FlowPart[] {
  const shares = [8, 28, 64];
  const cells = rows
    .slice(0, ENTRIES_MAX)
    .map(({ n, at, kind }): Cell[] => [
      { text: String(n) },
      { text: at.replace("T", " ").replace("Z", " UTC") },
      { text: both(sheet, `entry.${kind}`) },
    ]);
  const columns = ["column.entry", "column.when", "column.what"] as const;
  const shown = table(sheet, { key: "head.journal", columns, shares, rows: cells, total: cells.length });
  const { entries, head } = report.journal;
  const closed = textBlock(`${both(sheet, "page.closed", { entries })} ${head}`, style(sheet, "small"), WIDTH_PT);
  const rest = inEach(sheet, ({ say }) => say("entry.counts", counts), style(sheet, "small"));
  return [...shown, { block: stack([rest, closed], 3), gapPt: 4 }];
}

function check(sheet: Sheet, { report, digest }: PaperSource): FlowPart[] {
  const small = style(sheet, "small");
  const lines = [
    `${both(sheet, "page.signer")}: ${report.officer.signPublic}`,
    `${both(sheet, "page.digest")}: ${digest}`,
  ];
  const blocks = [
    inEach(sheet, ({ say }) => [say("page.check"), say("page.words.use")], style(sheet, "text")),
    ...(report.annex === undefined ? [] : [inEach(sheet, ({ say }) => say("page.annex"), style(sheet, "text"))]),
    stack(lines.map((line) => textBlock(line, small, WIDTH_PT))),
  ];
  return section(sheet, "head.check", [stack(blocks, 4)]);
}

/** The form that goes with the device: who gave it to whom, when and why, signed by both. */
function custody(sheet: Sheet, source: PaperSource): FlowPart[] {
  const { report, words, digits } = source;
  const title = stack([
    ...sheet.tellers.map(({ say }) => textBlock(say("custody.title"), style(sheet, "title", "bold"), WIDTH_PT)),
    rule(WIDTH_PT, { widthPt: 2.4, heightPt: 2.4 }),
  ]);
  const known = [
    formRow(sheet, "page.exhibit", paperText(withoutMiddle(report.exhibit, 120))),
    formRow(sheet, "page.device", paperText(withoutMiddle(deviceName(report), 200))),
    formRow(sheet, "page.words", words.map((word, i) => `${word} ${digits[i] ?? ""}`).join(" · ")),
    formRow(sheet, "custody.seal", ""),
  ];
  const shares = [6, 20, 27, 27, 20];
  const columns = ["column.n", "custody.when", "custody.from", "custody.to", "custody.why"] as const;
  const rows = Array.from({ length: TRANSFERS }, (_, i) =>
    stack([tableRow(sheet, [{ text: String(i + 1) }], { shares }), space(46)]),
  );
  const upright = beside([{ block: stack([tableHead(sheet, columns, shares), ...rows]), xPt: 0 }]);
  const parts: Block[] = [title, stack(known), withUprights(upright, shares), signatures(sheet)];
  return parts.map((block, i) => ({ block, gapPt: 8, newPage: i === 0, holdsNext: i < parts.length - 1 }));
}

function deviceName({ source }: Report): string {
  return [source.model, source.serial, source.place].filter((text) => text !== undefined && text !== "").join(", ");
}

function formRow(sheet: Sheet, key: EvidenceKey, text: string): Block {
  const name = below(sheet, key, { ...style(sheet, "text", "bold"), widthPt: WIDTH_PT * 0.26 });
  return tableRow(sheet, [{ text: name }, { text, maxLines: 3 }], { shares: [28, 72], size: "text" });
}

/** Thin upright lines between the columns of a form. */
function withUprights(block: Block, shares: readonly number[]): Block {
  return {
    heightPt: block.heightPt,
    draw: (ink, x, y) => {
      block.draw(ink, x, y);
      let share = 0;
      for (const one of shares.slice(0, -1)) {
        share += one;
        const at = x + (WIDTH_PT * share) / 100 - 5;
        ink.stroke([at, y], [at, y + block.heightPt], { stroke: "#767A7C", widthPt: 0.5 });
      }
      ink.stroke([x, y + block.heightPt], [x + WIDTH_PT, y + block.heightPt], { stroke: "#767A7C", widthPt: 0.5 });
    },
  };
}
