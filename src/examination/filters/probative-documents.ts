import { findLetters, letters, littleEndian, startsWith } from "./header-bytes.ts";

/** Of a PDF or ZIP so many first bytes are looked through. */
const LOOK_BYTES = 1 << 20;
/** Dictionaries of streams that makers write alike: metadata, colour profiles, fonts, cross-references. */
const PACKAGING_STREAM = /\/Metadata|\/Alternate|\/ICCBased|\/Length1|\/FontFile|\/CIDFontType0C|\/Type1C|\/XRef/;
/** Members that office programs and build tools write alike. */
const PACKAGING_MEMBER =
  /^(?:mimetype$|\[Content_Types\]|_rels\/|docProps\/|customXml\/|META-INF\/|Configurations2\/|settings\.xml|styles\.xml|meta\.xml|manifest\.|(?:word|ppt|xl)\/(?:_rels\/|theme\/|styles|settings|fontTable|webSettings|numbering|presProps|viewProps|tableStyles))/;

/** PDF: the first stream that is not packaging. 0 where none is in sight. @see ISO 32000-1 §7.3.8 */
export function pdfContentAt(whole: Uint8Array): number {
  const head = whole.subarray(0, LOOK_BYTES);
  let from = 0;
  for (;;) {
    const word = findLetters(head, "stream", from);
    if (word < 0) return 0;
    const start = word + 6 + (head[word + 6] === 0x0d ? 2 : 1);
    const dictionary = letters(head, Math.max(from, word - 512), word - Math.max(from, word - 512));
    const own = dictionary.slice(dictionary.lastIndexOf(" obj") + 1);
    if (!PACKAGING_STREAM.test(own)) return start;
    const end = findLetters(head, "endstream", start);
    if (end < 0) return head.length;
    from = end + 9;
  }
}

/** ZIP (office documents, packages): the data of the first member that is not packaging. @see APPNOTE 6.3.10 §4.3 */
export function zipContentAt(whole: Uint8Array): number {
  const head = whole.subarray(0, LOOK_BYTES);
  let at = 0;
  while (at + 30 <= head.length && startsWith(head, [0x50, 0x4b, 3, 4], at)) {
    const nameBytes = littleEndian(head, at + 26, 2);
    const start = at + 30 + nameBytes + littleEndian(head, at + 28, 2);
    if (!PACKAGING_MEMBER.test(letters(head, at + 30, nameBytes))) return start;
    const sizeKnown = (littleEndian(head, at + 6, 2) & 8) === 0;
    const next = sizeKnown ? start + littleEndian(head, at + 18, 4) : findLetters(head, "PK\x03\x04", start);
    if (next < 0) return start;
    at = next;
  }
  return at;
}

/** OLE compound file: its first sector. Allocation tables behind it are ramps. @see MS-CFB §2.2 */
export function compoundContentAt(): number {
  return 512;
}
