import { concatBytes } from "#base/values";

/** What the unlocking child is asked: to wrap bytes or to open a file. It goes in by standard input, whole. */
export interface UnlockRequest {
  verb: "wrap" | "open";
  workFactor: number;
  passphrase: Uint8Array;
  bytes: Uint8Array;
}

/** What the child answers on standard output. */
export interface UnlockAnswer {
  outcome: "opened" | "wrong-passphrase" | "too-much-work" | "damaged";
  /** The most memory the child had at once. */
  peakBytes: number;
  bytes: Uint8Array;
}

const VERBS = ["wrap", "open"] as const;
const OUTCOMES = ["opened", "wrong-passphrase", "too-much-work", "damaged"] as const;
const HEAD_BYTES = 6;

/** One byte verb, one byte work factor, u32 length of the passphrase, the passphrase, the bytes. Little-endian. */
export function writeRequest({ verb, workFactor, passphrase, bytes }: UnlockRequest): Uint8Array {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint8(0, VERBS.indexOf(verb));
  head.setUint8(1, workFactor);
  head.setUint32(2, passphrase.length, true);
  return concatBytes(new Uint8Array(head.buffer), passphrase, bytes);
}

/** Reads what writeRequest wrote. @throws {RangeError} When it is cut off. */
export function readRequest(frame: Uint8Array): UnlockRequest {
  const head = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const verb = VERBS[head.getUint8(0)];
  const end = HEAD_BYTES + head.getUint32(2, true);
  if (verb === undefined || end > frame.length) throw new RangeError("Cannot read a request: it is cut off");
  return {
    verb,
    workFactor: head.getUint8(1),
    passphrase: frame.subarray(HEAD_BYTES, end),
    bytes: frame.subarray(end),
  };
}

/** One byte outcome, u32 peak memory in KiB, the bytes. */
export function writeAnswer({ outcome, peakBytes, bytes }: UnlockAnswer): Uint8Array {
  const head = new DataView(new ArrayBuffer(5));
  head.setUint8(0, OUTCOMES.indexOf(outcome));
  head.setUint32(1, peakBytes / 1024, true);
  return concatBytes(new Uint8Array(head.buffer), bytes);
}

/** Reads what writeAnswer wrote; undefined where it is cut off: the child ended too early. */
export function readAnswer(frame: Uint8Array): UnlockAnswer | undefined {
  const outcome = OUTCOMES[frame[0] ?? OUTCOMES.length];
  if (outcome === undefined || frame.length < 5) return undefined;
  const head = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return { outcome, peakBytes: head.getUint32(1, true) * 1024, bytes: frame.subarray(5) };
}
