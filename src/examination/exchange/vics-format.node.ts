import { canonicalText } from "#base/values";
import { aboutText, type ExchangeFinding, type ExchangeModel, splitPlace } from "./exchange-model.ts";
import type { ReadBack } from "./losses.ts";
import { madeUuid } from "./made-uuid.node.ts";

// Project VIC's VICS 2.0: one case, its media. MD5 is compulsory there, so a finding without one cannot go out in it.
// @see docs/formats/exchange-vics.md

const CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Cases";
/** Before the rest of a finding in Comments, and names of the report's fields in CaseMetadata. */
const FINDING = "phum-finding/1 ";
const PROPERTY = "phum.";
/** VICS's word for what nobody has categorised. */
const UNCATEGORISED = 0;

/** Which category of VICS stands for one of ours; without an entry: 0, uncategorised. A hit is a lead, not somebody's judgement. */
export type VicsCategories = ReadonlyMap<string, number>;

type Fields = Record<string, unknown>;

/** Writes VICS 2.0 JSON. */
export function writeVics({ about, findings }: ExchangeModel, categories: VicsCategories): string {
  const media = findings.flatMap((finding, index) => {
    const row = mediaOf(finding, { index, categories });
    return row === null ? [] : [row];
  });
  const practice = about["practice"] === true;
  const exhibit = aboutText(about, "exhibit");
  const oneCase = {
    CaseID: madeUuid(aboutText(about, "reportDigest"), "case"),
    CaseNumber: practice ? `PRACTICE ${exhibit}` : exhibit,
    ContactName: aboutText(about, "officer", "name"),
    ContactOrganization: aboutText(about, "officer", "unit"),
    SeizureDate: aboutText(about, "clock", "startedAt"),
    SourceApplicationName: "Phum",
    SourceApplicationVersion: aboutText(about, "tool", "version"),
    TotalMediaFiles: media.length,
    TotalPrecategorized: 0,
    CaseMetadata: Object.entries(about).map(([name, value]) => ({
      PropertyName: `${PROPERTY}${name}`,
      PropertyValue: canonicalText(value),
    })),
    Media: media,
  };
  return `${JSON.stringify({ "@odata.context": CONTEXT, value: [oneCase] }, null, 1)}\n`;
}

function mediaOf(
  finding: ExchangeFinding,
  { index, categories }: { index: number; categories: VicsCategories },
): Fields | null {
  const { file, place } = finding;
  const { md5, sha1, sha256 } = file?.digests ?? {};
  if (file === undefined || md5 === undefined) return null;
  const { folder, name } = splitPlace(place);
  const { file: _, ...rest } = finding;
  return {
    MediaID: index + 1,
    Category: categories.get(finding.category) ?? UNCATEGORISED,
    MD5: md5,
    ...(sha1 === undefined ? {} : { SHA1: sha1 }),
    MediaSize: file.sizeBytes,
    IsPrecategorized: false,
    IsSuspected: true,
    Tags: `${finding.set}; ${finding.release}; ${finding.category}`,
    Comments: `${FINDING}${canonicalText(rest)}`,
    MediaFiles: [{ MD5: md5, FileName: name, FilePath: folder, Unallocated: isUnallocated(finding) }],
    AlternativeHashes: sha256 === undefined ? [] : [{ HashName: "SHA256", HashValue: sha256, MD5: md5 }],
  };
}

function isUnallocated({ standing }: ExchangeFinding): boolean {
  return typeof standing === "string" && standing !== "allocated";
}

/** Reads back what writeVics() wrote; what is missing or of another form is left out. */
export function readVics(text: string): ReadBack {
  const about: Fields = {};
  const findings = new Map<number, Fields>();
  const root: unknown = JSON.parse(text);
  for (const oneCase of rowsOf(fieldsOf(root)["value"])) {
    for (const { PropertyName: name, PropertyValue: value } of rowsOf(oneCase["CaseMetadata"])) {
      if (typeof name !== "string" || typeof value !== "string" || !name.startsWith(PROPERTY)) continue;
      about[name.slice(PROPERTY.length)] = JSON.parse(value);
    }
    for (const media of rowsOf(oneCase["Media"])) {
      const { Comments: comments, MediaID: id, MediaSize: sizeBytes, MD5: md5, SHA1: sha1 } = media;
      if (typeof comments !== "string" || !comments.startsWith(FINDING) || typeof id !== "number") continue;
      const [other] = rowsOf(media["AlternativeHashes"]);
      const sha256 = other?.["HashValue"];
      const digests = { md5, ...(sha1 === undefined ? {} : { sha1 }), ...(sha256 === undefined ? {} : { sha256 }) };
      const file = { sizeBytes, digests };
      findings.set(id - 1, { ...fieldsOf(JSON.parse(comments.slice(FINDING.length))), file });
    }
  }
  return { about, findings };
}

function rowsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
