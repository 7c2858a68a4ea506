import { list, object, oneOf, type Shape, text, whole } from "./shape.ts";

/** Name of the first entry. */
export const MANIFEST = "phum-exhibit.json";
/** Bytes of the longest manifest that is read. */
export const MANIFEST_MAX_BYTES = 262_144;

/** Names a sealed exhibit may hold: those of a folder of evidence, and no path. */
const NAME = "^[a-z]+(?:-[0-9]{1,6})?\\.(?:json|jsonl|html|pdf|bin|age)$";

/** What a sealed exhibit holds. Canonical JSON; format: docs/formats/sealed-exhibit.md */
export interface ExhibitManifest {
  format: "phum-exhibit";
  version: 1;
  exhibit: string;
  /** SHA-256 of the report, as its paper carries it. */
  digest: string;
  /** In the order in which they follow. */
  files: { name: string; sizeBytes: number; sha256: string }[];
}

const hex32 = text({ min: 64, max: 64, pattern: "^[0-9a-f]{64}$" });

export const manifestShape: Shape<ExhibitManifest> = object<ExhibitManifest>({
  format: oneOf(["phum-exhibit"]),
  version: oneOf([1]),
  exhibit: text({ min: 1, max: 200 }),
  digest: hex32,
  files: list(
    object<ExhibitManifest["files"][number]>({
      name: text({ min: 1, max: 60, pattern: NAME }),
      sizeBytes: whole(0, 8 ** 11 - 1),
      sha256: hex32,
    }),
    1000,
  ),
});
