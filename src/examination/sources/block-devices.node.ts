import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type MountLine, parseMounts, parseSwaps } from "./mount-table.ts";

/** Where the kernel tells about devices; another root in tests. */
export interface SystemTree {
  sys: string;
  proc: string;
}

export const SYSTEM: SystemTree = { sys: "/sys", proc: "/proc" };

/** One block device as sysfs tells it: a disk, a partition, a loop or mapped device. */
export interface BlockNode {
  /** Its folder in sysfs, without links. */
  folder: string;
  path: string;
  number: string;
  sizeBytes: number;
  partition: boolean;
}

/** Text of a sysfs attribute without white space at its ends; undefined where there is none. */
export function attribute(folder: string, name: string): string | undefined {
  return attributeBytes(folder, name)?.toString("utf8").trim();
}

/** Bytes of a sysfs or procfs file; undefined where it cannot be read. */
export function attributeBytes(folder: string, name: string): Buffer | undefined {
  try {
    return readFileSync(join(folder, name));
  } catch {
    return undefined;
  }
}

/** The device at a sysfs folder or a link to one; undefined where there is none, or none any more. */
export function blockNode(link: string): BlockNode | undefined {
  const folder = realFolder(link);
  const number = folder === undefined ? undefined : attribute(folder, "dev");
  if (folder === undefined || number === undefined) return undefined;
  return {
    folder,
    path: `/dev/${basename(folder).replaceAll("!", "/")}`,
    number,
    sizeBytes: Number(attribute(folder, "size") ?? 0) * 512, // sysfs counts 512-byte sectors whatever the device's own
    partition: existsSync(join(folder, "partition")),
  };
}

/** The device with a number "major:minor". */
export function blockByNumber(tree: SystemTree, number: string): BlockNode | undefined {
  return blockNode(join(tree.sys, "dev/block", number));
}

/** The disk a partition is cut from; any other device is its own. */
export function diskOf(node: BlockNode): BlockNode {
  return (node.partition ? blockNode(dirname(node.folder)) : undefined) ?? node;
}

/** Partitions of a disk, in the order in which they lie. */
export function partitionsOf(disk: BlockNode): (BlockNode & { offsetBytes: number })[] {
  return names(disk.folder)
    .filter((name) => existsSync(join(disk.folder, name, "partition")))
    .flatMap((name) => blockNode(join(disk.folder, name)) ?? [])
    .map((node) => ({ ...node, offsetBytes: Number(attribute(node.folder, "start") ?? 0) * 512 }))
    .sort((a, b) => a.offsetBytes - b.offsetBytes);
}

/** Devices built on this one (mapped, raid) or beneath it. */
export function related(tree: SystemTree, node: BlockNode, way: "holders" | "slaves"): BlockNode[] {
  return names(join(node.folder, way)).flatMap((name) => blockNode(join(tree.sys, "class/block", name)) ?? []);
}

/** Loop devices whose backing file is the path. */
export function loopsOn(tree: SystemTree, path: Uint8Array): BlockNode[] {
  const block = join(tree.sys, "class/block");
  return names(block)
    .filter((name) => name.startsWith("loop") && backingFile(join(block, name))?.equals(path))
    .flatMap((name) => blockNode(join(block, name)) ?? []);
}

/** Path of a loop device's file, as bytes. */
export function backingFile(folder: string): Buffer | undefined {
  const line = attributeBytes(join(folder, "loop"), "backing_file");
  return line?.at(-1) === 0x0a ? line.subarray(0, -1) : line;
}

/** The kernel's mounts and swap spaces; undefined where the system has no such tables. */
export function mountTables(tree: SystemTree): { mounts: MountLine[]; swaps: string[] } | undefined {
  const mounts = attributeBytes(tree.proc, "self/mountinfo");
  if (mounts === undefined) return undefined;
  return { mounts: parseMounts(mounts), swaps: parseSwaps(attributeBytes(tree.proc, "swaps") ?? new Uint8Array(0)) };
}

/** The device beneath a mount, also where the file system shows a number of its own (btrfs). */
export function deviceOfMount(tree: SystemTree, mount: MountLine): BlockNode | undefined {
  const byNumber = blockByNumber(tree, mount.number);
  if (byNumber !== undefined || !mount.source.startsWith("/dev/")) return byNumber;
  return blockByPath(tree, mount.source);
}

/** The device a /dev path or a link to one names. */
export function blockByPath(tree: SystemTree, path: string): BlockNode | undefined {
  let name = path;
  try {
    name = realpathSync(path);
  } catch {
    // no such file: a name of the kernel's all the same
  }
  return blockNode(join(tree.sys, "class/block", name.replace(/^\/dev\//, "").replaceAll("/", "!")));
}

/** It may be pulled out at any moment, also between two looks at it. */
function realFolder(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
