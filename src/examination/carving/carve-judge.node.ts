import { openPictures, type Pictures } from "#examination/pictures/node";
import { type Candidate, FOLLOWED_FORMATS, isHolder, isUndecoded } from "./candidate.ts";

/** What became of a candidate. "inside": within a file that is told. "copy": the same bytes were told before. */
export type CarveVerdict =
  | { told: true; damaged: boolean; proof: "decoded" | "structure" }
  | { told: false; why: Untold };

/** Why a candidate is not told. */
export type Untold = "decoy" | "inside" | "copy";

/** A candidate with what is known of it. */
export interface JudgedCandidate {
  candidate: Candidate;
  number: number;
  outer: number | null;
  sha256: string;
  /** Null for films and files that hold files, which are not decoded, and where the bytes are not held. */
  bytes: Uint8Array | null;
}

/** Decides on candidates, one after another: decodes them, drops copies and what lies within a file that was told. */
export interface CarveJudge {
  judge(one: JudgedCandidate): Promise<CarveVerdict>;
  /** Whether a file of a digest, which others judge, was not told before; it is now. */
  isNew(sha256: string): boolean;
  /** Numbers begin anew: other bytes are searched now. Copies stay known. */
  nextArea(): void;
  readonly counts: Record<Untold | "told", number>;
}

/** Digests that are kept: beyond that copies are told again. */
const DIGESTS_MOST = 2 ** 20;
/** A side of what is decoded; the points themselves are not looked at. */
const SIDE = 64;

/** A judge with children of its own; they start with the first picture. */
export function openCarveJudge(): CarveJudge & { close(): void } {
  const pictures = openPictures();
  return { ...carveJudge(pictures), close: () => pictures.close() };
}

/** A judge over children that decode pictures. */
export function carveJudge(pictures: Pictures): CarveJudge {
  const digests = new Set<string>();
  let outers = new Set<number>();
  const counts = { told: 0, decoy: 0, inside: 0, copy: 0 };
  const decide = async ({ candidate, outer, sha256, bytes }: JudgedCandidate): Promise<CarveVerdict> => {
    if (outer !== null && outers.has(outer)) return { told: false, why: "inside" };
    if (digests.has(sha256)) return { told: false, why: "copy" };
    // The beginning of an archive is no file of its own: what stands whole in it is.
    if (isHolder(candidate.format) && candidate.how === "beginning") return { told: false, why: "decoy" };
    return isUndecoded(candidate.format)
      ? { told: true, damaged: false, proof: "structure" }
      : decoded(pictures, candidate, bytes);
  };
  return {
    counts,
    nextArea: () => {
      outers = new Set();
    },
    isNew(sha256) {
      if (digests.has(sha256)) {
        counts.copy++;
        return false;
      }
      if (digests.size < DIGESTS_MOST) digests.add(sha256);
      return true;
    },
    judge: async (one) => {
      const verdict = await decide(one);
      counts[verdict.told ? "told" : verdict.why]++;
      const isKnown = verdict.told || verdict.why !== "decoy";
      if (isKnown && one.candidate.how !== "beginning") outers.add(one.number);
      if (verdict.told && digests.size < DIGESTS_MOST) digests.add(one.sha256);
      return verdict;
    },
  };
}

async function decoded(pictures: Pictures, candidate: Candidate, bytes: Uint8Array | null): Promise<CarveVerdict> {
  const { format, how } = candidate;
  // Every byte of it was followed, or nothing was.
  const isFollowed = FOLLOWED_FORMATS.includes(format) && how === "whole";
  const unseen: CarveVerdict = isFollowed
    ? { told: true, damaged: false, proof: "structure" }
    : { told: false, why: "decoy" };
  if (bytes === null) return unseen;
  const answer = await pictures.decode(bytes, "grey", { square: SIDE });
  if ("fault" in answer) {
    // Too large or too slow for a child is no word against it; what cannot be decoded at all is none.
    return answer.fault.code === "damaged" || answer.fault.code === "unknown" ? { told: false, why: "decoy" } : unseen;
  }
  const { damaged } = answer.facts;
  if (damaged && !isFollowed && how !== "beginning") return { told: false, why: "decoy" };
  return { told: true, damaged, proof: "decoded" };
}
