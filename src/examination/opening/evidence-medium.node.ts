import { realpathSync, statSync } from "node:fs";
import { fromHex, toHex } from "#base/values";
import { type DeviceSpec, type ImageSpec, pathText } from "#examination/sources";
import { lookAtSource, openSource } from "#examination/sources/node";
import { type EvidenceFiles, evidenceFiles } from "./evidence-files.node.ts";
import { openingFault } from "./faults.ts";
import type { HandedMedium } from "./reader-message.node.ts";

/** A medium whose descriptors this process holds, and of which it parses nothing. */
export interface EvidenceMedium {
  /** Path as text. */
  place: string;
  /** In the child from 3 on. */
  readonly fds: readonly number[];
  /** Of files or device; an image's own size is in its container. */
  sizeBytes: number;
  handed(): HandedMedium;
  /** A device that only its opener opens, 3 and 4 in the child; absent: `fds` hold what is read. */
  device?: { path: string; elevate: readonly string[] | null };
  /** A child asked for another file of the folder. */
  add(name: string): void;
  close(): void;
}

/**
 * Opens what is to be read in a child: an image's files, or a device.
 *
 * @param path As the caller means it, absolute.
 * @throws {Fault} Those of sources; opening/folder.
 */
export async function evidenceMedium(path: string): Promise<EvidenceMedium> {
  const file = regularFile(path);
  if (file === null) return evidenceDevice(path);
  const { place } = pathText(file.path);
  const files = evidenceFiles(file.path);
  if (files === null) {
    await lookAtSource(path); // says what stands against it
    throw openingFault("opening/folder", `Cannot open ${place}`, { place, values: { path: place } });
  }
  return evidenceImage(files, place);
}

/**
 * What was looked at, to be read in a child: an image's files, or a device through its opener, which may be elevated.
 *
 * @param name First link of every place.
 * @returns Null where the file cannot be opened now.
 */
export function evidenceOf(
  spec: ImageSpec | DeviceSpec,
  { name, elevate }: { name: Uint8Array; elevate: readonly string[] | null },
): EvidenceMedium | null {
  const shut = { add: () => undefined, close: () => undefined };
  if (spec.kind === "device") {
    const { path, sizeBytes } = spec;
    const place = pathText(Buffer.from(path)).place;
    const handed: HandedMedium = { kind: "device", place, name: toHex(name), sizeBytes, fd: 4 };
    return { ...shut, place, sizeBytes, fds: [], device: { path, elevate }, handed: () => handed };
  }
  return evidenceFileOf(fromHex(spec.segments[0]?.pathBytes ?? ""));
}

/** An image that was looked at. @returns Null where it cannot be opened now. */
export function evidenceFileOf(path: Uint8Array): EvidenceMedium | null {
  const files = evidenceFiles(path);
  return files === null ? null : evidenceImage(files, pathText(path).place);
}

function evidenceImage(files: EvidenceFiles, place: string): EvidenceMedium {
  return {
    ...{ place, sizeBytes: files.handed().files.reduce((sum, [, sizeBytes]) => sum + sizeBytes, 0) },
    get fds() {
      return files.fds;
    },
    handed: () => ({ kind: "image", place, handed: files.handed() }),
    add: files.add,
    close: files.close,
  };
}

async function evidenceDevice(path: string): Promise<EvidenceMedium> {
  const { spec, place, name } = await lookAtSource(path);
  if (spec.kind !== "device") {
    throw openingFault("opening/folder", `Cannot open ${place}: not an image or a device`, {
      ...{ place, values: { path: place } },
    });
  }
  const open = openSource(spec, { direct: false });
  const { sizeBytes } = open;
  const fd = open.handles.parts[0]?.buffered ?? -1;
  return {
    ...{ place, sizeBytes, fds: [fd] },
    handed: () => ({ kind: "device", place, name: toHex(name), sizeBytes, fd: 3 }),
    add: () => undefined,
    close: () => open.close(),
  };
}

/** A regular file, links followed; null where the path is none. */
function regularFile(path: string): { path: Uint8Array } | null {
  try {
    const real = realpathSync(path, { encoding: "buffer" });
    return statSync(real).isFile() ? { path: real } : null;
  } catch {
    return null; // lookAtSource says why
  }
}
