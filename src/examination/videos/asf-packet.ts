/** A part of a picture, or of sound, in a packet. */
export interface AsfPayload {
  stream: number;
  /** Which picture it is of: counts on, and begins again. */
  object: number;
  /** Where in that picture the part begins. */
  offset: number;
  /** Of the whole picture. */
  sizeBytes: number;
  timeMs: number;
  data: Uint8Array;
}

/** Bytes of a number by the two bits that tell them. */
const WIDTHS = [0, 1, 2, 4] as const;

/** Reads numbers one after the other; past the end they are 0 and `over` is set. */
interface Cursor {
  bytes: Uint8Array;
  at: number;
  over: boolean;
}

function next(cursor: Cursor, lengthBytes: number): number {
  let value = 0;
  for (let i = lengthBytes - 1; i >= 0; i--) value = value * 256 + (cursor.bytes[cursor.at + i] ?? 0);
  cursor.at += lengthBytes;
  if (cursor.at > cursor.bytes.length) cursor.over = true;
  return value;
}

function nextOf(cursor: Cursor, bits: number): number {
  return next(cursor, WIDTHS[bits & 3] ?? 0);
}

/**
 * The parts in one packet of ASF data; a packet that is not in order gives those before the damage.
 *
 * @see ASF Specification 01.20.05 §5.2
 */
export function* packetPayloads(bytes: Uint8Array): Generator<AsfPayload> {
  const cursor: Cursor = { bytes, at: 0, over: false };
  const correction = bytes[0] ?? 0;
  if (correction >= 128) next(cursor, 1 + (correction & 15));
  const lengths = next(cursor, 1);
  const properties = next(cursor, 1);
  const packetBytes = nextOf(cursor, lengths >> 5) || bytes.length;
  nextOf(cursor, lengths >> 1); // sequence
  const paddingBytes = nextOf(cursor, lengths >> 3);
  next(cursor, 6); // when it is sent, how long that takes
  const many = (lengths & 1) === 1 ? next(cursor, 1) : undefined;
  const end = Math.min(packetBytes, bytes.length) - paddingBytes;
  const count = many === undefined ? 1 : many & 63;
  for (let i = 0; i < count && !cursor.over && cursor.at < end; i++)
    yield* payloadsAt(cursor, { properties, end, lengthBits: many === undefined ? undefined : many >> 6 });
}

interface PayloadForm {
  properties: number;
  end: number;
  /** undefined: the payload goes to the end of the packet. */
  lengthBits: number | undefined;
}

function* payloadsAt(cursor: Cursor, { properties, end, lengthBits }: PayloadForm): Generator<AsfPayload> {
  const stream = next(cursor, 1) & 127;
  const object = nextOf(cursor, properties >> 4);
  const offset = nextOf(cursor, properties >> 2);
  const replicatedBytes = nextOf(cursor, properties);
  const replicatedAt = cursor.at;
  const about: Cursor = { bytes: cursor.bytes, at: replicatedAt, over: false };
  const [sizeBytes, timeMs] = replicatedBytes >= 8 ? [next(about, 4), next(about, 4)] : [0, 0];
  const stepMs = replicatedBytes === 1 ? next(about, 1) : 0;
  cursor.at = replicatedAt + replicatedBytes;
  const dataBytes = lengthBits === undefined ? end - cursor.at : nextOf(cursor, lengthBits);
  const from = cursor.at;
  cursor.at += Math.max(0, dataBytes);
  if (dataBytes <= 0 || cursor.at > end) {
    cursor.over = true;
    return;
  }
  if (replicatedBytes !== 1) {
    yield { stream, object, offset, sizeBytes, timeMs, data: cursor.bytes.subarray(from, cursor.at) };
    return;
  }
  // Several small pictures in one: the offset is the time of the first.
  const inner: Cursor = { bytes: cursor.bytes, at: from, over: false };
  for (let i = 0; inner.at < cursor.at; i++) {
    const size = next(inner, 1);
    const data = cursor.bytes.subarray(inner.at, Math.min(inner.at + size, cursor.at));
    inner.at += size;
    yield { stream, object: object + i, offset: 0, sizeBytes: data.length, timeMs: offset + i * stepMs, data };
  }
}
