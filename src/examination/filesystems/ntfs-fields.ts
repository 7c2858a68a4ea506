// Little-endian fields of NTFS structures. Reads beyond the end are zeros: every structure checks its own length.

/** Milliseconds between 1601 and 1970. */
const EPOCH_MS = 11644473600000;
/** 1 January 2150: later times are no times of a file. */
const LATEST_MS = 5680281600000;

export function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

export function u32(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
  );
}

/** Exact up to 2^53; a greater number is only known to be greater. */
export function u64(bytes: Uint8Array, at: number): number {
  return u32(bytes, at) + u32(bytes, at + 4) * 4294967296;
}

/** A reference to a record of the master file table: its number and which life of it is meant (0: any). */
export interface RecordRef {
  record: number;
  sequence: number;
}

export function recordRef(bytes: Uint8Array, at: number): RecordRef {
  return { record: u32(bytes, at) + u16(bytes, at + 4) * 4294967296, sequence: u16(bytes, at + 6) };
}

/** Milliseconds since 1970 of a FILETIME (100 ns since 1601); undefined where it is no time of a file. */
export function fileTimeMs(bytes: Uint8Array, at: number): number | undefined {
  const low = u32(bytes, at);
  const high = u32(bytes, at + 4);
  // 2^32 = 429496 * 10000 + 7296: exact without big numbers.
  const ms = high * 429496 + Math.floor((high * 7296 + low) / 10000) - EPOCH_MS;
  return (low === 0 && high === 0) || ms > LATEST_MS ? undefined : ms;
}

/** UTF-16 text as the volume holds it, lone surrogates kept. */
export function utf16Text(bytes: Uint8Array, at: number, units: number): string {
  let text = "";
  for (let i = 0; i < units; i++) text += String.fromCharCode(u16(bytes, at + 2 * i));
  return text;
}

/** Whether the bytes at an offset are these, one character a byte. */
export function saysAt(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
