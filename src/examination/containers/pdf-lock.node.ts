import { createDecipheriv } from "node:crypto";
import { concatBytes, utf8 } from "#base/values";
import { type ByteSource, memorySource } from "#examination/sources";
import { numberOf } from "./pdf-filters.node.ts";
import { emptyPasswordKey, md5, rc4 } from "./pdf-key.node.ts";
import type { PdfOwner } from "./pdf-marks.ts";
import { isDict, type PdfDict, type PdfValue } from "./pdf-syntax.ts";
import { readBytes } from "./read-bytes.ts";

// What is encrypted in a PDF that asks for no password. @see ISO 32000-2, 7.6.3, algorithm 1 and 1.A; 7.6.6 "Crypt filters"

const MOST_BYTES = 256 * 2 ** 20;

/** Opens what an object holds. */
export interface PdfLock {
  stream(owner: PdfOwner, dict: PdfDict, bytes: ByteSource): ByteSource;
  /** A value with all texts in it. */
  value(owner: PdfOwner, value: PdfValue): PdfValue;
}

type Cipher = "none" | "rc4" | "aes" | "aes256";

/** @returns Null where a password is needed, or another kind of key. */
export function openLock(encrypt: PdfDict, id: Uint8Array): PdfLock | null {
  if ((encrypt.get("/Filter") ?? "/Standard") !== "/Standard") return null;
  const key = emptyPasswordKey(encrypt, id);
  const [streams, texts, files] = ["/StmF", "/StrF", "/EFF"].map((name) => cipherOf(encrypt, name));
  if (key === null || streams === undefined || texts === undefined || files === undefined) return null;
  return {
    stream(owner, dict, bytes) {
      const type = dict.get("/Type");
      const cipher = type === "/XRef" || hasOwnFilter(dict) ? "none" : type === "/EmbeddedFile" ? files : streams;
      return cipher === "none"
        ? bytes
        : lazy(() => plain(readBytes(bytes, 0, MOST_BYTES), ownKey(key, owner, cipher), cipher));
    },
    value: (owner, value) =>
      texts === "none" ? value : opened(value, (text) => plain(text, ownKey(key, owner, texts), texts)),
  };
}

function cipherOf(encrypt: PdfDict, name: string): Cipher | undefined {
  const version = numberOf(encrypt, "/V", 0);
  if (version < 4) return "rc4";
  const filter = encrypt.get(name) ?? (name === "/EFF" ? encrypt.get("/StmF") : undefined) ?? "/Identity";
  if (filter === "/Identity") return "none";
  const filters = encrypt.get("/CF");
  const chosen = isDict(filters) && typeof filter === "string" ? filters.get(filter) : undefined;
  const method = isDict(chosen) ? (chosen.get("/CFM") ?? "/None") : undefined;
  const known: Record<string, Cipher> = { "/None": "none", "/V2": "rc4", "/AESV2": "aes", "/AESV3": "aes256" };
  return typeof method === "string" ? known[method] : undefined;
}

/** A stream with a crypt filter of its own says with it that it is not encrypted; other names are not in use. */
function hasOwnFilter(dict: PdfDict): boolean {
  const filter = dict.get("/Filter");
  return (Array.isArray(filter) ? filter[0] : filter) === "/Crypt";
}

function ownKey(key: Uint8Array, { number, generation }: PdfOwner, cipher: Cipher): Uint8Array {
  if (cipher === "aes256") return key;
  const owner = Uint8Array.of(number, number >> 8, number >> 16, generation, generation >> 8);
  const salt = cipher === "aes" ? utf8("sAlT") : new Uint8Array(0);
  return md5(concatBytes(key, owner, salt)).subarray(0, Math.min(16, key.length + 5));
}

/** Damaged bytes come out as they come out: what they were to be is not known here. */
function plain(bytes: Uint8Array, key: Uint8Array, cipher: Cipher): Uint8Array {
  if (cipher === "rc4") return rc4(key, bytes);
  const wholeBytes = bytes.length - (bytes.length % 16);
  if (wholeBytes < 32 || key.length !== (cipher === "aes" ? 16 : 32)) return new Uint8Array(0);
  const name = cipher === "aes" ? "aes-128-cbc" : "aes-256-cbc";
  const out = createDecipheriv(name, key, bytes.subarray(0, 16))
    .setAutoPadding(false)
    .update(bytes.subarray(16, wholeBytes));
  const padding = out.at(-1) ?? 0;
  return padding >= 1 && padding <= 16 ? out.subarray(0, out.length - padding) : out;
}

/** Bytes that are made when they are first asked for. */
function lazy(make: () => Uint8Array): ByteSource {
  let made: ByteSource | null = null;
  const source = (): ByteSource => {
    made ??= memorySource(make());
    return made;
  };
  return {
    get sizeBytes() {
      return source().sizeBytes;
    },
    readSync: (view, at) => source().readSync(view, at),
  };
}

function opened(value: PdfValue, open: (text: Uint8Array) => Uint8Array): PdfValue {
  if (value instanceof Uint8Array) return open(value);
  if (Array.isArray(value)) return value.map((one) => opened(one, open));
  return isDict(value) ? new Map([...value].map(([name, one]) => [name, opened(one, open)])) : value;
}
