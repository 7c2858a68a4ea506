import { BLOCK_BYTES, PHASES, SECTOR_BYTES } from "#base/hashing";
import type { Finding } from "#examination/evidence";
import { comparePlaces, compareTexts } from "./hit-place.ts";
import type { FileHit, Hit, HitLedger, SetFacts } from "./hits.ts";
import type { Standing } from "./medium-message.ts";
import { RED_DISTINCT_BLOCKS, WHOLE_FILE_MIN_BYTES, WINDOW_BLOCKS } from "./thresholds.ts";

/** In which entry a byte of an image or device stands; undefined: not known. */
export type StandingOf = (offsetBytes: number) => Standing | undefined;

/**
 * Turns hits into findings: maximal runs of hits of one set at one phase, and whole files. Sorted by place, offset, kind,
 * set and phase: equal hits give byte-identical findings.
 *
 * @param standingOf In which entry a hit of an image or device stands; one object an entry. A run that spans several entries is
 * cut where one ends; what is red was found out before.
 */
export function findingsOf(
  ledger: HitLedger,
  sets: readonly SetFacts[],
  standingOf: StandingOf = () => undefined,
): Finding[] {
  const findings: Finding[] = [];
  for (const hits of bySetAndPhase(ledger.hits())) findings.push(...runFindings(hits, sets, standingOf));
  for (const hit of ledger.files()) findings.push(fileFinding(hit, sets));
  return findings.sort(compareFindings);
}

/** Order of findings in a report. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    comparePlaces(a, b) ||
    a.offsetBytes - b.offsetBytes ||
    compareTexts(a.kind, b.kind) ||
    compareTexts(a.set, b.set) ||
    compareTexts(a.release, b.release) ||
    (a.phase ?? -1) - (b.phase ?? -1)
  );
}

/** Groups ascending hits by place, set and phase; each group ascending. */
function* bySetAndPhase(hits: readonly Hit[]): Generator<Hit[]> {
  let groups = new Map<number, Hit[]>();
  let place: Hit | undefined;
  for (const hit of hits) {
    if (place !== undefined && comparePlaces(place, hit) !== 0) {
      yield* groups.values();
      groups = new Map();
    }
    place = hit;
    const key = hit.set * PHASES + phaseOf(hit);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [hit]);
    else group.push(hit);
  }
  yield* groups.values();
}

function phaseOf({ offsetBytes }: Hit): number {
  return (offsetBytes / SECTOR_BYTES) % PHASES;
}

function runFindings(hits: Hit[], sets: readonly SetFacts[], standingOf: StandingOf): Finding[] {
  const red = redMarks(hits);
  const findings: Finding[] = [];
  for (let first = 0, i = 1; i <= hits.length; i++) {
    const [before, hit] = [hits[i - 1], hits[i]];
    if (before === undefined) continue;
    const standing = standingOf(before.offsetBytes);
    if (hit?.offsetBytes === before.offsetBytes + BLOCK_BYTES && standingOf(hit.offsetBytes) === standing) continue;
    findings.push({ ...runFinding(hits.slice(first, i), red.subarray(first, i).includes(1), sets), ...standing });
    first = i;
  }
  return findings;
}

/** Marks every hit that stands in some 64-block window with three or more different contents. */
function redMarks(hits: readonly Hit[]): Uint8Array {
  const marks = new Uint8Array(hits.length);
  const contents = new Map<number, number>();
  for (let first = 0, i = 0; i < hits.length; i++) {
    const hit = hits[i];
    if (hit === undefined) break;
    contents.set(hit.content, (contents.get(hit.content) ?? 0) + 1);
    for (let oldest = hits[first]; oldest !== undefined; oldest = hits[first]) {
      if (hit.offsetBytes - oldest.offsetBytes < WINDOW_BLOCKS * BLOCK_BYTES) break;
      const left = (contents.get(oldest.content) ?? 0) - 1;
      if (left > 0) contents.set(oldest.content, left);
      else contents.delete(oldest.content);
      first++;
    }
    if (contents.size >= RED_DISTINCT_BLOCKS) marks.fill(1, first, i + 1);
  }
  return marks;
}

function runFinding(run: Hit[], inRedWindow: boolean, sets: readonly SetFacts[]): Finding {
  const [first, set] = [run[0], setOf(sets, run[0]?.set)];
  if (first === undefined)
    throw new RangeError("Cannot make a finding: a run has at least one hit, current length is 0");
  return {
    ...placeOf(first),
    offsetBytes: first.offsetBytes,
    lengthBytes: run.length * BLOCK_BYTES,
    phase: phaseOf(first),
    ...{ set: set.name, release: set.release, category: set.category },
    ...{ kind: "blocks", confirmed: true, blocks: run.length },
    distinctBlocks: new Set(run.map(({ content }) => content)).size,
    weight: inRedWindow && set.category !== "related" ? "red" : "amber",
  };
}

/**
 * A whole file is red by SHA-256, by SHA-1 or MD5 with equal size, or by both of them; never when it is tiny or says next to nothing.
 */
function fileFinding(hit: FileHit, sets: readonly SetFacts[]): Finding {
  const set = setOf(sets, hit.set);
  const algorithms = ALGORITHMS.filter((name) => hit.matched.some(({ algorithm }) => algorithm === name));
  const sizeEqual = hit.matched.some((match) => match.sizeEqual);
  const proven = algorithms.includes("sha256") || sizeEqual || algorithms.length > 1;
  const telling = hit.sizeBytes >= WHOLE_FILE_MIN_BYTES && !hit.lowEntropy;
  return {
    ...placeOf(hit),
    ...{ offsetBytes: 0, lengthBytes: hit.sizeBytes, phase: null, ...hit.at },
    ...{ set: set.name, release: set.release, category: set.category },
    ...{ kind: "whole-file", confirmed: true, blocks: 0, distinctBlocks: 0 },
    weight: proven && telling && set.category !== "related" ? "red" : "amber",
    matched: { algorithms, sizeEqual },
  };
}

const ALGORITHMS = ["sha256", "sha1", "md5"] as const;

function setOf(sets: readonly SetFacts[], index: number | undefined): SetFacts {
  const set = sets[index ?? -1];
  if (set === undefined)
    throw new RangeError(`Cannot make a finding: no such part of the filter, current index is ${index}`);
  return set;
}

function placeOf({ place, placeBytes }: Hit | FileHit): Pick<Finding, "place" | "placeBytes"> {
  return placeBytes === undefined ? { place } : { place, placeBytes };
}
