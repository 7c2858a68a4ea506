import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { utf8 } from "#base/values";
import { blockByNumber } from "./block-devices.node.ts";
import { deviceNumber } from "./device-number.node.ts";
import { sourceFault } from "./faults.ts";
import { lookAtDevice } from "./look-at-device.node.ts";
import { lookAtFolder } from "./look-at-folder.node.ts";
import { lookAtImage } from "./look-at-image.node.ts";
import { type LookMachine, MACHINE } from "./look-machine.node.ts";
import { pathText } from "./place-text.ts";
import { readsDevices, unsupportedDevice } from "./platform-devices.ts";
import type { SourceLook } from "./source-spec.ts";
import { segmentNames } from "./split-segments.ts";
import { openFault } from "./system-errors.node.ts";

/**
 * Decides what a path is and gathers the facts of page one, before the first read. Never opens a device; of an image
 * it reads the first 4 KiB and the last 512 bytes.
 *
 * @param path Text, or bytes where the name is not valid Unicode; relative ones against the working directory.
 * @throws {Fault} source/missing, /missing-segment, /no-medium, /not-readable, /refused, /rights, /input-error,
 *   /unsupported-format (an image that is not raw), /unsupported-platform.
 */
export async function lookAtSource(path: string | Uint8Array, machine: LookMachine = MACHINE): Promise<SourceLook> {
  const given = typeof path === "string" ? path : Buffer.from(path).toString("utf8");
  const system = unsupportedDevice(given);
  if (system !== undefined) throw platformFault(given, system);
  const absolute = absoluteBytes(path);
  const { real, facts } = reach(absolute);
  const place = pathText(real).place;
  if (facts.isDirectory()) return lookAtFolder(real, machine);
  if (facts.isFile()) return lookAtImage(segmentsOf(real), machine);
  if (facts.isBlockDevice()) {
    const node = blockByNumber(machine.tree, deviceNumber(facts.rdev));
    if (!readsDevices(machine.platform) || node === undefined) throw platformFault(place, machine.platform);
    return lookAtDevice(node, machine);
  }
  const values = { path: place };
  throw sourceFault("source/not-readable", `Cannot examine ${place}: not a folder, file or disk`, { place, values });
}

function platformFault(place: string, system: string): Error {
  const values = { path: place, system };
  return sourceFault("source/unsupported-platform", `Cannot open disks of ${system}: ${place}`, { place, values });
}

function absoluteBytes(path: string | Uint8Array): Buffer {
  if (typeof path === "string") return Buffer.from(resolve(path));
  if (path[0] === 0x2f) return Buffer.from(path);
  return Buffer.concat([utf8(`${process.cwd()}/`), path]);
}

function reach(path: Buffer): { real: Buffer; facts: Stats } {
  try {
    const real = realpathSync(path, { encoding: "buffer" });
    return { real, facts: statSync(real) };
  } catch (error) {
    throw openFault(error, pathText(path).place, "file");
  }
}

/** Paths of all segments of the image a file belongs to. */
function segmentsOf(path: Buffer): Buffer[] {
  const cut = path.lastIndexOf(0x2f) + 1;
  const folder = path.subarray(0, cut);
  const name = path.subarray(cut).toString("latin1");
  const alone = segmentNames(name, []);
  if (alone.kind === "single") return [path];
  const found = segmentNames(name, siblings(folder));
  if (found.kind === "missing") {
    const place = pathText(path).place;
    const segment = pathText(Buffer.from(found.name, "latin1")).place;
    const values = { path: place, segment };
    throw sourceFault("source/missing-segment", `Cannot read ${place}: segment ${segment} is missing`, {
      place,
      values,
    });
  }
  const names = found.kind === "segments" ? found.names : [name];
  return names.map((segment) => Buffer.concat([folder, Buffer.from(segment, "latin1")]));
}

function siblings(folder: Buffer): string[] {
  try {
    return readdirSync(folder, { encoding: "latin1" });
  } catch (error) {
    throw openFault(error, pathText(folder).place, "file");
  }
}
