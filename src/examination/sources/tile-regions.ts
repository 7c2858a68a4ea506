import type { PhaseRegion } from "./phase-region.ts";

/**
 * Cuts regions so that they cover 0 to sizeBytes without gap or overlap.
 *
 * @param regions In any order; empty ones and what lies beyond the size fall away. Where two overlap the file system
 *   is that of the later one and the phase is known only if both have the same.
 * @returns Sorted; between them, and where nothing is known, regions with every field null.
 */
export function tileRegions(regions: readonly PhaseRegion[], sizeBytes: number): PhaseRegion[] {
  const cut = regions
    .map((region) => ({ ...region, endByte: Math.min(region.endByte, sizeBytes) }))
    .filter((region) => region.startByte >= 0 && region.endByte > region.startByte);
  const edges = [0, sizeBytes, ...cut.flatMap(({ startByte, endByte }) => [startByte, endByte])];
  const borders = [...new Set(edges)].sort((a, b) => a - b);
  const tiles: PhaseRegion[] = [];
  for (const [i, startByte] of borders.entries()) {
    const endByte = borders[i + 1];
    if (endByte === undefined) break;
    const here = cut.filter((region) => region.startByte <= startByte && region.endByte >= endByte);
    tiles.push({ ...merged(here), startByte, endByte });
  }
  return tiles;
}

function merged(regions: readonly PhaseRegion[]): Omit<PhaseRegion, "startByte" | "endByte"> {
  const last = regions.at(-1);
  if (last === undefined) return { phase: null, fileSystem: null, encrypted: null };
  const phase = regions.every((region) => region.phase === last.phase) ? last.phase : null;
  const encrypted = regions.find((region) => region.encrypted !== null)?.encrypted ?? null;
  return { phase, fileSystem: last.fileSystem, encrypted };
}
