import type { SignedReport } from "#examination/evidence";

/** Digests of a file that holds a finding, hexadecimal, as the report's annex has them. */
export type FileDigests = Partial<Record<"md5" | "sha1" | "sha256", string>>;

/** A finding as it goes out: all that the report says of it, and of its file what the annex does. */
export type ExchangeFinding = Record<string, unknown> & {
  place: string;
  offsetBytes: number;
  lengthBytes: number;
  kind: string;
  set: string;
  release: string;
  category: string;
  /** Of the whole file; absent where nobody holds the annex's key, or it does not name the file. */
  file?: { sizeBytes: number; digests: FileDigests };
};

/** What is exchanged: the report's own fields without its seal, and its findings. Values are those of JSON. */
export interface ExchangeModel {
  about: Record<string, unknown>;
  findings: ExchangeFinding[];
}

/** One file of a report's annex. */
export interface AnnexFile {
  place: string;
  sizeBytes: number;
  digests: FileDigests;
}

/** Everything a report says, as it is exchanged; the report is named by its digest. */
export function modelOf(report: SignedReport, annex: readonly AnnexFile[]): ExchangeModel {
  const { findings, seal, ...about } = report;
  const files = new Map(annex.map(({ place, sizeBytes, digests }) => [place, { sizeBytes, digests }]));
  return {
    about: { ...(structuredClone(about) as Record<string, unknown>), reportDigest: seal.digest },
    findings: findings.map((finding): ExchangeFinding => {
      const file = files.get(finding.place);
      return { ...structuredClone(finding), ...(file === undefined ? {} : { file }) };
    }),
  };
}

/** A field of the report's as text; "" where it is none. */
export function aboutText(about: Record<string, unknown>, ...path: string[]): string {
  let value: unknown = about;
  for (const name of path)
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

/** A place's last name, and what stands before it. */
export function splitPlace(place: string): { folder: string; name: string } {
  const at = place.lastIndexOf("/");
  return { folder: place.slice(0, Math.max(0, at)), name: place.slice(at + 1) };
}

/** "" of a field that is not given; used to name ids: the same report gives the same ids. */
export function findingName(index: number): string {
  return `finding ${index + 1}`;
}
