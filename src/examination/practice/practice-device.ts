import { seededRandom } from "#base/values";
import { type FatShape, partitionSector, SECTOR } from "./fat-layout.ts";
import {
  addFile,
  beginFat,
  clusterBytes,
  clusterOffset,
  type Extent,
  type FatVolume,
  finishFat,
  removeFile,
} from "./fat-volume.ts";
import { tarFile } from "./plain-file.ts";
import { type FileKind, type PracticeFile, practiceContent } from "./practice-files.ts";

/** How a known file stands on the device. */
export type Standing =
  | "whole"
  | "renamed"
  | "in-pieces"
  | "deleted"
  | "partly-overwritten"
  | "in-archive"
  | "outside"
  | "absent";

/** Where one known file stands. */
export interface Planted {
  known: string;
  standing: Standing;
  /** Path on the device; null where no name leads to it. */
  path: string | null;
  /** What is left of it, in file order; none for "absent". */
  extents: Extent[];
}

/** A made-up stick. */
export interface PracticeDevice {
  image: Uint8Array<ArrayBuffer>;
  shape: FatShape;
  firstDataSector: number;
  planted: Planted[];
  /** Paths of the files that no list knows. */
  benign: string[];
}

const IMAGE_SECTORS = (112 * 1024 * 1024) / SECTOR;
/** Sectors behind the volume that belong to no partition. */
const TAIL_SECTORS = 4096;
/** The old place of a first partition: odd, and with it the first data sector. */
const SHAPE: FatShape = {
  firstSector: 63,
  sectors: IMAGE_SECTORS - 63 - TAIL_SECTORS,
  sectorsPerCluster: 4,
  reservedSectors: 2,
};

/** Which known file stands how, by its number; the rest is absent. */
const STANDINGS: readonly Standing[] = [
  ...(["whole", "renamed", "in-pieces", "deleted", "partly-overwritten", "in-archive", "absent", "deleted"] as const), // drawings
  ...(["whole", "deleted", "partly-overwritten", "absent"] as const), // large drawings
  ...(["whole", "renamed", "deleted", "absent"] as const), // PNG drawings
  ...(["renamed", "in-pieces", "outside", "absent"] as const), // films
  ...(["whole", "absent"] as const), // small drawings
];

/**
 * Makes the practice stick: 112 MiB, a partition table, a FAT16 volume whose clusters begin at odd sectors.
 *
 * @param seed Equal seeds give equal images.
 * @param known The files the list knows; see knownFiles().
 */
export function practiceDevice(seed: string, known: readonly PracticeFile[]): PracticeDevice {
  const image = new Uint8Array(IMAGE_SECTORS * SECTOR);
  image.set(partitionSector(SHAPE));
  const volume = beginFat(image, SHAPE);
  const random = seededRandom(`device ${seed}`);
  const benign: string[] = [];
  const planted: Planted[] = [];
  for (const [i, file] of known.entries()) {
    for (let n = 1 + random.below(4); n > 0; n--) benign.push(addBenign(volume, seed, benign.length));
    if (random.below(3) === 0) volume.next += random.below(1200);
    planted.push(plant(volume, file, { standing: STANDINGS[i] ?? "absent", number: i, seed }));
  }
  for (const { path } of planted) if (path?.includes("TAKEOUT")) benign.push(path);
  wipedStretch(volume);
  finishFat(volume);
  return { image, shape: SHAPE, firstDataSector: volume.layout.firstDataSector, planted, benign };
}

const BENIGN: readonly [FileKind, string, string][] = [
  ["drawing", "PHOTOS/IMG_", "BMP"],
  ["note", "NOTES/NOTE", "TXT"],
  ["large-drawing", "PHOTOS/BIG_", "BMP"],
  ["note", "NOTES/DAY_", "TXT"],
  ["png-drawing", "PHOTOS/CARD", "PNG"],
  ["film", "MUSIC/SONG", "MP3"],
];

function addBenign(volume: FatVolume, seed: string, number: number): string {
  const [kind, start, ending] = BENIGN[number % BENIGN.length] ?? ["note", "NOTES/NOTE", "TXT"];
  const path = `${start}${String(number).padStart(4, "0")}.${ending}`;
  addFile(volume, { path, content: practiceContent(kind, `${seed} benign ${number}`) });
  return path;
}

function plant(
  volume: FatVolume,
  file: PracticeFile,
  how: { standing: Standing; number: number; seed: string },
): Planted {
  const { standing, number, seed } = how;
  const { content, name } = file;
  const known = { known: name, standing, path: null };
  const ending = name.slice(-3).toUpperCase();
  const own = `MYFILES/PIC${String(number).padStart(4, "0")}.${ending}`;
  switch (standing) {
    case "absent":
      return { ...known, extents: [] };
    case "whole":
      return { ...known, path: own, extents: addFile(volume, { path: own, content }).extents };
    case "renamed": {
      const path = `SYSTEM/DRV${String(number).padStart(4, "0")}.DLL`;
      return { ...known, path, extents: addFile(volume, { path, content }).extents };
    }
    case "in-pieces":
      return { ...known, path: own, extents: addFile(volume, { path: own, content, pieces: 3 }).extents };
    case "in-archive":
      return { ...known, ...archived(volume, file, seed) };
    case "outside":
      return { ...known, extents: outside(volume, content) };
    default: {
      const { cluster, extents } = addFile(volume, { path: own, content });
      removeFile(volume, own);
      return {
        ...known,
        extents: standing === "deleted" ? extents : overwritten(volume, { cluster, extents, number, seed }),
      };
    }
  }
}

/** In a tar among others: its first sector follows the archive's header, so it stands at another phase. */
function archived(volume: FatVolume, file: PracticeFile, seed: string): { path: string; extents: Extent[] } {
  const before = practiceContent("note", `${seed} archive`);
  const content = tarFile([
    { name: "notes.txt", content: before },
    { name: "picture.bmp", content: file.content },
  ]);
  const path = "TAKEOUT.TAR";
  const { extents } = addFile(volume, { path, content });
  const start = (extents[0]?.offsetBytes ?? 0) + SECTOR + Math.ceil(before.length / SECTOR) * SECTOR + SECTOR;
  return { path, extents: [{ offsetBytes: start, lengthBytes: file.content.length, fileOffsetBytes: 0 }] };
}

/** Behind the volume, in no partition, at a sector of no particular kind. */
function outside({ image }: FatVolume, content: Uint8Array): Extent[] {
  const offsetBytes = (IMAGE_SECTORS - TAIL_SECTORS + 101) * SECTOR;
  const part = content.subarray(0, Math.min(content.length, (TAIL_SECTORS - 200) * SECTOR));
  image.set(part, offsetBytes);
  return [{ offsetBytes, lengthBytes: part.length, fileOffsetBytes: 0 }];
}

/** A newer file took the first third of a deleted one's clusters. */
function overwritten(
  volume: FatVolume,
  file: { cluster: number; extents: Extent[]; number: number; seed: string },
): Extent[] {
  const [whole] = file.extents;
  if (whole === undefined) return [];
  const clusters = Math.ceil(whole.lengthBytes / clusterBytes(volume) / 3);
  const content = practiceContent("film", `${file.seed} over ${file.number}`).subarray(
    0,
    clusters * clusterBytes(volume),
  );
  addFile(volume, { path: `MUSIC/OVER${String(file.number).padStart(4, "0")}.MP3`, content, cluster: file.cluster });
  const gone = clusters * clusterBytes(volume);
  const { offsetBytes, lengthBytes } = whole;
  return [{ offsetBytes: offsetBytes + gone, lengthBytes: lengthBytes - gone, fileOffsetBytes: gone }];
}

/** A stretch a flash controller left at 0xff. */
function wipedStretch(volume: FatVolume): void {
  const from = clusterOffset(volume, volume.next + 500);
  volume.image.fill(0xff, from, from + 8 * 1024 * 1024);
}
