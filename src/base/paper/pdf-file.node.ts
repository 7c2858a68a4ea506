import { deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";
import { A4, type PaperParts } from "./ink.ts";
import { EMPTY_LETTER, layerFont, unicodeMap } from "./text-layer.ts";

/** What a PDF file says of itself. */
export interface PaperTitle {
  title: string;
  /** BCP 47. */
  language: string;
  producer: string;
  /** UTC, ISO 8601. */
  madeAt: string;
  /** 32 hexadecimal digits or more; the same paper has the same. */
  id: string;
}

/** A stream shorter than this is kept as it is: compressed it would not be smaller. */
const PLAIN_MAX = 120;

/**
 * Writes pages as a PDF 1.7 file. The same pages and title give the same bytes; no clock and no randomness is read.
 *
 * @param pages The operators of each page.
 * @see ISO 32000-1:2008
 */
export function pdfFile(pages: readonly string[], parts: PaperParts, about: PaperTitle): Uint8Array {
  const file = pdfObjects();
  const catalog = file.reserve();
  const tree = file.reserve();
  const letter = file.stream(EMPTY_LETTER);
  const forms = [...parts.forms].filter(([, drawing]) => drawing !== "");
  const drawn = forms.map(([name, drawing]) => {
    const form = "/Type/XObject/Subtype/Form/BBox[-2000 -2000 4000 3000]/Resources<<>>";
    return `/${name} ${file.stream(drawing, form)} 0 R`;
  });
  const fonts = parts.layer.fonts().map((points, i) => {
    const unicode = file.stream(unicodeMap(points));
    return `/T${i} ${file.object(layerFont(points, { letter, unicode }))} 0 R`;
  });
  const resources = file.object(`<</Font<<${fonts.join("")}>>/XObject<<${drawn.join("\n")}>>>>`);
  const kids = pages.map((operators) => {
    const content = file.stream(operators);
    const box = `/MediaBox[0 0 ${A4.width} ${A4.height}]`;
    return file.object(`<</Type/Page/Parent ${tree} 0 R${box}/Resources ${resources} 0 R/Contents ${content} 0 R>>`);
  });
  file.fill(tree, `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((kid) => `${kid} 0 R`).join(" ")}]>>`);
  const view = "/ViewerPreferences<</DisplayDocTitle true>>";
  file.fill(catalog, `<</Type/Catalog/Pages ${tree} 0 R/Lang(${about.language})${view}>>`);
  const moment = about.madeAt.replace(/\D/g, "").slice(0, 14);
  const says = `/Title ${textString(about.title)}/Producer ${textString(about.producer)}/CreationDate(D:${moment}Z)`;
  const told = file.object(`<<${says}>>`);
  const id = `<${about.id.slice(0, 32)}>`;
  return file.bytes(`/Root ${catalog} 0 R/Info ${told} 0 R/ID[${id}${id}]`);
}

interface PdfObjects {
  reserve(): number;
  fill(number: number, content: string): void;
  object(content: string): number;
  stream(content: string, entries?: string): number;
  bytes(trailer: string): Uint8Array;
}

function pdfObjects(): PdfObjects {
  const objects: Uint8Array[] = [];
  const add = (content: Uint8Array): number => objects.push(content);
  return {
    reserve: () => add(new Uint8Array(0)),
    fill: (number, content) => {
      objects[number - 1] = utf8(content);
    },
    object: (content) => add(utf8(content)),
    stream: (content, entries = "") => {
      const plain = utf8(content);
      const packed = plain.length > PLAIN_MAX ? deflateSync(plain, { level: 9 }) : plain;
      const filter = packed === plain ? "" : "/Filter/FlateDecode";
      const head = `<<${entries}${filter}/Length ${packed.length}>>\nstream\n`;
      return add(concatBytes(utf8(head), packed, utf8("\nendstream")));
    },
    bytes: (trailer) => wholeFile(objects, trailer),
  };
}

function wholeFile(objects: readonly Uint8Array[], trailer: string): Uint8Array {
  // The bytes above 127 tell programs that move files that this is not text (ISO 32000-1 §7.5.2).
  const parts = [utf8("%PDF-1.7\n%"), Uint8Array.of(0xe2, 0xe3, 0xcf, 0xd3, 0x0a)];
  let at = parts.reduce((sum, { length }) => sum + length, 0);
  const places: number[] = [];
  for (const [i, content] of objects.entries()) {
    const whole = concatBytes(utf8(`${i + 1} 0 obj\n`), content, utf8("\nendobj\n"));
    places.push(at);
    parts.push(whole);
    at += whole.length;
  }
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(
    utf8(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<</Size ${size}${trailer}>>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return concatBytes(...parts);
}

/** A text of the file's own dictionary: UTF-16BE with its mark. */
function textString(text: string): string {
  const units = text.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return `<feff${units.join("")}>`;
}
