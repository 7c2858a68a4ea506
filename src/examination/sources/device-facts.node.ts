import { dirname, join } from "node:path";
import { attribute, attributeBytes, type BlockNode, diskOf, partitionsOf } from "./block-devices.node.ts";
import { pathText } from "./place-text.ts";
import type { SourceMount, WriteState } from "./source-spec.ts";

const OPTICAL = "5"; // SCSI peripheral device type, SPC-4 table 141
const CLIMB = 12;

/** Serial, model, medium and removability of a disk. */
export interface DiskFacts {
  medium: "rotating" | "flash";
  removable: boolean | null;
  sectorBytes: number;
  optical: boolean;
  serial?: string;
  model?: string;
}

/**
 * What the kernel says about a disk or the disk of a partition.
 *
 * Rotating is what says so and cannot be taken out of its drive: USB sticks and cards claim to rotate too
 * (the kernel's default where the device does not answer), but are removable.
 */
export function diskFacts(node: BlockNode): DiskFacts {
  const disk = diskOf(node);
  const removable = flag(attribute(disk.folder, "removable"));
  const optical = attribute(disk.folder, "device/type") === OPTICAL;
  const rotates = attribute(disk.folder, "queue/rotational") === "1" && (removable !== true || optical);
  const serial = serialOf(disk);
  const model = modelOf(disk);
  return {
    medium: rotates ? "rotating" : "flash",
    removable,
    sectorBytes: Number(attribute(disk.folder, "queue/logical_block_size") ?? 512) || 512,
    optical,
    ...(serial === undefined ? {} : { serial }),
    ...(model === undefined ? {} : { model }),
  };
}

/** Whether it can be written to: a disk counts as read-only for the kernel only with all of its partitions. */
export function writeState(node: BlockNode, mounts: readonly SourceMount[]): WriteState {
  const parts = node.partition ? [node] : [node, ...partitionsOf(node)];
  const flags = parts.map((part) => flag(attribute(part.folder, "ro")));
  return {
    hardware: diskFacts(node).optical ? true : null,
    kernel: flags.includes(false) ? false : flags.includes(null) ? null : true,
    mounted: mounts.length > 0,
    mountedWritable: mounts.some((mount) => mount.writable),
  };
}

/** The disk that backs a device: through mapped devices, raids and loop files, each only once. */
export function disksBeneath(
  node: BlockNode,
  beneath: (node: BlockNode) => BlockNode[],
  seen: Set<string> = new Set(),
): BlockNode[] {
  if (seen.has(node.number)) return [];
  seen.add(node.number);
  const disk = diskOf(node);
  const below = [...beneath(node), ...(disk.number === node.number ? [] : beneath(disk))];
  return [disk, ...below.flatMap((next) => disksBeneath(next, beneath, seen))];
}

/** A mount in the form of a look. */
export function sourceMount(device: string, mountPoint: Uint8Array, writable: boolean): SourceMount {
  return { device, mountPoint: pathText(mountPoint).place, writable };
}

function flag(text: string | undefined): boolean | null {
  return text === "1" ? true : text === "0" ? false : null;
}

function serialOf(disk: BlockNode): string | undefined {
  const own = printable(attribute(disk.folder, "serial")) ?? printable(attribute(disk.folder, "device/serial"));
  if (own !== undefined) return own;
  const page = attributeBytes(disk.folder, "device/vpd_pg80"); // SPC-4 §7.8.15: 4 bytes of header, then the serial
  const paged = page === undefined ? undefined : printable(page.subarray(4).toString("latin1"));
  return paged ?? usbSerial(disk.folder);
}

/** The serial of the USB device above a disk. */
function usbSerial(from: string): string | undefined {
  let folder = from;
  for (let i = 0; i < CLIMB; i++) {
    folder = dirname(folder);
    if (attribute(folder, "idVendor") !== undefined) return printable(attribute(folder, "serial"));
  }
  return undefined;
}

function modelOf(disk: BlockNode): string | undefined {
  const model = printable(attribute(disk.folder, "device/model")) ?? printable(attribute(disk.folder, "device/name"));
  const vendor = printable(attribute(join(disk.folder, "device"), "vendor"));
  const named = vendor !== undefined && !/^(?:ATA|0x[0-9a-f]+)$/i.test(vendor) ? vendor : undefined;
  return model !== undefined && named !== undefined && !model.startsWith(named) ? `${named} ${model}` : model;
}

/** A text from a device, which may say anything: printable ASCII, trimmed, at most 128 characters. */
export function printable(text: string | undefined): string | undefined {
  const plain = text
    ?.replace(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, 128);
  return plain === undefined || plain === "" ? undefined : plain;
}
