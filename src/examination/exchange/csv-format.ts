import { canonicalText } from "#base/values";
import { aboutText, type ExchangeFinding, type ExchangeModel } from "./exchange-model.ts";
import type { ReadBack } from "./losses.ts";

// CSV (RFC 4180) in UTF-8 with a heading: a row a finding, for a table. Texts that a table program would take for a formula get a
// quotation mark in front. @see docs/formats/exchange-csv.md

/** Fields of a finding that are columns of their own. Others stand as JSON in the last column. */
const COLUMNS = [
  "place",
  "offsetBytes",
  "lengthBytes",
  "kind",
  "set",
  "release",
  "category",
  "weight",
  "standing",
] as const;
const NUMBERS: ReadonlySet<string> = new Set(["offsetBytes", "lengthBytes"]);
const REPORT = ["exhibit", "reportDigest"] as const;
const DIGESTS = ["md5", "sha1", "sha256"] as const;
const HEADING = ["finding", ...REPORT, ...COLUMNS, "fileSizeBytes", ...DIGESTS, "more"];
const FORMULA = /^[=+\-@\t\r']/;

/** Writes CSV. */
export function writeCsv({ about, findings }: ExchangeModel): string {
  const rows = findings.map((finding, index) => rowOf(finding, about, index));
  return [HEADING, ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

function rowOf(finding: ExchangeFinding, about: Record<string, unknown>, index: number): string[] {
  const { file, ...own } = finding;
  const more = Object.entries(own).filter(([name]) => !COLUMNS.some((column) => column === name));
  return [
    String(index + 1),
    ...REPORT.map((name) => aboutText(about, name)),
    ...COLUMNS.map((name) => (own[name] === undefined ? "" : String(own[name]))),
    file === undefined ? "" : String(file.sizeBytes),
    ...DIGESTS.map((name) => file?.digests[name] ?? ""),
    canonicalText(Object.fromEntries(more)),
  ];
}

function field(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Reads back what writeCsv() wrote. */
export function readCsv(text: string): ReadBack {
  const findings = new Map<number, Record<string, unknown>>();
  const about: Record<string, unknown> = {};
  for (const row of csvRows(text).slice(1)) {
    const of = (name: string): string => row[HEADING.indexOf(name)] ?? "";
    const finding: Record<string, unknown> = JSON.parse(of("more"));
    for (const name of COLUMNS) {
      const value = of(name);
      if (value !== "" || name === "place") finding[name] = NUMBERS.has(name) ? Number(value) : value;
    }
    const digests = DIGESTS.flatMap((name) => (of(name) === "" ? [] : [[name, of(name)]]));
    if (of("fileSizeBytes") !== "") {
      finding["file"] = { sizeBytes: Number(of("fileSizeBytes")), digests: Object.fromEntries(digests) };
    }
    findings.set(Number(of("finding")) - 1, finding);
    for (const name of REPORT) about[name] = of(name);
  }
  return { about, findings };
}

function csvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (const [, quoted, plain = "", end] of text.matchAll(pattern)) {
    const value = quoted === undefined ? plain : quoted.replaceAll('""', '"');
    row.push(value.startsWith("'") ? value.slice(1) : value);
    if (end !== "\r\n") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
