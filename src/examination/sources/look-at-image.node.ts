import { closeSync, fstatSync, readSync } from "node:fs";
import { toHex } from "#base/values";
import { usesOfImage } from "./device-uses.node.ts";
import { sourceFault } from "./faults.ts";
import { imageSignature, SIGNATURE_HEAD_BYTES, SIGNATURE_TAIL_BYTES } from "./image-signature.ts";
import { mountNotices } from "./look-at-device.node.ts";
import { standingNotices, standingOf } from "./look-at-folder.node.ts";
import type { LookMachine } from "./look-machine.node.ts";
import { FILE_FLAGS, openQuietly } from "./open-quietly.node.ts";
import { pathText, splitPath } from "./place-text.ts";
import type { SourceLook, SourceNotice } from "./source-spec.ts";
import { openFault } from "./system-errors.node.ts";

interface Segment {
  path: Buffer;
  sizeBytes: number;
  head: Buffer;
  tail: Buffer;
}

/**
 * The look of a raw image.
 *
 * @param paths Its segments in order, absolute, without links; at least one.
 * @param how The container that the files are known to be; then size and format are its own.
 * @throws {Fault} source/unsupported-format where its bytes are not the disk's own; source/refused, /input-error.
 */
export function lookAtImage(
  paths: readonly Buffer[],
  machine: LookMachine,
  { container }: { container?: { format: string; sizeBytes: number } } = {},
): SourceLook {
  const segments = paths.map(peek);
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError("Cannot look at an image: no segment, current count is 0");
  const where = pathText(first.path);
  const signature = imageSignature(first.head, last.tail);
  if (container === undefined && signature !== undefined && signature.kind !== "compressed") {
    const values = { path: where.place, format: signature.format };
    const message = `Cannot read ${where.place} as a raw image: it is ${signature.format}`;
    throw sourceFault("source/unsupported-format", message, { place: where.place, values });
  }
  const standing = standingOf(first.path, machine);
  const uses = usesOfImage(machine.tree, first.path);
  const sizeBytes = container?.sizeBytes ?? segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  const compressed: SourceNotice[] =
    signature === undefined || container !== undefined
      ? []
      : [{ code: "compressed-file", values: { path: where.place, format: signature.format } }];
  return {
    spec: {
      kind: "image",
      segments: segments.map((segment) => ({ pathBytes: toHex(segment.path), sizeBytes: segment.sizeBytes })),
      sizeBytes,
      ...(container === undefined ? {} : { container: container.format }),
    },
    ...where,
    name: splitPath(first.path).at(-1) ?? new Uint8Array(0),
    sizeBytes,
    sectorBytes: 512,
    medium: "image",
    removable: null,
    segments: segments.length,
    readOnly: {
      hardware: null,
      kernel: standing === undefined ? null : !standing.writable,
      mounted: (uses ?? []).length > 0,
      mountedWritable: (uses ?? []).some((use) => use.writable),
    },
    mounts: uses ?? [],
    ownDisk: standing?.ownDisk ?? false,
    notices: [
      ...compressed,
      ...(container === undefined ? unevenNotice(segments) : []),
      ...mountNotices(uses ?? [], where.place),
      ...standingNotices(where.place, standing),
    ],
  };
}

function peek(path: Buffer): Segment {
  let fd: number | undefined;
  try {
    fd = openQuietly(path, FILE_FLAGS);
    const facts = fstatSync(fd);
    if (!facts.isFile()) {
      const place = pathText(path).place;
      throw sourceFault("source/not-readable", `Cannot read ${place}: not a file`, { place, values: { path: place } });
    }
    const { size } = facts;
    const tailAt = Math.max(0, size - SIGNATURE_TAIL_BYTES);
    return {
      path,
      sizeBytes: size,
      head: part(fd, 0, SIGNATURE_HEAD_BYTES),
      tail: part(fd, tailAt, SIGNATURE_TAIL_BYTES),
    };
  } catch (error) {
    throw error instanceof Error && error.name === "Fault" ? error : openFault(error, pathText(path).place, "file");
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Bytes of a file, fewer where it ends or cannot be read there: damage is for the examination to find. */
function part(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
  } catch {
    return bytes.subarray(0, 0);
  }
}

/** All segments but the last have one size; the last is not longer. */
function unevenNotice(segments: readonly Segment[]): SourceNotice[] {
  const full = segments[0]?.sizeBytes ?? 0;
  const odd = segments.find(({ sizeBytes }, i) => (i < segments.length - 1 ? sizeBytes !== full : sizeBytes > full));
  if (odd === undefined) return [];
  const segment = pathText(splitPath(odd.path).at(-1) ?? odd.path).place;
  return [{ code: "segments-uneven", values: { segment } }];
}
