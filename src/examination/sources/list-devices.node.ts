import { readdirSync } from "node:fs";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import {
  attribute,
  type BlockNode,
  backingFile,
  blockNode,
  partitionsOf,
  SYSTEM,
  type SystemTree,
} from "./block-devices.node.ts";
import { diskFacts, writeState } from "./device-facts.node.ts";
import { ownDisks, usesOfDevice } from "./device-uses.node.ts";
import { pluggedKind } from "./plugged-kind.node.ts";
import type { PluggedDevice } from "./source-spec.ts";

// Not media anyone can plug in: memory disks, mapped devices and raids (their disks are listed), floppy stubs.
const NOT_PLUGGED = /^(?:ram|zram|dm-|md|fd|nbd)\d/;

/**
 * Disks, sticks and cards that are plugged in, in the order of their names; by sysfs alone, none is opened.
 *
 * @param ownFolders Absolute paths whose disks are not evidence: Phum's own, and wherever it writes.
 */
export function listDevices(tree: SystemTree = SYSTEM, ...ownFolders: string[]): PluggedDevice[] {
  const own = ownDisks(tree, projectHome, ...ownFolders);
  return wholeDisks(tree).map((disk) => plugged(tree, disk, own));
}

function wholeDisks(tree: SystemTree): BlockNode[] {
  const folder = join(tree.sys, "class/block");
  let names: string[] = [];
  try {
    names = readdirSync(folder).sort();
  } catch {
    return [];
  }
  return names
    .filter((name) => !NOT_PLUGGED.test(name))
    .flatMap((name) => blockNode(join(folder, name)) ?? [])
    .filter((node) => !node.partition && node.sizeBytes > 0)
    .filter((node) => !/^\/dev\/loop\d/.test(node.path) || backingFile(node.folder) !== undefined);
}

function plugged(tree: SystemTree, disk: BlockNode, own: Set<string>): PluggedDevice {
  const { optical, ...facts } = diskFacts(disk);
  const mounts = usesOfDevice(tree, disk) ?? [];
  return {
    path: disk.path,
    kind: pluggedKind(disk, { optical, ...facts }),
    plugging: attribute(disk.folder, "diskseq") ?? "",
    sizeBytes: disk.sizeBytes,
    ...facts,
    readOnly: writeState(disk, mounts),
    mounts,
    ownDisk: own.has(disk.number),
    partitions: partitionsOf(disk).map(({ path, offsetBytes, sizeBytes }) => ({ path, offsetBytes, sizeBytes })),
  };
}
