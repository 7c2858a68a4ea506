import { toHex } from "#base/values";
import { type BlockNode, deviceOfMount, diskOf, mountTables } from "./block-devices.node.ts";
import { sourceMount } from "./device-facts.node.ts";
import { ownDisks } from "./device-uses.node.ts";
import type { LookMachine } from "./look-machine.node.ts";
import { mountOf } from "./mount-table.ts";
import { pathText, splitPath } from "./place-text.ts";
import type { SourceLook, SourceNotice } from "./source-spec.ts";

/** The mount a file or folder lies in, and the disk beneath it. */
export interface Standing {
  mountPoint: string;
  writable: boolean;
  keepsAccessTimes: boolean;
  device?: BlockNode;
  ownDisk: boolean;
  /** Whether the path is where the file system is mounted. */
  root: boolean;
}

/** Where a path stands; undefined where the system does not say. @param path Absolute, without links. */
export function standingOf(path: Uint8Array, machine: LookMachine): Standing | undefined {
  const mount = mountOf(mountTables(machine.tree)?.mounts ?? [], path);
  if (mount === undefined) return undefined;
  const device = deviceOfMount(machine.tree, mount);
  return {
    mountPoint: pathText(mount.mountPoint).place,
    writable: mount.writable,
    keepsAccessTimes: mount.keepsAccessTimes,
    ...(device === undefined ? {} : { device }),
    ownDisk: device !== undefined && ownDisks(machine.tree, machine.home).has(diskOf(device).number),
    root: mount.mountPoint.length === path.length,
  };
}

/** The look of a folder. @param path Absolute, without links. */
export function lookAtFolder(path: Uint8Array, machine: LookMachine): SourceLook {
  const standing = standingOf(path, machine);
  const where = pathText(path);
  const device = standing?.device;
  const rawDevice = device !== undefined && standing?.ownDisk === false ? diskOf(device).path : undefined;
  const mounted = standing === undefined || device === undefined ? [] : [deviceMount(device, standing)];
  return {
    spec: { kind: "folder", pathBytes: toHex(path) },
    ...where,
    name: splitPath(path).at(-1) ?? Uint8Array.of(0x2f),
    sizeBytes: 0,
    sectorBytes: 512,
    medium: "folder",
    removable: null,
    readOnly: {
      hardware: null,
      kernel: standing === undefined ? null : !standing.writable,
      mounted: true,
      mountedWritable: standing?.writable ?? true,
    },
    mounts: mounted,
    ownDisk: standing?.ownDisk ?? false,
    ...(rawDevice === undefined ? {} : { rawDevice }),
    notices: folderNotices(where.place, standing, rawDevice),
  };
}

function deviceMount(device: BlockNode, standing: Standing): SourceLook["mounts"][number] {
  return { ...sourceMount(device.path, new Uint8Array(0), standing.writable), mountPoint: standing.mountPoint };
}

function folderNotices(path: string, standing: Standing | undefined, rawDevice: string | undefined): SourceNotice[] {
  const notices: SourceNotice[] = [];
  if (standing?.ownDisk === true && standing.root) notices.push({ code: "own-disk", values: { path } });
  if (rawDevice !== undefined) notices.push({ code: "raw-device-first", values: { path, device: rawDevice } });
  notices.push(...standingNotices(path, standing));
  if (standing?.keepsAccessTimes !== true) notices.push({ code: "folder-times", values: { path } });
  return notices;
}

/** What the mount beneath a file or folder has to be told about. */
export function standingNotices(path: string, standing: Standing | undefined): SourceNotice[] {
  if (standing === undefined) return [{ code: "mounts-unknown", values: { path } }];
  const { mountPoint } = standing;
  return standing.writable ? [{ code: "on-writable-mount", values: { path, mountPoint } }] : [];
}
