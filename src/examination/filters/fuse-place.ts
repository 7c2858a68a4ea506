/** How one shard's cells are addressed. */
export interface ShardAddress {
  /** 64 bits; another seed scatters the same fingerprints anew. */
  seed: bigint;
  length: number;
  span: number;
}

/** Where a fingerprint stands in a shard and what its three cells must give when XORed, in either plane. */
export interface FusePlace {
  positions: [number, number, number];
  /** 32 bits, scanned plane. */
  scan: number;
  /** 16 bits, second plane. */
  check: number;
}

const MASK64 = 0xffff_ffff_ffff_ffffn;

/** Scatters a fingerprint: the finalizer of MurmurHash3 over fingerprint + seed. Every step can be undone, so none collide. */
export function mixed(fingerprint: bigint, seed: bigint): bigint {
  let h = (fingerprint + seed) & MASK64;
  h ^= h >> 33n;
  h = (h * 0xff51_afd7_ed55_8ccdn) & MASK64;
  h ^= h >> 33n;
  h = (h * 0xc4ce_b9fe_1a85_ec53n) & MASK64;
  return h ^ (h >> 33n);
}

/**
 * Places a scattered fingerprint: the first position from its high 32 bits, one more in each of the next two segments.
 * The 48 check bits come from a further multiplication, so that they say more than the positions do.
 */
export function placeOfMixed(h: bigint, { length, span }: Pick<ShardAddress, "length" | "span">): FusePlace {
  const low = Number(h & 0xffff_ffffn);
  const middle = Number((h >> 18n) & 0xffff_ffffn);
  const first = Number(((h >> 32n) * BigInt(span)) >> 32n);
  const product = (h * 0x9e37_79b9_7f4a_7c15n) & MASK64;
  const high = Number(product >> 32n);
  return {
    positions: [first, (first + length) ^ (middle & (length - 1)), (first + 2 * length) ^ (low & (length - 1))],
    scan: (Number(product & 0xffff_ffffn) ^ high) >>> 0,
    check: high & 0xffff,
  };
}

/** Places a fingerprint in a shard. */
export function placeOf(fingerprint: bigint, shard: ShardAddress): FusePlace {
  return placeOfMixed(mixed(fingerprint, shard.seed), shard);
}

/** The shard of a fingerprint: its top `shardBits` bits. */
export function shardOf(fingerprint: bigint, shardBits: number): number {
  return Number(fingerprint >> BigInt(64 - shardBits));
}
