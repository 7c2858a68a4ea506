import type { Category } from "#examination/evidence";
import { comparePlaces, type HitPlace } from "./hit-place.ts";
import type { Standing } from "./medium-message.ts";
import { KEPT_HITS } from "./thresholds.ts";

/** One confirmed block hit. */
export interface Hit extends HitPlace {
  /** First byte of the block, a multiple of 512, from the start of the source or file. */
  offsetBytes: number;
  /** Equal for equal contents: `contentOf(fingerprint)`. */
  content: number;
  /** Index into the parts of the filter. */
  set: number;
}

/** One whole file whose digest is listed. */
export interface FileHit extends HitPlace {
  sizeBytes: number;
  set: number;
  /** Which digests matched, and whether the listed size is equal, too (always, where the list binds the size). */
  matched: { algorithm: "sha256" | "sha1" | "md5"; sizeEqual: boolean }[];
  /** shannonBits() below WHOLE_FILE_MIN_ENTROPY_BITS: such files are easily equal by themselves. */
  lowEntropy: boolean;
  /** Images and devices: where it stands in them. */
  at?: { offsetBytes: number } & Pick<Standing, "standing" | "certainty">;
}

/** What the judge needs to know of one part of the filter. */
export interface SetFacts {
  name: string;
  release: string;
  category: Category;
  expired: boolean;
}

/**
 * Confirmed hits as they come in, in any order and more than once: what is kept depends only on what was added. Holds at
 * most `limit` block hits, the first by place and offset; a device full of listed material needs no more to be judged.
 */
export interface HitLedger {
  add(hit: Hit): void;
  addFile(hit: FileHit): void;
  /** Different hits kept: blocks and whole files. */
  readonly count: number;
  /** Whether block hits had to be left out. */
  readonly more: boolean;
  /** Kept hits, ascending by place, offset, set; enough to build the ledger again after a stop. */
  hits(): readonly Hit[];
  files(): readonly FileHit[];
}

/** The number that stands for a block's content: the low 52 bits of its fingerprint (hexadecimal, 16 digits). */
export function contentOf(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(3), 16);
}

/** Makes an empty ledger. */
export function openHits(limit: number = KEPT_HITS): HitLedger {
  let kept: Hit[] = [];
  let pending: Hit[] = [];
  let more = false;
  const files = new Map<string, FileHit>();
  const settle = (): Hit[] => {
    if (pending.length > 0) {
      const merged = mergeHits(kept, pending.sort(compareHits));
      pending = [];
      more ||= merged.length > limit;
      kept = merged.length > limit ? merged.slice(0, limit) : merged;
    }
    return kept;
  };
  return {
    add(hit) {
      const last = kept[limit - 1];
      if (last !== undefined && compareHits(hit, last) > 0) {
        more = true;
        return;
      }
      pending.push(hit);
      if (pending.length >= 65_536) settle();
    },
    addFile(hit) {
      const name = JSON.stringify([hit.place, hit.placeBytes ?? null, hit.set]);
      const before = files.get(name);
      files.set(name, before === undefined ? hit : joinFileHits(before, hit));
    },
    get count() {
      return settle().length + files.size;
    },
    get more() {
      settle();
      return more;
    },
    hits: () => settle(),
    files: () => [...files.values()].sort((a, b) => comparePlaces(a, b) || a.set - b.set),
  };
}

function compareHits(a: Hit, b: Hit): number {
  return comparePlaces(a, b) || a.offsetBytes - b.offsetBytes || a.set - b.set || a.content - b.content;
}

/** Merges two ascending lists; what stands in both, or twice, is kept once. */
function mergeHits(a: readonly Hit[], b: readonly Hit[]): Hit[] {
  const merged: Hit[] = [];
  let last: Hit | undefined;
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [fromA, fromB] = [a[i], b[j]];
    const takeA = fromB === undefined || (fromA !== undefined && compareHits(fromA, fromB) <= 0);
    const next = takeA ? fromA : fromB;
    if (takeA) i++;
    else j++;
    if (next === undefined || (last !== undefined && compareHits(last, next) === 0)) continue;
    merged.push(next);
    last = next;
  }
  return merged;
}

/** The same file met twice: every digest that matched at any time, in a fixed order. */
function joinFileHits(a: FileHit, b: FileHit): FileHit {
  const matched = new Map<string, FileHit["matched"][number]>();
  for (const match of [...a.matched, ...b.matched]) {
    const before = matched.get(match.algorithm);
    matched.set(match.algorithm, { ...match, sizeEqual: match.sizeEqual || before?.sizeEqual === true });
  }
  return { ...a, matched: [...matched.values()], lowEntropy: a.lowEntropy && b.lowEntropy };
}
