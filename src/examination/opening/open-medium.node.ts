import { utf8 } from "#base/values";
import { openFileSystems } from "#examination/filesystems";
import { isRefusal, type OpenImage, type Refusal } from "#examination/images";
import { type ByteSource, knownPhases, ReadError, volumeNamed } from "#examination/sources";
import { lookAtSource, openSource } from "#examination/sources/node";
import { readVolumes, type Volume, type VolumeProblem, type VolumeScheme } from "#examination/volumes";
import { chainText } from "./entry-place.ts";
import { openingFault } from "./faults.ts";
import { logicalTree } from "./logical-tree.ts";
import type { Medium, MediumTree, MediumVolume } from "./medium.ts";
import { openImageFile } from "./open-image-file.node.ts";
import { pageCached } from "./page-cached.ts";

/**
 * Opens an image file or a device: its container, its volumes, and every file system each of them can be read as.
 *
 * @param path As the caller means it, absolute.
 * @returns The medium, or the refusal that names why the image is not read.
 * @throws {Fault} Those of sources; opening/folder.
 */
export async function openMedium(path: string): Promise<Medium | Refusal> {
  const file = await openImageFile(path);
  if (file === null) return openDevice(path);
  if (isRefusal(file)) return file;
  try {
    return mediumOf(file.image, { ...file, kind: "image" });
  } catch (error) {
    file.close();
    throw error;
  }
}

async function openDevice(path: string): Promise<Medium> {
  const { spec, place, name } = await lookAtSource(path);
  if (spec.kind !== "device") {
    throw openingFault("opening/folder", `Cannot open ${place}: not an image or a device`, {
      place,
      values: { path: place },
    });
  }
  const source = openSource(spec);
  const image: OpenImage = {
    format: "raw",
    variant: "",
    files: [name],
    media: source,
    unread: [],
    acquisition: { hashes: [], badSectors: [], facts: {} },
    problems: [],
  };
  return mediumOf(image, { name, place, kind: "device", close: () => source.close() });
}

/** Where a medium comes from, and who watches over its opening. */
interface From {
  name: Uint8Array;
  place: string;
  kind: Medium["kind"];
  close(): void;
  guard?: MediumWatch;
}

/** Sees what is read of a medium, and says which volumes are opened. */
interface MediumWatch {
  watch(media: ByteSource): ByteSource;
  mayOpen(links: readonly string[], place: string): boolean;
}

/** Whether a volume is opened, by its links. */
type MayOpen = (links: readonly string[]) => boolean;

/** The volumes and file systems of an image that is open. */
export function mediumOf(image: OpenImage, { name, place, kind, close, guard }: From): Medium {
  const base = { name, place, kind, image, close };
  if (image.entries !== undefined) {
    const volume = { ...wholeVolume(image.media), trees: [logicalTree(image.entries)] };
    return { ...base, scheme: "none", volumes: [volume], problems: [] };
  }
  const cached = pageCached(image.media);
  const media = guard?.watch(cached) ?? cached;
  const mayOpen: MayOpen = (links) =>
    guard?.mayOpen(links, chainText([name, ...links.map((link) => utf8(link))]).place) ?? true;
  const { scheme, volumes, problems, alsoWhole } = readVolumes(media);
  const laid = layVolumes(volumes, scheme, mayOpen);
  const whole = { ...wholeVolume(media), links: ["whole"], number: 0 };
  const reading = alsoWhole ? [withTrees(whole, mayOpen)] : [];
  return { ...base, scheme, volumes: [...reading, ...laid.volumes], problems: [...problems, ...laid.problems] };
}

/** Volumes with what is in them; a volume group's volumes stand behind the volume it fills. */
function layVolumes(
  volumes: readonly Volume[],
  scheme: VolumeScheme,
  mayOpen: MayOpen,
): { volumes: MediumVolume[]; problems: VolumeProblem[] } {
  const laid: MediumVolume[] = [];
  const problems: VolumeProblem[] = [];
  let number = 0;
  for (const volume of volumes) {
    if (!volume.unallocated) number++;
    const links = volumeLinks(volume, number, scheme);
    const bare = mediumVolume(volume, { links, number: volume.unallocated ? 0 : number });
    const own = withTrees(bare, mayOpen);
    laid.push(own);
    if (own === bare || own.source === null || own.trees.length > 0 || scheme === "lvm2") continue;
    if (!mayHoldGroup(own.source)) continue;
    const inner = readVolumes(own.source);
    if (inner.scheme !== "lvm2") continue;
    const group = layVolumes(inner.volumes, "lvm2", (inside) => mayOpen([...links, ...inside]));
    problems.push(...group.problems, ...inner.problems.map((problem) => movedProblem(problem, own)));
    laid.push(...group.volumes.map((nested) => nestedVolume(nested, own)));
  }
  return { volumes: laid, problems };
}

const LABEL_SECTORS = 4;

/** Whether a volume group's label may stand in it: 2,000 volumes that overlap are not each read for a table of 2,000. */
function mayHoldGroup({ readSync }: ByteSource): boolean {
  const head = new Uint8Array(LABEL_SECTORS * 512);
  try {
    return Buffer.from(head.buffer, 0, readSync(head, 0)).includes("LABELONE");
  } catch (error) {
    if (error instanceof ReadError) return true; // what reads the table says what it cannot read
    throw error;
  }
}

/** A partition is named by its number, a logical volume as its group names it, free space by its place in the table. */
function volumeLinks({ name, unallocated, index }: Volume, number: number, scheme: VolumeScheme): string[] {
  if (scheme === "none") return [];
  if (unallocated) return [`free${index}`];
  return scheme === "lvm2" && name !== null ? name.split("/") : [`p${number}`];
}

function mediumVolume(volume: Volume, { links, number }: { links: string[]; number: number }): MediumVolume {
  const { startByte, sizeBytes, extents, kind, unallocated, read, refused } = volume;
  return {
    links,
    number,
    startByte,
    sizeBytes,
    extents,
    kind,
    label: volume.name,
    unallocated,
    source: read,
    refused: refused ?? null,
    encrypted: null,
    found: null,
    trees: [],
  };
}

function movedProblem(problem: VolumeProblem, { startByte }: MediumVolume): VolumeProblem {
  return { ...problem, atByte: problem.atByte === null ? null : problem.atByte + startByte };
}

function nestedVolume(nested: MediumVolume, outer: MediumVolume): MediumVolume {
  return {
    ...nested,
    links: [...outer.links, ...nested.links],
    startByte: nested.startByte + outer.startByte,
    extents: nested.extents.map(({ startByte, lengthBytes }) => ({
      startByte: startByte + outer.startByte,
      lengthBytes,
    })),
  };
}

function withTrees(volume: MediumVolume, mayOpen: MayOpen): MediumVolume {
  if (volume.unallocated || volume.source === null || !mayOpen(volume.links)) return volume;
  const own = trees(volume.source);
  // APFS tells of its encryption in the superblock of each volume, not in the first sectors.
  const isVault = own.some(({ problems }) => problems.some(({ what }) => what === "encrypted-volume"));
  const encrypted = encryptionOf(volume.source) ?? (isVault ? "FileVault" : null);
  const found = own.length === 0 && encrypted === null ? volumeNamed(volume.source) : null;
  return { ...volume, trees: own, encrypted, found };
}

function wholeVolume(source: ByteSource): MediumVolume {
  return {
    links: [],
    number: 1,
    startByte: 0,
    sizeBytes: source.sizeBytes,
    extents: [{ startByte: 0, lengthBytes: source.sizeBytes }],
    kind: "whole",
    label: null,
    unallocated: false,
    source,
    refused: null,
    encrypted: null,
    found: null,
    trees: [],
  };
}

/** Each file system with a link of its own: a shadow copy is "ntfs-shadow1" beside "ntfs", a snapshot "apfs-snapshot1". */
function trees(source: ByteSource): MediumTree[] {
  return openFileSystems(source).map((fileSystem) => ({
    kind: fileSystem.link ?? fileSystem.kind,
    label: fileSystem.label,
    blockBytes: fileSystem.blockBytes,
    sizeBytes: fileSystem.sizeBytes,
    entries: (wishes) => fileSystem.entries(wishes),
    unallocated: () => fileSystem.unallocated(),
    problems: fileSystem.problems,
  }));
}

/** What a volume says of its encryption by its first sectors. */
function encryptionOf(source: ByteSource): MediumVolume["encrypted"] {
  const { regions } = knownPhases(source.readSync, source.sizeBytes);
  return regions.find(({ startByte, encrypted }) => startByte === 0 && encrypted !== null)?.encrypted ?? null;
}
