import { mixed, placeOfMixed } from "./fuse-place.ts";
import type { ShardShape } from "./fuse-shape.ts";

/** One built shard: XOR of a member's three cells gives its check bits in each plane. */
export interface ShardPlanes {
  scan: Uint32Array;
  check: Uint16Array;
}

/**
 * Builds one shard in readable TypeScript: peel keys that stand alone in a cell until none is left, then fill the cells in
 * the opposite order. The kernel does the same in another order of peeling; members are found either way.
 *
 * @param fingerprints Distinct.
 * @returns undefined when this seed does not peel; another will (chance of failure about 1 in 100 for large shards).
 * @see Graf and Lemire, Binary Fuse Filters, JEA 27 (2022), algorithm 1
 */
export function referenceBuild(fingerprints: BigUint64Array, seed: bigint, shape: ShardShape): ShardPlanes | undefined {
  const counts = new Uint32Array(shape.cells);
  const sums = new BigUint64Array(shape.cells);
  const toggle = (h: bigint, by: number): void => {
    for (const position of placeOfMixed(h, shape).positions) {
      counts[position] = (counts[position] ?? 0) + by;
      sums[position] = (sums[position] ?? 0n) ^ h;
    }
  };
  for (const fingerprint of fingerprints) toggle(mixed(fingerprint, seed), 1);
  const alone: number[] = [];
  for (let cell = 0; cell < shape.cells; cell++) if (counts[cell] === 1) alone.push(cell);
  const peeled: { h: bigint; cell: number }[] = [];
  for (let cell = alone.pop(); cell !== undefined; cell = alone.pop()) {
    if (counts[cell] !== 1) continue;
    const h = sums[cell] ?? 0n;
    peeled.push({ h, cell });
    toggle(h, -1);
    for (const position of placeOfMixed(h, shape).positions) if (counts[position] === 1) alone.push(position);
  }
  return peeled.length === fingerprints.length ? fill(peeled, shape) : undefined;
}

function fill(peeled: { h: bigint; cell: number }[], shape: ShardShape): ShardPlanes {
  const planes = { scan: new Uint32Array(shape.cells), check: new Uint16Array(shape.cells) };
  for (const { h, cell } of peeled.reverse()) {
    const place = placeOfMixed(h, shape);
    const [a, b, c] = place.positions;
    planes.scan[cell] = place.scan ^ (planes.scan[a] ?? 0) ^ (planes.scan[b] ?? 0) ^ (planes.scan[c] ?? 0);
    planes.check[cell] = place.check ^ (planes.check[a] ?? 0) ^ (planes.check[b] ?? 0) ^ (planes.check[c] ?? 0);
  }
  return planes;
}
