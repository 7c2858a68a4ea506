import { crc32 } from "node:zlib";
import type { RunRecord } from "./run-record.ts";

/** Bytes of one record and of the header. */
export const RUN_BYTES = 64;
const CRC_AT = 56;
const MAGIC = "PHUMRUNS";
const VERSION = 1;

/** The first 64 bytes of runs.bin. */
export function runsHeader(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RUN_BYTES);
  new TextEncoder().encodeInto(MAGIC, bytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, RUN_BYTES, true);
  return sealed(bytes);
}

/** Writes a record. @throws {RangeError} When a field does not fit. */
export function encodeRun(run: RunRecord): Uint8Array<ArrayBuffer> {
  const { offsetBytes, lengthBytes, fileIndex, flags = 0, digest } = run;
  const whole = [offsetBytes, lengthBytes].every((value) => Number.isSafeInteger(value) && value >= 0);
  const small = [fileIndex, flags].every((value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff);
  if (!whole || !small || digest.length !== 32) {
    throw new RangeError(
      `Cannot write a run: its fields must be whole numbers and 32 bytes, current ${offsetBytes}+${lengthBytes} of file ${fileIndex}`,
    );
  }
  const bytes = new Uint8Array(RUN_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(offsetBytes), true);
  view.setBigUint64(8, BigInt(lengthBytes), true);
  view.setUint32(16, fileIndex, true);
  view.setUint32(20, flags, true);
  bytes.set(digest, 24);
  return sealed(bytes);
}

/** Reads a record, or undefined when its checksum or a reserved byte is wrong. */
export function decodeRun(bytes: Uint8Array): Required<RunRecord> | undefined {
  if (!isSealed(bytes)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, RUN_BYTES);
  const offsetBytes = Number(view.getBigUint64(0, true));
  const lengthBytes = Number(view.getBigUint64(8, true));
  if (!Number.isSafeInteger(offsetBytes) || !Number.isSafeInteger(lengthBytes)) return undefined;
  const [fileIndex, flags] = [view.getUint32(16, true), view.getUint32(20, true)];
  return { offsetBytes, lengthBytes, fileIndex, flags, digest: bytes.slice(24, CRC_AT) };
}

/** CRC-32 (ISO 3309) of the first 56 bytes, then four zeros. */
function sealed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  new DataView(bytes.buffer).setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)), true);
  return bytes;
}

function isSealed(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, RUN_BYTES);
  return view.getUint32(CRC_AT, true) === crc32(bytes.subarray(0, CRC_AT)) && view.getUint32(CRC_AT + 4, true) === 0;
}
