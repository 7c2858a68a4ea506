import type { Certificate } from "#base/signing";
import { canonicalBytes, canonicalText, concatBytes, utf8 } from "#base/values";

// An officer's word on one entry of a release: docs/formats/likeness-words.md. Whether it is to be believed is asked in entry-words.node.ts.

/** What can be said of an entry, and the reasons for each: closed. */
export const ENTRY_WORDS = {
  confirmed: ["same-picture", "listed-material"],
  withdrawn: ["another-picture", "benign", "not-a-child"],
  undone: ["mistake"],
} as const;

export type EntryWordKind = keyof typeof ENTRY_WORDS;
export type EntryWordReason = (typeof ENTRY_WORDS)[EntryWordKind][number];

/** An entry as reports and searches name it: by its number in one release of one set, never by its fingerprint. */
export interface NamedEntry {
  set: string;
  release: string;
  kind: "picture" | "video";
  /** Its place among the known pictures, or the videos, of that release. */
  entry: number;
}

/** What an officer says. */
export interface EntryClaim extends NamedEntry {
  word: EntryWordKind;
  reason: EntryWordReason;
  /** SHA-256 of the list's file that the officer had, hexadecimal. */
  list: string;
  /** UTC, ISO 8601 with milliseconds. */
  at: string;
}

/** The same, signed by the officer and with the agency's certificate for the key. */
export interface EntryWord extends EntryClaim {
  format: "phum-likeness-word";
  version: 1;
  certificate: Certificate;
  /** Ed25519 by the certificate's key, 128 hexadecimal digits. */
  signature: string;
}

/** A line holds a certificate and little besides. */
const WORD_LINE_MAX_BYTES = 32_768;
const LABEL = utf8("phum-likeness-word/1\n");
const NAME_MOST = 200;
const ENTRY_MOST = 40_000_000;

/** The bytes under the signature. */
export function wordBytes(claim: EntryClaim, certificate: Certificate): Uint8Array {
  const { set, release, kind, entry, word, reason, list, at } = claim;
  const said = { set, release, kind, entry, word, reason, list, at };
  return concatBytes(LABEL, canonicalBytes({ format: "phum-likeness-word", version: 1, certificate, ...said }));
}

const isName = (value: unknown): boolean =>
  typeof value === "string" && value.length > 0 && value.length <= NAME_MOST && !/\p{Cc}/u.test(value);
const hex =
  (digits: number) =>
  (value: unknown): boolean =>
    typeof value === "string" && value.length === digits && /^[0-9a-f]*$/.test(value);

const FORMS: Record<keyof EntryWord, (value: unknown) => boolean> = {
  format: (value) => value === "phum-likeness-word",
  version: (value) => value === 1,
  at: isMoment,
  set: isName,
  release: isName,
  kind: (value) => value === "picture" || value === "video",
  entry: (value) => typeof value === "number" && Number.isInteger(value) && value >= 0 && value < ENTRY_MOST,
  word: (value) => typeof value === "string" && Object.hasOwn(ENTRY_WORDS, value),
  reason: (value) => typeof value === "string",
  list: hex(64),
  certificate: isFlatRecord,
  signature: hex(128),
};

/**
 * Reads one line of a file of words: its form alone, strictly, canonical JSON. The certificate is only known to be a flat record.
 *
 * @returns undefined where it is anything else; "version" where it is a word of a later version.
 */
export function readWordLine(line: string): EntryWord | "version" | undefined {
  if (line.length > WORD_LINE_MAX_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { format, version } = value;
  if (format === "phum-likeness-word" && typeof version === "number" && version > 1) return "version";
  if (!isWord(value) || canonicalText(value) !== line) return undefined;
  const reasons: readonly string[] = ENTRY_WORDS[value.word];
  return reasons.includes(value.reason) ? value : undefined;
}

function isWord(value: Record<string, unknown>): value is Record<string, unknown> & EntryWord {
  const names = Object.keys(FORMS) as (keyof EntryWord)[];
  return Object.keys(value).length === names.length && names.every((name) => FORMS[name](value[name]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFlatRecord(value: unknown): boolean {
  const isLeaf = (leaf: unknown): boolean => typeof leaf === "string" || typeof leaf === "number";
  return (
    isRecord(value) &&
    Object.values(value).every((field) => isLeaf(field) || (Array.isArray(field) && field.every(isLeaf)))
  );
}

function isMoment(value: unknown): boolean {
  if (typeof value !== "string" || value.length !== 24) return false;
  const ms = Date.parse(value);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === value;
}
