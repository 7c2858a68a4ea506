import { distanceBits } from "./distance-bits.ts";
import type { Match } from "./likeness.ts";
import type { NearestIndex } from "./nearest-index.ts";
import { turnedHashes } from "./pdq.ts";
import { TRANSFORMS, type Transform } from "./pdq-bits.ts";
import type { RobustParts } from "./robust-compare.ts";
import { type LikenessEntries, officersOf } from "./set-layout.ts";
import { LIKENESS } from "./thresholds.ts";
import { compareVideos, type FrameHash, VIDEO_THRESHOLDS, type VideoMatch } from "./video-likeness.ts";

/** A release's fingerprints, named. */
export interface NamedSet {
  name: string;
  release: string;
  entries: LikenessEntries;
  /** The index of the known pictures, where it was built when the set was read; `entries.known` is then empty. */
  known?: NearestIndex;
}

/** One fingerprint of a picture that is asked about: turned, or of a part of it. */
export interface AskedHash {
  hash: Uint8Array;
  /** What was done to the picture to get it. */
  transform: Transform;
  /** "whole", or what was cut out. */
  part: string;
}

/** A set's video that one is like. A lead, never a conclusion. */
export interface VideoLead extends VideoMatch {
  set: string;
  release: string;
  /** Position of the video in its set. */
  entry: number;
  /** As of a Match. */
  confirmedBy: number;
}

/** An entry that is like too many pictures that are not like each other: it says nothing any more. */
export interface Quarantined {
  set: string;
  release: string;
  entry: number;
  /** Pictures that are unlike each other, at least so many. */
  unrelated: number;
}

/** Asks sets, in one run. */
export interface LikenessJudge {
  /** Whether a set asks about parts of a picture too; the others are asked about the whole alone. */
  readonly asksParts: boolean;
  /** Pictures' entries of all sets that this picture is like, nearest first, one for each entry. Empty where its quality says nothing. */
  picture(asked: readonly AskedHash[], quality: number): Match[];
  video(frames: readonly FrameHash[]): VideoLead[];
  /** What was met so far; hits of these entries, earlier ones too, count for nothing. */
  quarantined(): Quarantined[];
  isQuarantined(match: Pick<Match, "set" | "release" | "entry">): boolean;
}

/** Going back from what was done to the picture to what was done to the entry's. */
const BACK: Partial<Record<Transform, Transform>> = { rotate90: "rotate270", rotate270: "rotate90" };

/**
 * Opens a judge over sets. Benign entries of every set count for all: where one is as near as a known entry, or nearer, there is no hit.
 *
 * @param index Makes what finds near fingerprints.
 */
export function likenessJudge(sets: readonly NamedSet[], index: (hashes: Uint8Array) => NearestIndex): LikenessJudge {
  const open = sets.map((set) => openSet(set, index));
  const benign = open.map((set) => set.benign);
  const watch = openQuarantine();
  return {
    asksParts: sets.some(({ entries }) => entries.robust),
    picture: (asked, quality) => {
      const whole = asked.filter(({ part }) => part === "whole");
      const matches = open
        .filter(({ quality: least }) => quality >= least)
        .flatMap((set) => {
          const own = set.entries.robust ? asked : whole;
          const near = nearOf(set, own, quality);
          return near.filter(({ distanceBits: bits }) => !own.some(({ hash }) => isMet(benign, hash, bits)));
        });
      for (const match of matches) watch.note(match, hashOfMatch(asked, match));
      return matches.sort((a, b) => a.distanceBits - b.distanceBits);
    },
    video: (frames) => {
      const telling = frames.filter((frame) => !isHarmless(open, frame));
      return open.flatMap((set) => videoLeads(set, telling));
    },
    quarantined: watch.list,
    isQuarantined: watch.has,
  };
}

/** The fingerprints of a picture, and of its parts where they were taken, each in all eight positions: for a judge. */
export function askedOfPicture({
  values,
  parts,
}: {
  values: Float32Array;
  parts?: Pick<RobustParts, "query">;
}): AskedHash[] {
  const others = (parts?.query ?? []).filter(({ part }) => part !== "whole");
  return [
    ...askedHashes(turnedHashes(values)),
    ...others.flatMap(({ part, values: own }) => askedHashes(turnedHashes(own), part)),
  ];
}

/** The fingerprints of a whole picture in all eight positions, for a judge. */
export function askedHashes(turned: ReadonlyMap<Transform, Uint8Array>, part = "whole"): AskedHash[] {
  return TRANSFORMS.flatMap((transform) => {
    const hash = turned.get(transform);
    return hash === undefined ? [] : [{ hash, transform, part }];
  });
}

interface OpenSet extends NamedSet {
  distance: number;
  quality: number;
  known: NearestIndex;
  benign: NearestIndex;
  frames: NearestIndex;
  /** Which video each frame of the index is of. */
  videoOf: Uint32Array;
}

function openSet(set: NamedSet, index: (hashes: Uint8Array) => NearestIndex): OpenSet {
  const { known, benign, videos, thresholds } = set.entries;
  const rows = videos.flatMap((frames, video) => frames.map(({ hash }) => ({ hash, video })));
  const hashes = new Uint8Array(32 * rows.length);
  for (const [i, { hash }] of rows.entries()) hashes.set(hash, 32 * i);
  return {
    ...set,
    distance: thresholds.distanceBits,
    quality: thresholds.quality,
    known: set.known ?? index(known),
    benign: index(benign),
    frames: index(hashes),
    videoOf: Uint32Array.from(rows, ({ video }) => video),
  };
}

/** The nearest way in which each entry of a set is met. */
function nearOf(
  { name, release, entries, known, distance }: OpenSet,
  asked: readonly AskedHash[],
  quality: number,
): Match[] {
  const best = new Map<number, Match>();
  for (const { hash, transform, part } of asked) {
    for (const { entry, distanceBits: bits } of known.search(hash, distance).near) {
      const before = best.get(entry);
      if (before !== undefined && before.distanceBits <= bits) continue;
      const place = { set: name, release, entry, part, transform: BACK[transform] ?? transform };
      const confirmedBy = officersOf(entries, "picture", entry);
      best.set(entry, { hash: known.hashAt(entry), quality, distanceBits: bits, confirmedBy, ...place });
    }
  }
  return [...best.values()];
}

function isMet(benign: readonly NearestIndex[], hash: Uint8Array, within: number): boolean {
  return benign.some((index) => index.count > 0 && index.search(hash, within, 1).total > 0);
}

/** A frame that is as near to a harmless picture as to any known frame, or nearer, is not asked about. */
function isHarmless(sets: readonly OpenSet[], { hash, quality }: FrameHash): boolean {
  if (quality < VIDEO_THRESHOLDS.quality || sets.every(({ benign }) => benign.count === 0)) return false;
  const near = sets.flatMap(({ frames }) => frames.search(hash, VIDEO_THRESHOLDS.distanceBits, 1).near);
  const within = Math.min(...near.map(({ distanceBits: bits }) => bits));
  return (
    near.length > 0 &&
    isMet(
      sets.map(({ benign }) => benign),
      hash,
      within,
    )
  );
}

function videoLeads(
  { name, release, entries, frames: index, videoOf }: OpenSet,
  frames: readonly FrameHash[],
): VideoLead[] {
  if (index.count === 0) return [];
  const candidates = new Set<number>();
  for (const { hash, quality } of frames) {
    if (quality < VIDEO_THRESHOLDS.quality) continue;
    for (const { entry } of index.search(hash, VIDEO_THRESHOLDS.distanceBits).near) candidates.add(videoOf[entry] ?? 0);
  }
  return [...candidates].flatMap((entry) => {
    const match = compareVideos(frames, entries.videos[entry] ?? []);
    const confirmedBy = officersOf(entries, "video", entry);
    return match.alike ? [{ ...match, set: name, release, entry, confirmedBy }] : [];
  });
}

/** The picture's fingerprint in the position in which it was met. */
export function hashOfMatch(asked: readonly AskedHash[], { transform, part }: Match): Uint8Array {
  const forward = BACK[transform] ?? transform;
  return asked.find((one) => one.transform === forward && one.part === part)?.hash ?? new Uint8Array(32);
}

/** Entries that are like too much; apart from a judge, for answers that are put together later, in a fixed order. */
export interface Quarantine {
  /** @param hash Of the picture, in the position in which it was met. */
  note(match: Pick<Match, "set" | "release" | "entry">, hash: Uint8Array): void;
  list(): Quarantined[];
  has(match: Pick<Match, "set" | "release" | "entry">): boolean;
}

/** Remembers, for each entry that was met, pictures that are unlike each other. */
export function openQuarantine(): Quarantine {
  const met = new Map<string, Quarantined & { hashes: Uint8Array[] }>();
  const keyOf = ({ set, release, entry }: Pick<Match, "set" | "release" | "entry">): string =>
    JSON.stringify([set, release, entry]);
  const isOver = ({ unrelated }: Quarantined): boolean => unrelated > LIKENESS.unrelatedMost;
  return {
    note: ({ set, release, entry }, hash) => {
      const key = keyOf({ set, release, entry });
      const seen = met.get(key) ?? { set, release, entry, unrelated: 0, hashes: [] };
      met.set(key, seen);
      if (isOver(seen) || seen.hashes.some((other) => distanceBits(other, hash) <= LIKENESS.distanceBits)) return;
      seen.hashes.push(hash.slice());
      seen.unrelated = seen.hashes.length;
    },
    list: () => [...met.values()].filter(isOver).map(({ hashes: _, ...entry }) => entry),
    has: (match) => {
      const seen = met.get(keyOf(match));
      return seen !== undefined && isOver(seen);
    },
  };
}
