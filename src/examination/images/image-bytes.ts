import type { ByteSource } from "#examination/sources";

/** Bytes in memory as a source. */
export function memberSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    readSync: (view, offsetBytes) => {
      const part = bytes.subarray(offsetBytes, offsetBytes + view.length);
      view.set(part);
      return part.length;
    },
  };
}
