import { canonicalBytes, canonicalText, concatBytes, utf8 } from "#base/values";
import type { FilterAbout } from "./filter-header.ts";

// Kept hashes, sealed (age) to the agency that built them; plain bytes, little-endian (docs/formats/kept-hashes.md):
// magic 16 B | u32 headerBytes | header, canonical JSON | files × 76 B (build-whole.node.ts) | hashes × 16 B | likeness | signature 64 B.

const MAGIC = utf8("phum-kept-hash/1");
export const KEPT_HEAD_BYTES = MAGIC.length + 4;
const HEADER_MAX_BYTES = 1 << 20;
/** What the agency signs, before SHA-256 of everything in front of the signature. */
export const KEPT_STATEMENT = utf8("phum-kept-hashes/1\0");

/** What a release is renewed from, besides the hashes. */
export interface KeptHeader {
  format: "phum-kept-hashes";
  version: 1;
  about: Pick<
    FilterAbout,
    "name" | "agency" | "category" | "listedBytes" | "inputBytes" | "statistics" | "likeness" | "lists"
  >;
  /** 64 hexadecimal digits: the key the block hashes were made with. */
  setKey: string;
  hashes: number;
  files: number;
  /** Bytes of the perceptual fingerprints behind the hashes; absent where there are none. */
  likenessBytes?: number;
  /** Public key of the agency whose signature stands at the end. */
  signedBy: string;
}

/** Magic, length and header. */
export function encodeKeptHeader(header: KeptHeader): Uint8Array<ArrayBuffer> {
  const json = canonicalBytes(header);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  return concatBytes(MAGIC, length, json);
}

/**
 * Length of the header that follows the first KEPT_HEAD_BYTES.
 *
 * @returns undefined where these are not kept hashes.
 */
export function keptHeaderBytes(head: Uint8Array): number | undefined {
  if (head.length < KEPT_HEAD_BYTES || MAGIC.some((byte, i) => head[i] !== byte)) return undefined;
  const length = new DataView(head.buffer, head.byteOffset).getUint32(MAGIC.length, true);
  return length <= HEADER_MAX_BYTES ? length : undefined;
}

/**
 * Reads a header.
 *
 * @returns undefined where the bytes are not canonical JSON of this form.
 */
export function decodeKeptHeader(bytes: Uint8Array): KeptHeader | undefined {
  let value: unknown;
  const text = new TextDecoder().decode(bytes);
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isKeptHeader(value) && canonicalText(value) === text ? value : undefined;
}

function isKeptHeader(value: unknown): value is KeptHeader {
  if (typeof value !== "object" || value === null) return false;
  const {
    format,
    version,
    about,
    setKey,
    hashes,
    files,
    likenessBytes = 0,
    signedBy,
  } = value as Partial<Record<keyof KeptHeader, unknown>>;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0;
  const isKey = (key: unknown): boolean => typeof key === "string" && /^[0-9a-f]{64}$/.test(key);
  return (
    format === "phum-kept-hashes" &&
    version === 1 &&
    typeof about === "object" &&
    about !== null &&
    [setKey, signedBy].every(isKey) &&
    [hashes, files, likenessBytes].every(isCount)
  );
}
