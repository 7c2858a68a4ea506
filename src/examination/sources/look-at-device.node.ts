import { utf8 } from "#base/values";
import { type BlockNode, diskOf } from "./block-devices.node.ts";
import { diskFacts, writeState } from "./device-facts.node.ts";
import { ownDisks, usesOfDevice } from "./device-uses.node.ts";
import { sourceFault } from "./faults.ts";
import type { LookMachine } from "./look-machine.node.ts";
import type { SourceLook, SourceMount, SourceNotice, WriteState } from "./source-spec.ts";

/**
 * The look of a block device, by sysfs and the mount table alone.
 *
 * @throws {Fault} source/no-medium where it has no size.
 */
export function lookAtDevice(node: BlockNode, machine: LookMachine): SourceLook {
  const { path, number, sizeBytes } = node;
  if (!(sizeBytes > 0)) {
    throw sourceFault("source/no-medium", `Cannot examine ${path}: its size is 0`, { place: path, values: { path } });
  }
  const { optical: _, ...facts } = diskFacts(node);
  const uses = usesOfDevice(machine.tree, node);
  const readOnly = writeState(node, uses ?? []);
  const disk = diskOf(node);
  const ownDisk = ownDisks(machine.tree, machine.home).has(disk.number);
  const rawDevice = node.partition ? disk.path : undefined;
  return {
    spec: { kind: "device", path, number, sizeBytes, sectorBytes: facts.sectorBytes },
    place: path,
    name: utf8(path.replace(/^\/dev\//, "")),
    sizeBytes,
    ...facts,
    readOnly,
    mounts: uses ?? [],
    ownDisk,
    ...(rawDevice === undefined ? {} : { rawDevice }),
    notices: [
      ...(ownDisk ? [{ code: "own-disk" as const, values: { path } }] : []),
      ...(rawDevice === undefined ? [] : [{ code: "raw-device-first" as const, values: { path, device: rawDevice } }]),
      ...mountNotices(uses, path),
      ...blockerNotice(readOnly, path),
    ],
  };
}

/** One notice for each place at which a source is in use. */
export function mountNotices(uses: readonly SourceMount[] | undefined, path: string): SourceNotice[] {
  if (uses === undefined) return [{ code: "mounts-unknown", values: { path } }];
  return uses.map(({ device, mountPoint, writable }) => ({
    code: writable ? "mounted-writable" : "mounted",
    values: { device, mountPoint },
  }));
}

function blockerNotice({ hardware, kernel }: WriteState, device: string): SourceNotice[] {
  return hardware === true || kernel === true ? [] : [{ code: "no-write-blocker", values: { device } }];
}
