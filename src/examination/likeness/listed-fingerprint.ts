import { fromHex } from "#base/values";

/** One fingerprint as a foreign list states it. */
export interface ListedFingerprint {
  /** photodna: carried as it is, never looked into. */
  kind: "pdq" | "photodna";
  /** pdq: 32 bytes, most significant first. */
  hash: Uint8Array | null;
  /** photodna: the value's text. */
  opaque: string | null;
  /** 0 to 100; null: the list does not say. */
  quality: number | null;
  /** What the list calls the entry; "" where it has no name for it. */
  id: string;
  /** withdrawn: the list takes it back, or its submitter did. */
  standing: "active" | "withdrawn";
}

/** A PDQ hash in hexadecimal; null: it is none. */
export function pdqOf(text: unknown): Uint8Array | null {
  return typeof text === "string" && /^[0-9a-f]{64}$/i.test(text.trim()) ? fromHex(text.trim().toLowerCase()) : null;
}

/** PhotoDNA as lists write it: 144 bytes in hexadecimal or base64, or a list of 144 numbers; null: it is none. */
export function photoDnaOf(text: unknown): string | null {
  if (typeof text !== "string") return null;
  const value = text.trim();
  return /^(?:[0-9a-f]{288}|[A-Za-z0-9+/]{192}|\d{1,3}(?:,\d{1,3}){143})$/i.test(value) ? value : null;
}

/** A number from 0 to 100, also as text; null: it is none. */
export function qualityOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\d{1,3}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= 100 ? number : null;
}

/** An entry with a PDQ hash. */
export function pdqEntry(hash: Uint8Array, about: Partial<ListedFingerprint>): ListedFingerprint {
  return { kind: "pdq", hash, opaque: null, quality: null, id: "", standing: "active", ...about };
}

/** An entry with a PhotoDNA value. */
export function photoDnaEntry(opaque: string, about: Partial<ListedFingerprint>): ListedFingerprint {
  return { kind: "photodna", hash: null, opaque, quality: null, id: "", standing: "active", ...about };
}
