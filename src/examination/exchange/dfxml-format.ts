import { canonicalText } from "#base/values";
import { aboutText, type ExchangeFinding, type ExchangeModel } from "./exchange-model.ts";
import type { ReadBack } from "./losses.ts";

// Digital Forensics XML 1.1.0: a fileobject a finding. The schema fixes the order of elements and lets others of their own namespace
// follow: there stands what it has no word for. @see docs/formats/exchange-dfxml.md and dfxml_schema, dfxml.xsd (NIST)

const NAMESPACE = "http://www.forensicswiki.org/wiki/Category:Digital_Forensics_XML";
const OWN = "urn:phum:exchange:1";
const DIGESTS = ["md5", "sha1", "sha256"] as const;

/** Writes DFXML. */
export function writeDfxml({ about, findings }: ExchangeModel): string {
  const source = aboutText(about, "source", "place");
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<dfxml xmlns="${NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:phum="${OWN}" version="1.1.0">`,
    `  <metadata>`,
    `    <dc:type>Findings</dc:type>`,
    `  </metadata>`,
    `  <creator version="1.0">`,
    `    <program>phum</program>`,
    `    <version>${xml(aboutText(about, "tool", "version"))}</version>`,
    `    <execution_environment>`,
    `      <start_time>${xml(aboutText(about, "clock", "startedAt"))}</start_time>`,
    `    </execution_environment>`,
    `  </creator>`,
    `  <source>`,
    `    <image_filename>${xml(source)}</image_filename>`,
    `  </source>`,
    ...findings.flatMap((finding, index) => fileObject(finding, { index, kind: aboutText(about, "source", "kind") })),
    ...Object.entries(about).map(
      ([name, value]) => `  <phum:report field="${xml(name)}">${xml(canonicalText(value))}</phum:report>`,
    ),
    `</dfxml>`,
  ];
  return `${lines.join("\n")}\n`;
}

function fileObject(finding: ExchangeFinding, { index, kind }: { index: number; kind: string }): string[] {
  const { file, place, offsetBytes, lengthBytes, ...rest } = finding;
  const deleted = typeof rest["standing"] === "string" && rest["standing"] !== "allocated";
  const where = kind === "folder" || rest["inside"] === true ? "file_offset" : "img_offset";
  const digests = DIGESTS.flatMap((name) => {
    const digest = file?.digests[name];
    return digest === undefined ? [] : [`    <hashdigest type="${name}">${xml(digest)}</hashdigest>`];
  });
  return [
    `  <fileobject>`,
    `    <filename>${xml(place)}</filename>`,
    `    <id>${index + 1}</id>`,
    ...(file === undefined ? [] : [`    <filesize>${file.sizeBytes}</filesize>`]),
    deleted ? `    <unalloc>1</unalloc>` : `    <alloc>1</alloc>`,
    `    <byte_runs>`,
    `      <byte_run ${where}="${offsetBytes}" len="${lengthBytes}"/>`,
    `    </byte_runs>`,
    ...digests,
    `    <phum:finding>${xml(canonicalText(rest))}</phum:finding>`,
    `  </fileobject>`,
  ];
}

/** Letters that XML 1.0 cannot hold, written as themselves would be lost: U+E000 and four hexadecimal digits, U+E000 itself too. */
function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(FOREIGN, (letter) => `\ue000${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
const FOREIGN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ue000\ufffe\uffff]/g;

function plain(text: string): string {
  return text
    .replaceAll("&#13;", "\r")
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&")
    .replace(/\ue000([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Reads back what writeDfxml() wrote. */
export function readDfxml(text: string): ReadBack {
  const about: Record<string, unknown> = {};
  for (const [, name = "", value = ""] of text.matchAll(/<phum:report field="([^"]*)">([^<]*)<\/phum:report>/g)) {
    about[plain(name)] = JSON.parse(plain(value));
  }
  const findings = new Map<number, Record<string, unknown>>();
  for (const [, body = ""] of text.matchAll(/<fileobject>([\s\S]*?)<\/fileobject>/g)) {
    const element = (name: string): string | undefined => new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1];
    const [, offset = "", length = ""] = /<byte_run \w+="(\d+)" len="(\d+)"\/>/.exec(body) ?? [];
    const digests = Object.fromEntries(
      [...body.matchAll(/<hashdigest type="(\w+)">([^<]*)</g)].map(([, name = "", digest = ""]) => [name, digest]),
    );
    const size = element("filesize");
    findings.set(Number(element("id")) - 1, {
      ...(JSON.parse(plain(element("phum:finding") ?? "{}")) as Record<string, unknown>),
      place: plain(element("filename") ?? ""),
      offsetBytes: Number(offset),
      lengthBytes: Number(length),
      ...(size === undefined ? {} : { file: { sizeBytes: Number(size), digests } }),
    });
  }
  return { about, findings };
}
