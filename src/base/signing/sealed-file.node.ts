/** A sealed file, opened: its plain bytes from any place. */
export interface SealedReader {
  plainBytes: number;
  /**
   * Fills `target` with the plain bytes from `plainOffset`; every 64 KiB chunk is authenticated before a byte of it is given.
   *
   * @throws {Fault} sealed/tampered, sealed/truncated.
   * @throws {RangeError} When the range does not lie inside the plain bytes.
   */
  readInto(target: Uint8Array, plainOffset: number): void;
}

/** Gives `length` sealed bytes from `offset`; fewer only where the file ends. The view may be used again at the next call. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/**
 * Seals bytes to recipients as one age v1 file.
 *
 * @param recipients One or more age X25519 recipients (age1…).
 * @param sink Takes the sealed bytes in order; each array is its own.
 * @throws {Fault} sealed/recipient.
 */
export async function sealFile(
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  recipients: readonly string[],
  sink: (bytes: Uint8Array) => Promise<void> | void,
): Promise<void> {
  throw new Error(`not written yet ${plain} ${recipients} ${sink}`);
}

/**
 * Opens an age v1 file for reading at any place.
 *
 * @throws {Fault} sealed/format, sealed/not-a-recipient, sealed/tampered, sealed/truncated.
 */
export async function openSealed(readAt: ReadAt, sealedBytes: number, ageSecret: string): Promise<SealedReader> {
  throw new Error(`not written yet ${readAt} ${sealedBytes} ${ageSecret}`);
}

/** A fresh age X25519 key pair: the secret (AGE-SECRET-KEY-1…) and its recipient (age1…). */
export async function newSealKey(): Promise<{ ageSecret: string; recipient: string }> {
  throw new Error("not written yet");
}
