/** Shards a set of so many fingerprints is cut into by their top bits: the smallest power of two with at most 2^24 on average. */
export function shardCountFor(keys: number): number {
  let shards = 1;
  while (keys / shards > 2 ** 24) shards *= 2;
  return shards;
}
