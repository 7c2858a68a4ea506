import { type ListedFingerprint, pdqEntry, pdqOf, photoDnaEntry, photoDnaOf, qualityOf } from "./listed-fingerprint.ts";

type Fields = Record<string, unknown>;

/**
 * Reads one JSON record of a list.
 *
 * @returns its entries; null: it is broken, or holds no fingerprint of a kind that is read.
 * @see facebook/ThreatExchange python-threatexchange/exchanges/clients (StopNCII v1, ThreatExchange), hasher-matcher-actioner/docs/api.md
 */
export function recordEntries(text: string): ListedFingerprint[] | null {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(record)) return null;
  const about = {
    id: idOf(record),
    standing: standingOf(record),
    quality: qualityOf(record["quality"] ?? record["pdq_quality"]),
  };
  const found = [...pdqTexts(record)].map(pdqOf).filter((hash) => hash !== null);
  const photoDna = photoDnaOf(record["PhotoDNA"] ?? record["photodna"] ?? record["pdna"]);
  const entries = found.map((hash) => pdqEntry(hash, about));
  if (photoDna !== null) entries.push(photoDnaEntry(photoDna, about));
  return entries.length > 0 ? entries : null;
}

/** Where the kinds of record keep a PDQ hash. */
function* pdqTexts(record: Fields): Generator<unknown> {
  const type = record["signalType"] ?? record["signal_type"] ?? record["type"];
  const named = typeof type !== "string" || /pdq/i.test(type);
  if (named)
    for (const field of ["hashValue", "signal_val", "signal_value", "indicator", "raw_indicator", "hash"])
      yield record[field];
  yield record["pdq"] ?? record["PDQ"] ?? record["pdq_hash"];
  const { indicator, signals, fingerprints } = record;
  if (isFields(indicator) && /pdq/i.test(String(indicator["type"]))) yield indicator["indicator"];
  for (const group of [signals, fingerprints]) {
    if (!isFields(group)) continue;
    const { pdq } = group;
    if (Array.isArray(pdq)) yield* pdq;
    else yield pdq;
  }
}

function idOf(record: Fields): string {
  const id = record["id"] ?? record["content_id"] ?? record["MediaID"] ?? record["image_id"];
  return typeof id === "string" || typeof id === "number" ? String(id).slice(0, 200) : "";
}

function standingOf({ hashStatus, status, should_delete: deleted, disabled }: Fields): "active" | "withdrawn" {
  const said = [hashStatus, status].some(
    (value) => typeof value === "string" && /^(withdrawn|deleted|disabled)$/i.test(value),
  );
  return said || deleted === true || disabled === true ? "withdrawn" : "active";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
