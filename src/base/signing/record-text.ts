import { canonicalText } from "#base/values";

/** One flat record: a JSON object of texts, numbers and lists of texts. */
export type FlatRecord = Record<string, string | number | readonly string[]>;

/** The most a key file or certificate may hold; they hold less than 2 KiB, a long Khmer name included. */
export const RECORD_MAX_BYTES = 16_384;

/**
 * Reads a flat record, strictly: canonical JSON, at most one line end behind it, nothing nested.
 *
 * @returns undefined where the bytes are anything else.
 */
export function readRecord(bytes: Uint8Array): FlatRecord | undefined {
  if (bytes.length > RECORD_MAX_BYTES) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (!isFlat(value) || canonicalText(value) !== text.replace(/\n$/, "")) return undefined;
    return value;
  } catch {
    return undefined;
  }
}

/** Whether a value is a flat record. */
export function isFlat(value: unknown): value is FlatRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (field) =>
      typeof field === "string" ||
      typeof field === "number" ||
      (Array.isArray(field) && field.every((item) => typeof item === "string")),
  );
}

/** Whether the record has exactly these fields, each text in its form. */
export function hasForm(record: FlatRecord, forms: Record<string, RegExp | "number" | "list">): boolean {
  const fields = Object.keys(record);
  return (
    fields.length === Object.keys(forms).length &&
    fields.every((field) => {
      const value = record[field];
      const form = Object.hasOwn(forms, field) ? forms[field] : undefined;
      if (form === "number") return typeof value === "number";
      if (form === "list") return Array.isArray(value);
      return form !== undefined && typeof value === "string" && form.test(value);
    })
  );
}

/** Forms of the texts that stand in more than one record. */
export const FORMS = {
  recipient: /^age1[02-9ac-hj-np-z]{58}$/,
  ageSecret: /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/,
  key: /^[0-9a-f]{64}$/,
  signature: /^[0-9a-f]{128}$/,
} as const;
