import {
  type BlockNode,
  backingFile,
  blockByPath,
  deviceOfMount,
  diskOf,
  loopsOn,
  mountTables,
  partitionsOf,
  related,
  type SystemTree,
} from "./block-devices.node.ts";
import { disksBeneath, sourceMount } from "./device-facts.node.ts";
import { type MountLine, mountOf } from "./mount-table.ts";
import type { SourceMount } from "./source-spec.ts";

/**
 * Where a device, a part of it, or anything built on it (mapped, raid, loop) is mounted or used as swap space.
 *
 * @returns undefined where the system does not say.
 */
export function usesOfDevice(tree: SystemTree, node: BlockNode): SourceMount[] | undefined {
  const parts = node.partition ? [node, diskOf(node)] : [node, ...partitionsOf(node)];
  return usesOf(tree, parts);
}

/** Where an image file is mounted through loop devices. */
export function usesOfImage(tree: SystemTree, path: Uint8Array): SourceMount[] | undefined {
  return usesOf(
    tree,
    loopsOn(tree, path).flatMap((loop) => [loop, ...partitionsOf(loop)]),
  );
}

function usesOf(tree: SystemTree, from: readonly BlockNode[]): SourceMount[] | undefined {
  const tables = mountTables(tree);
  if (tables === undefined) return undefined;
  const involved = builtOn(tree, from);
  const uses = tables.mounts.flatMap((mount) => {
    const device = deviceOfMount(tree, mount);
    return device !== undefined && involved.has(device.number)
      ? [sourceMount(device.path, mount.mountPoint, mount.writable)]
      : [];
  });
  for (const swap of tables.swaps) {
    const device = blockByPath(tree, swap);
    if (device !== undefined && involved.has(device.number)) {
      uses.push({ device: device.path, mountPoint: "[swap]", writable: true });
    }
  }
  return uses;
}

/** Numbers of the devices and of all that is built on them. */
function builtOn(tree: SystemTree, from: readonly BlockNode[]): Set<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node.number)) continue;
    seen.add(node.number);
    const loops = loopsOn(tree, Buffer.from(node.path));
    open.push(...related(tree, node, "holders"), ...loops, ...loops.flatMap(partitionsOf));
  }
  return seen;
}

// Mount points from which a computer, a live system or its user works.
const OWN_MOUNTS = ["/", "/boot", "/boot/efi", "/usr", "/var", "/home", "/cdrom", "/run/live/medium"];
const OWN_MOUNTS_LIVE = ["/run/initramfs/live", "/run/archiso/bootmnt", "/run/miso/bootmnt"];

/**
 * Numbers of the disks this computer or Phum itself runs from, or its user works on.
 *
 * @param ownFolders Absolute paths: Phum's own folder, and others that are not evidence.
 */
export function ownDisks(tree: SystemTree, ...ownFolders: string[]): Set<string> {
  const tables = mountTables(tree);
  if (tables === undefined) return new Set();
  const points = new Set([...OWN_MOUNTS, ...OWN_MOUNTS_LIVE]);
  const own = tables.mounts.filter((mount) => points.has(Buffer.from(mount.mountPoint).toString("utf8")));
  own.push(...ownFolders.flatMap((folder) => mountOf(tables.mounts, Buffer.from(folder)) ?? []));
  const devices = own.flatMap((mount) => deviceOfMount(tree, mount) ?? []);
  devices.push(...tables.swaps.flatMap((swap) => blockByPath(tree, swap) ?? []));
  const beneath = (node: BlockNode): BlockNode[] => [
    ...related(tree, node, "slaves"),
    ...loopHost(tree, tables.mounts, node),
  ];
  return new Set(devices.flatMap((node) => disksBeneath(node, beneath)).map((disk) => disk.number));
}

function loopHost(tree: SystemTree, mounts: readonly MountLine[], node: BlockNode): BlockNode[] {
  const file = backingFile(node.folder);
  const mount = file === undefined ? undefined : mountOf(mounts, file);
  const host = mount === undefined ? undefined : deviceOfMount(tree, mount);
  return host === undefined ? [] : [host];
}
