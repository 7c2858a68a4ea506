import { type HashTable, hashTable } from "./hash-table.ts";
import type { ListedFingerprint } from "./listed-fingerprint.ts";
import type { LikenessEntries } from "./set-layout.ts";
import { LIKENESS } from "./thresholds.ts";
import type { FrameHash } from "./video-likeness.ts";

/** In a quality's place: the list does not say. */
const UNSAID = 255;

/** What became of the entries that were given, in numbers; each entry is counted once. */
export interface SetCounts {
  pictures: number;
  benign: number;
  videos: number;
  frames: number;
  foreign: number;
  /** Given more than once. */
  repeated: number;
  withdrawn: number;
  /** Under the quality at which a fingerprint says something. */
  weak: number;
}

/** Entries that are taken back: by what they are called, or by their hash where they name one. */
export interface Withdrawals {
  note(entry: ListedFingerprint): void;
  names(entry: ListedFingerprint): boolean;
}

/** Makes an empty list of withdrawals. A name counts only where the withdrawal states no hash: names of different lists can be alike. */
export function withdrawals(): Withdrawals {
  const hashes = hashTable();
  const [ids, values] = [new Set<string>(), new Set<string>()];
  return {
    note: ({ hash, opaque, id }) => {
      if (hash !== null) hashes.add(hash);
      else if (opaque !== null) values.add(opaque);
      else if (id !== "") ids.add(id);
    },
    names: ({ hash, opaque, id }) =>
      (hash !== null && hashes.has(hash)) || (opaque !== null && values.has(opaque)) || (id !== "" && ids.has(id)),
  };
}

/** Gathers a release's fingerprints. */
export interface SetCollector {
  known(entry: ListedFingerprint): void;
  benign(entry: ListedFingerprint): void;
  video(frames: readonly FrameHash[]): void;
  /** An entry that its list, or a list of withdrawals, takes back. */
  withdrawn(): void;
  readonly counts: SetCounts;
  entries(): LikenessEntries;
}

/** Opens an empty collector with the standard thresholds. */
export function setCollector(): SetCollector {
  const counts = { pictures: 0, benign: 0, videos: 0, frames: 0, foreign: 0, repeated: 0, withdrawn: 0, weak: 0 };
  const [known, benign] = [hashTable(), hashTable()];
  const quality: number[] = [];
  const foreign = new Set<string>();
  const films = videoTable();
  const added = (table: HashTable, { hash, quality: said }: ListedFingerprint): number => {
    if (hash === null) return -1;
    if (said !== null && said < LIKENESS.quality) {
      counts.weak++;
      return -1;
    }
    const before = table.count;
    const place = table.add(hash);
    if (table.count === before) counts.repeated++;
    return place;
  };
  return {
    get counts() {
      return {
        ...counts,
        pictures: known.count,
        benign: benign.count,
        videos: films.videos().length,
        foreign: foreign.size,
      };
    },
    known: (entry) => {
      if (entry.opaque !== null) {
        const line = `${entry.kind} ${entry.opaque}`;
        if (foreign.has(line)) counts.repeated++;
        foreign.add(line);
        return;
      }
      const place = added(known, entry);
      if (place < 0) return;
      const before = quality[place];
      // Of a fingerprint stated twice the better quality stays; what is not said gives way to what is.
      if (before === undefined || before === UNSAID) quality[place] = entry.quality ?? UNSAID;
      else quality[place] = Math.max(before, entry.quality ?? 0);
    },
    benign: (entry) => void added(benign, entry),
    withdrawn: () => {
      counts.withdrawn++;
    },
    video: (frames) => {
      const taken = films.add(frames);
      if (taken === "kept") counts.frames += frames.filter(isGood).length;
      else counts[taken]++;
    },
    entries: () => ({
      thresholds: { distanceBits: LIKENESS.distanceBits, quality: LIKENESS.quality },
      known: known.bytes(),
      knownQuality: Uint8Array.from(quality),
      benign: benign.bytes(),
      videos: films.videos(),
      opaque: [...foreign],
    }),
  };
}

function isGood({ quality }: FrameHash): boolean {
  return quality >= LIKENESS.quality;
}

/** Different videos, of their frames those that say something. */
function videoTable(): { add(frames: readonly FrameHash[]): "kept" | "repeated" | "weak"; videos(): FrameHash[][] } {
  const videos = new Map<string, FrameHash[]>();
  return {
    add: (frames) => {
      const good = frames.filter(isGood);
      if (good.length === 0) return "weak";
      const name = good.map(({ hash }) => String.fromCharCode(...hash)).join("");
      if (videos.has(name)) return "repeated";
      const renumbered = good.map((frame, i) => ({ ...frame, frame: i }));
      videos.set(name, renumbered);
      return "kept";
    },
    videos: () => [...videos.values()],
  };
}
