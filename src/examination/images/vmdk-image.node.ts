import { type ByteSource, slice } from "#examination/sources";
import { readPart } from "./fields.ts";
import {
  type ImageFile,
  noAcquisition,
  type OpenImage,
  type OpenParent,
  type Refusal,
  type Siblings,
} from "./image.ts";
import { latin } from "./latin.ts";
import { mappedMedia, type Stretch, type StretchAt } from "./mapped-media.ts";
import { isOpen, parentOf, parentStretch, siblingNamed } from "./parents.ts";
import { readDescriptor, type VmdkDescriptor, type VmdkExtent } from "./vmdk-descriptor.ts";
import { grainReader, readSparseExtent, type SparseExtent } from "./vmdk-extent.node.ts";

const DESCRIPTOR_LIMIT = 1024 * 1024;

interface Folder {
  siblings: Siblings;
  openParent: OpenParent;
}

/** One extent in the disk: its first byte and how it is read. */
interface Laid {
  startByte: number;
  endByte: number;
  stretchAt: StretchAt;
}

/**
 * Opens a VMware disk: monolithic and split sparse, stream-optimized, flat, VMFS, and differencing with its parent.
 *
 * @returns Null where the file is none; a refusal that names the extent or parent that is missing.
 * @see VMware, Virtual Disk Format 5.0
 */
export function openVmdk(file: ImageFile, siblings: Siblings, openParent: OpenParent): OpenImage | Refusal | null {
  const sparse = readSparseExtent(file.source);
  if (sparse === "damaged") return { refused: "vmdk-damaged", values: {} };
  const text =
    sparse?.descriptor ??
    new TextDecoder().decode(readPart(file.source, 0, Math.min(DESCRIPTOR_LIMIT, file.source.sizeBytes)));
  if (sparse === null && !/^\s*# *Disk DescriptorFile/.test(text)) return null;
  const descriptor = readDescriptor(text);
  const folder = { siblings, openParent };
  const parent = descriptor.parent === null ? null : parentOf([descriptor.parent], folder);
  if (parent !== null && !isOpen(parent)) return parent;
  if (parent !== null && parent.acquisition.facts["identifier"] !== descriptor.parentIdentifier) {
    return { refused: "parent-other", values: { parent: descriptor.parent ?? "" } };
  }
  const laid = sparse !== null ? oneExtent(sparse, parent) : layExtents(descriptor, { folder, parent });
  if ("refused" in laid) return laid;
  return {
    format: "vmdk",
    variant: descriptor.createType || "sparse",
    files: [file.name, ...laid.files, ...(parent?.files ?? [])],
    media: joined(laid.extents),
    unread: [],
    acquisition: {
      ...noAcquisition(),
      facts: descriptor.identifier === "" ? {} : { identifier: descriptor.identifier },
    },
    problems: [...(parent?.problems ?? [])],
  };
}

interface LaidExtents {
  extents: Laid[];
  files: Uint8Array[];
}

function oneExtent(sparse: SparseExtent, parent: OpenImage | null): LaidExtents {
  const stretchAt = grainReader(sparse, parent?.media ?? null);
  return { files: [], extents: [{ startByte: 0, endByte: sparse.sizeBytes, stretchAt }] };
}

function layExtents(
  descriptor: VmdkDescriptor,
  { folder, parent }: { folder: Folder; parent: OpenImage | null },
): LaidExtents | Refusal {
  const extents: Laid[] = [];
  const files: Uint8Array[] = [];
  let startByte = 0;
  for (const extent of descriptor.extents) {
    const own = parent === null ? null : slice(parent.media, startByte, extent.sizeBytes);
    const opened = openExtent(extent, folder.siblings, own);
    if ("refused" in opened) return opened;
    if (opened.name !== null) files.push(opened.name);
    const endByte = startByte + extent.sizeBytes;
    if (!Number.isSafeInteger(endByte)) return { refused: "vmdk-damaged", values: {} };
    if (extent.sizeBytes > 0) extents.push({ startByte, endByte, stretchAt: opened.stretchAt });
    startByte = endByte;
  }
  return extents.length === 0 ? { refused: "vmdk-damaged", values: {} } : { extents, files };
}

function openExtent(
  extent: VmdkExtent,
  siblings: Siblings,
  parent: ByteSource | null,
): { name: Uint8Array | null; stretchAt: StretchAt } | Refusal {
  const { kind, sizeBytes } = extent;
  if (kind === "ZERO") return { name: null, stretchAt: () => ({ endByte: sizeBytes, stretch: { is: "zero" } }) };
  if (!["SPARSE", "VMFSSPARSE", "FLAT", "VMFS"].includes(kind))
    return { refused: "vmdk-extent-kind", values: { kind } };
  const name = siblingNamed(siblings, extent.file);
  const source = name === null ? null : siblings.open(name);
  if (name === null || source === null) return { refused: "vmdk-extent-missing", values: { file: extent.file } };
  if (kind === "FLAT" || kind === "VMFS") {
    const stretch = (at: number): Stretch => ({ is: "stored", source, offsetBytes: extent.offsetBytes + at });
    return { name, stretchAt: (at) => ({ endByte: sizeBytes, stretch: stretch(at) }) };
  }
  const sparse = readSparseExtent(source);
  if (sparse === null || sparse === "damaged") return { refused: "vmdk-damaged", values: { file: latin(name) } };
  const grains = grainReader(sparse, parent);
  return {
    name,
    stretchAt: (at) => (at < sparse.sizeBytes ? grains(at) : parentStretch(parent, at, sizeBytes)),
  };
}

function joined(extents: readonly Laid[]): ByteSource {
  const sizeBytes = extents.at(-1)?.endByte ?? 0;
  return mappedMedia(sizeBytes, (offsetBytes) => {
    let [low, high] = [0, extents.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((extents[middle]?.startByte ?? 0) <= offsetBytes) low = middle;
      else high = middle - 1;
    }
    const extent = extents[low];
    if (extent === undefined) throw new RangeError(`Cannot read: no extent at byte ${offsetBytes}, current count is 0`);
    const { endByte, stretch } = extent.stretchAt(offsetBytes - extent.startByte);
    return { endByte: Math.min(extent.endByte, endByte + extent.startByte), stretch };
  });
}
