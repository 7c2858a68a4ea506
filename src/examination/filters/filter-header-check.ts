import { CATEGORIES } from "#examination/evidence";
import { type BundleHeader, DIGEST_ALGORITHMS, type FilterHeader } from "./filter-header.ts";
import { GROUPS_MOST, LIST_ROLES, MASK_MOST } from "./list-section.ts";

/** What a reader finds wrong with a header; undefined when nothing is. */
export type HeaderProblem = { kind: "version" | "category" | "form"; detail: string };

const NAME_MAX = 200;
const PARTS_MAX = 64;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;
const KEY_ID = /^[0-9a-f]{32}$/;
/** Control characters, and those that turn the direction of writing: they would let a name lie on a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

type Fields = Record<string, unknown>;

/** Checks every field of a filter's header, and that there is no other. */
export function filterHeaderProblem(value: unknown): HeaderProblem | undefined {
  if (!isFields(value)) return form("header");
  if (value["format"] !== "phum-filter" || value["version"] !== 1) return versionProblem(value);
  if (value["fingerprint"] !== "phum-block/1" || value["checkBits"] !== 48) return versionProblem(value);
  if (!CATEGORIES.some((category) => category === value["category"])) {
    return { kind: "category", detail: printable(value["category"]) };
  }
  return wrongField(value, FILTER_FIELDS) ?? datesProblem(value as unknown as FilterHeader);
}

/** Checks every field of a bundle's header, and that there is no other. */
export function bundleHeaderProblem(value: unknown): HeaderProblem | undefined {
  if (!isFields(value)) return form("header");
  if (value["format"] !== "phum-filter-bundle" || value["version"] !== 1) return versionProblem(value);
  const wrong = wrongField(value, BUNDLE_FIELDS);
  if (wrong !== undefined) return wrong;
  let offsetBytes = 0;
  for (const part of (value as unknown as BundleHeader).parts) {
    if (part.offsetBytes !== offsetBytes) return form("parts");
    offsetBytes += part.sizeBytes;
  }
  return undefined;
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === "string" && isPlainText(value);
const isMoment: Check = (value) => typeof value === "string" && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
const isKeyId: Check = (value) => typeof value === "string" && KEY_ID.test(value);
const isRate: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;
const isAnything: Check = () => true;
const isFalseHits: Check = (value) => has(value, { aligned: isRate, allPhases: isRate });
const isDropped: Check = (value) =>
  isFields(value) && Object.entries(value).every(([rule, blocks]) => isText(rule) && isCount(blocks));
const isParts: Check = (value) =>
  Array.isArray(value) &&
  value.length <= PARTS_MAX &&
  value.length > 0 &&
  value.every((part) => has(part, { name: isText, release: isText, offsetBytes: isCount, sizeBytes: isCount }));

const isMasks: Check = (value) =>
  Array.isArray(value) && value.every((mask, i) => isCount(mask) && mask <= MASK_MOST && mask > (value[i - 1] ?? 0));
const isRole: Check = (value) => has(value, { entries: isCount, sizes: isCount, masks: isMasks });
const isGroup: Check = (value) =>
  has(value, {
    name: isText,
    release: isText,
    role: (role) => LIST_ROLES.some((known) => known === role),
    category: (category) => category === null || CATEGORIES.some((known) => known === category),
    listCategory: (text) => text === "" || isText(text),
  });
const isLists: Check = (value) =>
  has(value, {
    tagBits: (bits) => bits === 56,
    groups: (groups) => Array.isArray(groups) && groups.length <= GROUPS_MOST && groups.every(isGroup),
    knownBad: isRole,
    knownGood: isRole,
  });

const FILTER_FIELDS: Record<keyof FilterHeader, Check> = {
  format: isAnything,
  version: isAnything,
  name: isText,
  agency: isText,
  category: isAnything,
  release: isText,
  releasedAt: isMoment,
  validUntil: isMoment,
  graceUntil: isMoment,
  fingerprint: isAnything,
  checkBits: isAnything,
  keyIds: (value) => has(value, { set: isKeyId, release: isKeyId }),
  keys: isCount,
  shards: (value) => isCount(value) && (value as number) <= 256,
  cellsBytes: isCount,
  digests: (value) => has(value, Object.fromEntries(DIGEST_ALGORITHMS.map((name) => [name, isCount]))),
  sizes: isCount,
  listedBytes: isCount,
  inputBytes: isCount,
  statistics: (value) => has(value, { kept: isCount, dropped: isDropped }),
  falseHitsPerTib: isFalseHits,
  likeness: (value) =>
    value === undefined ||
    has(value, { pictures: isCount, benign: isCount, videos: isCount, frames: isCount, foreign: isCount }),
  lists: (value) => value === undefined || isLists(value),
  practice: (value) => typeof value === "boolean",
};

const BUNDLE_FIELDS: Record<keyof BundleHeader, Check> = {
  format: isAnything,
  version: isAnything,
  name: isText,
  agency: isText,
  bundledAt: isMoment,
  parts: isParts,
  falseHitsPerTib: isFalseHits,
};

function wrongField(value: Fields, fields: Record<string, Check>): HeaderProblem | undefined {
  const wrong =
    Object.keys(fields).find((name) => fields[name]?.(value[name]) !== true) ??
    Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  return wrong === undefined ? undefined : form(wrong);
}

function datesProblem(header: FilterHeader): HeaderProblem | undefined {
  const [released, valid, grace] = [header.releasedAt, header.validUntil, header.graceUntil].map((at) =>
    Date.parse(at),
  );
  if (Number(released) > Number(valid)) return form("validUntil");
  if (Number(valid) > Number(grace)) return form("graceUntil");
  if (header.practice !== (header.category === "practice")) return form("practice");
  return undefined;
}

function has(value: unknown, fields: Record<string, Check>): boolean {
  return isFields(value) && wrongField(value, fields) === undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text can stand as a name in a header: 1 to 200 characters, none of them a control character. */
export function isPlainText(text: string): boolean {
  return text.length > 0 && text.length <= NAME_MAX && isPrintable(text);
}

function isPrintable(text: string): boolean {
  return !UNPRINTABLE.test(text) && text.isWellFormed();
}

function form(detail: string): HeaderProblem {
  return { kind: "form", detail };
}

function versionProblem(value: Fields): HeaderProblem {
  return { kind: "version", detail: `${printable(value["format"])} ${printable(value["version"])}` };
}

function printable(value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value).slice(0, 40) : "?";
  return text !== "" && isPrintable(text) ? text : "?";
}
