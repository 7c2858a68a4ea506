import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import { kernelBytes } from "#base/machine/node";
import { H256, K256, sha256 } from "./resumable-digest.ts";

/** HMAC-SHA-256 of many messages of one length under one key: the first 8 bytes of each. */
export interface HmacBatch {
  /** Messages that one run takes. */
  readonly capacity: number;
  /** Message `i` begins at `i * stride`. What stands behind its length is not the caller's. */
  readonly bytes: Uint8Array;
  readonly stride: number;
  /** Of message `i`: bytes 0 to 3 as a number at `2 * i`, bytes 4 to 7 at `2 * i + 1`, both big-endian. */
  readonly tags: Uint32Array;
  /** Makes the tags of the first `count` messages. */
  run(count: number): void;
}

interface HmacExports {
  hmac(...numbers: number[]): void;
}

const BLOCK = 64;
/** A message with its padding in one block. */
const SHORT_MOST = 55;
const PAGE = 65536;
/** Places in a kernel's memory: round constants, the key's two states, room to work in, tags, messages. */
const AT = { constants: 0, states: 256, words: 512, tags: 2560 } as const;

let compiled: WebAssembly.Module | null | undefined;

/**
 * Makes tags under a key: by the WASM kernel where it was built and a message and its padding fit into a block, else by node:crypto,
 * which is its twin.
 *
 * @param capacity Messages at once, a multiple of 4.
 */
export function hmacBatch(key: Uint8Array, lengthBytes: number, capacity: number): HmacBatch {
  if (capacity % 4 !== 0 || capacity <= 0)
    throw new RangeError(`Cannot make tags: a capacity is a multiple of 4, current capacity is ${capacity}`);
  if (compiled === undefined) {
    const bytes = kernelBytes("hashing", "hmac");
    compiled = bytes === undefined ? null : new WebAssembly.Module(bytes);
  }
  if (compiled === null || lengthBytes > SHORT_MOST) return hmacTwin(key, lengthBytes, capacity);
  return kernelBatch(compiled, { key, lengthBytes, capacity });
}

/** The same by node:crypto, of messages of any length. */
export function hmacTwin(key: Uint8Array, lengthBytes: number, capacity: number): HmacBatch {
  const secret: KeyObject = createSecretKey(key);
  const stride = Math.max(BLOCK, lengthBytes);
  const bytes = new Uint8Array(stride * capacity);
  const tags = new Uint32Array(2 * capacity);
  return {
    ...{ capacity, bytes, stride, tags },
    run(count) {
      for (let i = 0; i < count; i++) {
        const message = bytes.subarray(i * stride, i * stride + lengthBytes);
        const tag = createHmac("sha256", secret).update(message).digest();
        tags[2 * i] = tag.readUInt32BE(0);
        tags[2 * i + 1] = tag.readUInt32BE(4);
      }
    },
  };
}

function kernelBatch(
  module: WebAssembly.Module,
  { key, lengthBytes, capacity }: { key: Uint8Array; lengthBytes: number; capacity: number },
): HmacBatch {
  const blocksAt = AT.tags + 8 * capacity;
  const pages = Math.ceil((blocksAt + BLOCK * capacity) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as HmacExports;
  const bytes = new Uint8Array(memory.buffer, blocksAt, BLOCK * capacity);
  placeKey(memory, key);
  for (let at = 0; at < bytes.length; at += BLOCK) {
    bytes[at + lengthBytes] = 0x80;
    // The inner hash has the key's block before it.
    new DataView(memory.buffer).setUint16(blocksAt + at + BLOCK - 2, 8 * (BLOCK + lengthBytes));
  }
  return {
    ...{ capacity, bytes, stride: BLOCK },
    tags: new Uint32Array(memory.buffer, AT.tags, 2 * capacity),
    run: (count) => kernel.hmac(blocksAt, (count + 3) & ~3, AT.states, AT.words, AT.constants, AT.tags),
  };
}

/** The states behind the key's inner and outer block, in all four lanes. */
function placeKey(memory: WebAssembly.Memory, key: Uint8Array): void {
  new Int32Array(memory.buffer, AT.constants, 64).set(K256);
  const states = new Int32Array(memory.buffer, AT.states, 64);
  const short = key.length > BLOCK ? hash("sha256", key, "buffer") : key;
  for (const [pad, mask] of [0x36, 0x5c].entries()) {
    const block = new DataView(Uint8Array.from({ length: BLOCK }, (_, i) => (short[i] ?? 0) ^ mask).buffer);
    const state = Int32Array.from(H256);
    sha256(
      state,
      Int32Array.from({ length: 64 }, (_, i) => (i < 16 ? block.getInt32(4 * i) : 0)),
    );
    for (const [i, word] of state.entries()) states.fill(word, 32 * pad + 4 * i, 32 * pad + 4 * i + 4);
  }
}
