/** Of XML only these: every document of today's Office is full of it. */
const XML = /<(?:office:document|w:wordDocument|pkg:package|(?:svg:)?svg|html|plist|FictionBook)(?![\w-])/i;

/** Whether a file is text of the kinds that hold others as base64: web pages, drawings, vCards, documents that are one XML. */
export function looksLikeBase64Text(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 1024)).replace(/^\u00ef\u00bb\u00bf/, "");
  if (/^\s*(?:<!doctype\s+(?:html|svg)\b|<html\b|<svg\b|BEGIN:VCARD)/i.test(text)) return true;
  return /^\s*<(?:\?xml|!--)/.test(text) && XML.test(text);
}
