import type { Finding } from "#examination/evidence";
import { comparePlaces } from "./hit-place.ts";

/**
 * Weighs leads by likeness. Alone each is amber. One is red where a second, independent proof agrees in the same file: a whole-file digest,
 * listed blocks, or a lead of a list of another name; related material never makes red.
 *
 * @param found Findings of blocks and whole files.
 * @returns The leads, weighed.
 */
export function weighedLeads(leads: readonly Finding[], found: readonly Finding[]): Finding[] {
  return leads.map((lead) => {
    const others = [...found, ...leads].filter((other) => comparePlaces(other, lead) === 0);
    const agrees = others.some((other) => other.category !== "related" && isOtherProof(other, lead));
    return { ...lead, weight: agrees && lead.category !== "related" ? "red" : "amber" };
  });
}

/** Two releases of one list are no two proofs. */
function isOtherProof(other: Finding, lead: Finding): boolean {
  return other.kind !== "likeness" || other.set !== lead.set;
}
