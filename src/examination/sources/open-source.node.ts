import { closeSync, constants, existsSync, fstatSync, readFileSync } from "node:fs";
import type { Fault } from "#base/faults";
import { fromHex } from "#base/values";
import { deviceNumber } from "./device-number.node.ts";
import { sourceFault } from "./faults.ts";
import { openBlockDevice } from "./open-block-device.node.ts";
import type { OpenBytes, SourceHandles } from "./open-bytes.ts";
import { FILE_FLAGS, openDirect, openQuietly } from "./open-quietly.node.ts";
import { pathText } from "./place-text.ts";
import { readAcross } from "./read-across.node.ts";
import type { DeviceSpec, ImageSpec } from "./source-spec.ts";
import { openFault } from "./system-errors.node.ts";

/** How to open a source. */
export interface OpenHow {
  /** Whether aligned reads go past the page cache; default: true for devices, false for images. */
  direct?: boolean;
  /** Descriptors a device was handed over with: 3 and 4 in a child of spawnWithDevice. They are not closed here. */
  inherited?: { direct: number; buffered: number };
}

type Handle = SourceHandles["parts"][number];

/**
 * Opens an image or a device read-only.
 *
 * @param spec From lookAtSource.
 * @throws {Fault} source/missing, /rights, /refused, /input-error; source/changed where it is no longer what was looked at.
 */
export function openSource(spec: ImageSpec | DeviceSpec, how: OpenHow = {}): OpenBytes {
  if (spec.kind === "device") return openDevice(spec, how);
  if (spec.container !== undefined) {
    throw new TypeError(`Cannot open a container as a raw image, current format is ${spec.container}`);
  }
  const parts: Handle[] = [];
  let startByte = 0;
  try {
    for (const segment of spec.segments) {
      parts.push(
        openSegment(fromHex(segment.pathBytes), segment.sizeBytes, { startByte, direct: how.direct ?? false }),
      );
      startByte += segment.sizeBytes;
    }
  } catch (error) {
    closeParts(parts);
    throw error;
  }
  return openBytes({ sizeBytes: startByte, parts }, () => closeParts(parts));
}

/** The same source in another thread of the process that opened it; closing it here does nothing. */
export function adoptSource(handles: SourceHandles): OpenBytes {
  return openBytes(handles, () => {});
}

function openDevice(spec: DeviceSpec, how: OpenHow): OpenBytes {
  const part = how.inherited === undefined ? ownDevice(spec.path, how.direct ?? true) : inherited(how.inherited);
  const close = how.inherited === undefined ? () => closeParts([part]) : () => {};
  const facts = fstatSync(part.buffered);
  if (!facts.isBlockDevice() || deviceNumber(facts.rdev) !== spec.number) {
    close();
    throw changedFault(spec.path, "it is another device");
  }
  const handles = { sizeBytes: spec.sizeBytes, device: spec.number, parts: [{ ...part, sizeBytes: spec.sizeBytes }] };
  return openBytes(handles, close);
}

function ownDevice(path: string, direct: boolean): Handle {
  return { startByte: 0, sizeBytes: 0, ...openBlockDevice(path, direct) };
}

function inherited(fds: { direct: number; buffered: number }): Handle {
  const direct = fds.direct !== fds.buffered && isDirect(fds.direct) ? fds.direct : null;
  return { startByte: 0, sizeBytes: 0, buffered: fds.buffered, direct };
}

/** Whether a descriptor was opened with O_DIRECT. @see proc_pid_fdinfo(5): "flags: 0140000", octal */
function isDirect(fd: number): boolean {
  const [, flags = "0"] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")) ?? [];
  return (Number.parseInt(flags, 8) & (constants.O_DIRECT ?? 0)) !== 0;
}

function openSegment(path: Uint8Array, sizeBytes: number, at: { startByte: number; direct: boolean }): Handle {
  const place = pathText(path).place;
  let buffered: number | undefined;
  try {
    buffered = openQuietly(path, FILE_FLAGS);
    const facts = fstatSync(buffered);
    if (!facts.isFile() || facts.size !== sizeBytes) throw changedFault(place, `its size is ${facts.size}`);
    return { startByte: at.startByte, sizeBytes, buffered, direct: at.direct ? openDirect(path, FILE_FLAGS) : null };
  } catch (error) {
    if (buffered !== undefined) closeSync(buffered);
    throw error instanceof Error && error.name === "Fault" ? error : openFault(error, place, "file");
  }
}

function openBytes(handles: SourceHandles, close: () => void): OpenBytes {
  const { device } = handles;
  const gone = (): boolean => device !== undefined && !existsSync(`/sys/dev/block/${device}`);
  return {
    sizeBytes: handles.sizeBytes,
    direct: handles.parts.some((part) => part.direct !== null),
    handles,
    readSync: (view, offsetBytes) => readAcross(handles, { view, offsetBytes, gone }),
    close,
  };
}

function closeParts(parts: readonly Handle[]): void {
  for (const part of parts) {
    closeSync(part.buffered);
    if (part.direct !== null) closeSync(part.direct);
  }
}

function changedFault(place: string, what: string): Fault {
  return sourceFault("source/changed", `Cannot open ${place}: ${what}`, { place, values: { path: place } });
}
