/**
 * What Phum and a fingerprint provider say to each other: JSON, one object a line, in UTF-8. Pixels follow the line that names them,
 * raw. docs/formats/fingerprint-provider.md
 */
const PROVIDER_FORMAT = "phum-fingerprint-provider";
const PROVIDER_VERSION = 1;

/** The provider's first line. */
export interface ProviderHello {
  format: typeof PROVIDER_FORMAT;
  version: typeof PROVIDER_VERSION;
  /** What its values are called in lists and reports, e.g. "photodna", "sscd". */
  kind: string;
  /** Two values no further apart than this are alike, in the provider's own measure. */
  threshold: number;
  /** Pixels it wants: "grey" one byte each, "rgb" three. */
  want: "grey" | "rgb";
  /** Longest side it wants; larger pictures are reduced by averages. 0: as they are. */
  sideMost: number;
}

/** A question; `bytes` raw bytes of pixels follow it, rows from the top. */
export interface FingerprintQuestion {
  id: number;
  ask: "fingerprint";
  width: number;
  height: number;
  bytes: number;
}

export interface DistanceQuestion {
  id: number;
  ask: "distance";
  a: string;
  b: string;
}

/** An answer. `value` null: this picture has no fingerprint. */
export type ProviderAnswer = { id: number; value: string | null; quality?: number } | { id: number; distance: number };

const VALUE = /^[\x21-\x7e]{1,16384}$/;

/** A provider's first line, or null where it is none. */
export function providerHello(text: string): ProviderHello | null {
  const line = parsed(text);
  if (line?.["format"] !== PROVIDER_FORMAT || line["version"] !== PROVIDER_VERSION) return null;
  const { kind, threshold, want, sideMost } = line;
  if (typeof kind !== "string" || !/^[a-z][a-z0-9-]{0,30}$/.test(kind) || kind === "pdq" || kind === "vpdq")
    return null;
  if (typeof threshold !== "number" || !Number.isFinite(threshold) || threshold < 0) return null;
  if (want !== "grey" && want !== "rgb") return null;
  if (typeof sideMost !== "number" || !Number.isInteger(sideMost) || sideMost < 0 || sideMost > 8192) return null;
  return { format: PROVIDER_FORMAT, version: PROVIDER_VERSION, kind, threshold, want, sideMost };
}

/** A provider's answer, or null where it is none. */
export function providerAnswer(text: string): ProviderAnswer | null {
  const line = parsed(text);
  const id = line?.["id"];
  if (line === null || typeof id !== "number" || !Number.isSafeInteger(id)) return null;
  const { value, quality, distance } = line;
  if (typeof distance === "number" && Number.isFinite(distance) && distance >= 0) return { id, distance };
  if (value === null) return { id, value };
  if (typeof value !== "string" || !VALUE.test(value)) return null;
  return typeof quality === "number" && quality >= 0 && quality <= 100 ? { id, value, quality } : { id, value };
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
