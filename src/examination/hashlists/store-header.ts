import { canonicalText } from "#base/values";
import { CATEGORIES, type Category } from "#examination/evidence";
import { LIST_FLAWS, type ListFlaw, type ListPlace } from "./list-record.ts";

/** What a sealed list says of itself; canonical JSON behind its records. docs/formats/hash-list.md */
export interface StoreHeader {
  format: "phum-hash-list";
  version: 1;
  /** Who hands the list out, and which edition it is: a hit names both. */
  name: string;
  release: string;
  role: "known-bad" | "known-good";
  listFormat: string;
  /** The list as it came. */
  source: { file: string; sizeBytes: number; sha256: string };
  importedAt: string;
  /** What a record's group means: our category (null: known-good) and the list's own. */
  groups: { category: Category | null; listCategory: string }[];
  records: number;
  /** Entries left out by mapping, entries rejected and fields left out by reason, and the first places of both. */
  leftOut: number;
  rejected: Partial<Record<ListFlaw, number>>;
  dropped: Partial<Record<ListFlaw, number>>;
  firstRejected: ({ flaw: ListFlaw } & ListPlace)[];
  /** Names the list takes back: first 8 bytes of SHA-256 of each, hexadecimal, ascending. */
  withdrawn: string[];
  /** Length of the records. */
  recordsBytes: number;
  /** Public key of the agency whose signature stands at the end. */
  signedBy: string;
}

/** Groups of one list. */
export const GROUPS_MOST = 256;
export const FIRST_REJECTED_MOST = 100;

/** Reads a header; undefined where the bytes are not canonical JSON of this form. */
export function readStoreHeader(bytes: Uint8Array): StoreHeader | undefined {
  let value: unknown;
  const text = new TextDecoder().decode(bytes);
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isStoreHeader(value) && canonicalText(value) === text ? value : undefined;
}

type Fields = Record<string, unknown>;

function isStoreHeader(value: unknown): value is StoreHeader {
  if (!isFields(value)) return false;
  const { format, version, role, source, groups, withdrawn, signedBy, firstRejected } = value;
  const texts = ["name", "release", "listFormat", "importedAt"].every((field) => typeof value[field] === "string");
  const counts = ["records", "leftOut", "recordsBytes"].every((field) => isCount(value[field]));
  return (
    format === "phum-hash-list" &&
    version === 1 &&
    (role === "known-bad" || role === "known-good") &&
    texts &&
    counts &&
    isFields(source) &&
    Array.isArray(groups) &&
    groups.length <= GROUPS_MOST &&
    groups.every(isGroup) &&
    [value["rejected"], value["dropped"]].every(isFlaws) &&
    Array.isArray(firstRejected) &&
    Array.isArray(withdrawn) &&
    withdrawn.every((tag) => typeof tag === "string" && /^[0-9a-f]{16}$/.test(tag)) &&
    typeof signedBy === "string" &&
    /^[0-9a-f]{64}$/.test(signedBy)
  );
}

function isGroup(value: unknown): boolean {
  if (!isFields(value) || typeof value["listCategory"] !== "string") return false;
  return value["category"] === null || CATEGORIES.some((category) => category === value["category"]);
}

function isFlaws(value: unknown): boolean {
  return (
    isFields(value) && Object.entries(value).every(([flaw, n]) => LIST_FLAWS.some((f) => f === flaw) && isCount(n))
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
