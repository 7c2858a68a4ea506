const MASK = 0xffffffffffffffffn;

/**
 * SipHash-2-4: a keyed pseudorandom function with 64 bits of output.
 *
 * @param key 16 bytes.
 * @param message Any length.
 * @throws {RangeError} When the key is not 16 bytes long.
 * @see Aumasson, Bernstein: SipHash, a fast short-input PRF, Indocrypt 2012, §2
 */
export function sipHash(key: Uint8Array, message: Uint8Array): bigint {
  if (key.length !== 16) throw new RangeError(`Cannot hash: the key must be 16 bytes, current length is ${key.length}`);
  const k0 = wordAt(key, 0);
  const k1 = wordAt(key, 8);
  const state: State = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  for (let at = 0; at <= message.length; at += 8) {
    const last = at + 8 > message.length;
    const word = last ? wordAt(message, at) | (BigInt(message.length & 0xff) << 56n) : wordAt(message, at);
    state[3] ^= word;
    rounds(state, 2);
    state[0] ^= word;
  }
  state[2] ^= 0xffn;
  rounds(state, 4);
  return state[0] ^ state[1] ^ state[2] ^ state[3];
}

type State = [bigint, bigint, bigint, bigint];

function rounds(state: State, count: number): void {
  let [v0, v1, v2, v3] = state;
  for (let round = 0; round < count; round++) {
    v0 = (v0 + v1) & MASK;
    v2 = (v2 + v3) & MASK;
    v1 = rotated(v1, 13n) ^ v0;
    v3 = rotated(v3, 16n) ^ v2;
    v0 = rotated(v0, 32n);
    v2 = (v2 + v1) & MASK;
    v0 = (v0 + v3) & MASK;
    v1 = rotated(v1, 17n) ^ v2;
    v3 = rotated(v3, 21n) ^ v0;
    v2 = rotated(v2, 32n);
  }
  state[0] = v0;
  state[1] = v1;
  state[2] = v2;
  state[3] = v3;
}

function rotated(word: bigint, by: bigint): bigint {
  return ((word << by) | (word >> (64n - by))) & MASK;
}

/** Up to eight bytes from `at`, little-endian; bytes past the end count as 0. */
function wordAt(bytes: Uint8Array, at: number): bigint {
  let word = 0n;
  for (let i = 7; i >= 0; i--) word = (word << 8n) | BigInt(bytes[at + i] ?? 0);
  return word;
}
