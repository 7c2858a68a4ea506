import { type ListedFingerprint, pdqEntry, pdqOf, photoDnaEntry, photoDnaOf, qualityOf } from "./listed-fingerprint.ts";

/** Headings under which lists keep what is read of them, in small letters without signs. */
const HEADINGS: Record<keyof Columns, readonly string[]> = {
  pdq: ["pdq", "pdqhash", "hash", "hashvalue", "signalvalue", "signal", "indicator", "fingerprint", "value"],
  photodna: ["photodna", "pdna"],
  quality: ["quality", "pdqquality"],
  id: ["id", "entryid", "contentid", "imageid", "indicatorid", "filename"],
  type: ["type", "signaltype", "indicatortype", "hashtype"],
  status: ["status", "hashstatus", "state"],
};

interface Columns {
  pdq: number;
  photodna: number;
  quality: number;
  id: number;
  type: number;
  status: number;
}

/**
 * Reads lines: hexadecimal alone, or CSV (comma, semicolon, tab), with a heading or without.
 *
 * @returns a function from a line to its entries; null: a line that is none. A heading, an empty line and a comment give nothing.
 */
export function csvEntries(): (line: string) => ListedFingerprint[] | null {
  let columns: Columns | undefined;
  let first = true;
  return (line) => {
    const text = line.replace(/^\ufeff/, "").trim();
    if (text === "" || text.startsWith("#")) return [];
    const fields = fieldsOf(text);
    if (first) {
      first = false;
      columns = columnsOf(fields);
      if (columns !== undefined) return [];
    }
    return columns === undefined ? bareEntries(fields) : headedEntries(fields, columns);
  };
}

function columnsOf(fields: string[]): Columns | undefined {
  const names = fields.map((field) => field.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const place = (column: keyof Columns): number => names.findIndex((name) => HEADINGS[column].includes(name));
  const columns = { pdq: place("pdq"), photodna: place("photodna"), quality: place("quality") };
  if (columns.pdq < 0 && columns.photodna < 0) return undefined;
  return { ...columns, id: place("id"), type: place("type"), status: place("status") };
}

function headedEntries(fields: string[], columns: Columns): ListedFingerprint[] | null {
  const about: Partial<ListedFingerprint> = {
    id: fields[columns.id] ?? "",
    quality: qualityOf(fields[columns.quality]),
    standing: /^(withdrawn|deleted|disabled|inactive)$/i.test(fields[columns.status] ?? "") ? "withdrawn" : "active",
  };
  const type = fields[columns.type] ?? "pdq";
  const pdq = /pdq/i.test(type) ? pdqOf(fields[columns.pdq]) : null;
  const photoDna = photoDnaOf(fields[columns.photodna]);
  const entries = [
    ...(pdq === null ? [] : [pdqEntry(pdq, about)]),
    ...(photoDna === null ? [] : [photoDnaEntry(photoDna, about)]),
  ];
  return entries.length > 0 ? entries : null;
}

/** The first field that is a hash; a number behind it is its quality, another text its name. */
function bareEntries(fields: string[]): ListedFingerprint[] | null {
  const at = fields.findIndex((field) => pdqOf(field) !== null);
  const hash = pdqOf(fields[at]);
  if (hash === null) return null;
  const others = fields.filter((_, i) => i !== at);
  const quality = others.map(qualityOf).find((value) => value !== null) ?? null;
  const id = others.find((field) => field !== "" && qualityOf(field) === null) ?? "";
  return [pdqEntry(hash, { id, quality })];
}

/** RFC 4180 §2: quotes around fields, doubled within. A field that goes on in the next line is not known here. */
function fieldsOf(line: string): string[] {
  const separator = [",", ";", "\t"].find((sign) => line.includes(sign)) ?? ",";
  if (!line.includes('"')) return line.split(separator).map((field) => field.trim());
  const fields: string[] = [""];
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at] ?? "";
    if (sign === '"' && quoted && line[at + 1] === '"') fields[fields.length - 1] += line[at++] ?? "";
    else if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) fields.push("");
    else fields[fields.length - 1] += sign;
  }
  return fields.map((field) => field.trim());
}
