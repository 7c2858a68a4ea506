import { type Slot, slotsFor } from "./nearest-slots.ts";

/** What a snapshot keeps begins here, with a page of 2 MiB; before it stand layout, tables and room for questions. */
export const KEPT = 2 ** 21;

/** Where everything stands in the memory of a shard: planes, then each slot's offsets, then its ids. */
export interface Places {
  slots: Slot[];
  planes: [number, number];
  offsets: number[];
  ids: number[];
  end: number;
}

/** The places for so many entries. */
export function placesFor(count: number): Places {
  const slots = slotsFor(count);
  let at = KEPT;
  const take = (bytes: number): number => {
    const from = at;
    at += Math.ceil((bytes + 16) / 64) * 64;
    return from;
  };
  const planes: [number, number] = [take(16 * count), take(16 * count)];
  const offsets = slots.map(({ bits }) => take(4 * (2 ** bits + 1)));
  const ids = slots.map(() => take(4 * count));
  return { slots, planes, offsets, ids, end: at };
}

/** Bytes that a snapshot of so many entries keeps. */
export function keptBytes(count: number): number {
  return placesFor(count).end - KEPT;
}
