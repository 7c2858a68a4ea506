import type { Finding } from "#examination/evidence";
import { comparePlaces } from "./hit-place.ts";

/** A finding by likeness, and of which file it is. */
export interface Lead {
  finding: Finding;
  /** Names the file in its source: two leads of one file have the same. */
  file: string;
  /** Where its bytes stand on the medium; null: in a folder, where the place names it. */
  ranges: readonly (readonly [startByte: number, lengthBytes: number])[] | null;
  /** Listed blocks stand in it, though their finding names another place. */
  isProven?: boolean;
}

type Proof = NonNullable<NonNullable<Finding["likeness"]>["agrees"]>;

/**
 * Weighs leads by likeness. Alone each is amber. One is red where a second, independent proof agrees in the same file: its digest as a
 * whole, listed blocks in its bytes, or a lead of a list of another name. Related material makes nothing red.
 *
 * @param found Findings of blocks and whole files.
 */
export function weighedLeads(leads: readonly Lead[], found: readonly Finding[]): Finding[] {
  const proofs = found.filter(({ confirmed, category }) => confirmed && category !== "related");
  const byFile = new Map<string, Finding[]>();
  for (const { file, finding } of leads) byFile.set(file, [...(byFile.get(file) ?? []), finding]);
  return leads.map((lead) => {
    const { finding } = lead;
    const agrees = finding.category === "related" ? undefined : proofOf(lead, proofs, byFile.get(lead.file) ?? []);
    if (agrees === undefined || finding.likeness === undefined) return finding;
    return { ...finding, weight: "red", likeness: { ...finding.likeness, agrees } };
  });
}

function proofOf(lead: Lead, proofs: readonly Finding[], others: readonly Finding[]): Proof | undefined {
  const inFile = proofs.filter((proof) => isInFile(proof, lead));
  if (inFile.some(({ kind }) => kind === "whole-file")) return "whole-file";
  if (inFile.length > 0 || lead.isProven === true) return "blocks";
  // Two releases of one list are no two proofs.
  const isOther = ({ set, category }: Finding): boolean => set !== lead.finding.set && category !== "related";
  return others.some(isOther) ? "likeness" : undefined;
}

/** Of blocks on a medium: whether they stand in the file's bytes, whatever the places are called. A whole file is named by its place. */
function isInFile(proof: Finding, { finding, ranges }: Lead): boolean {
  if (ranges === null) return comparePlaces(proof, finding) === 0;
  const { offsetBytes, lengthBytes, kind, standing } = proof;
  if (kind === "whole-file") {
    return comparePlaces(proof, finding) === 0 && offsetBytes === finding.offsetBytes && standing === finding.standing;
  }
  return ranges.some(([start, length]) => offsetBytes < start + length && offsetBytes + lengthBytes > start);
}
