import { type Notice, notice } from "#examination/evidence";
import type { KnownPhases } from "#examination/sources";
import type { JudgeFacts, RegionFacts } from "./judge.ts";
import type { VolumeRow } from "./medium-message.ts";

/** Volumes that one notice names. */
const NAMED_MOST = 20;

/** What of a look-up page one may have to say. */
interface LookedUp {
  volumes: readonly VolumeRow[];
  lost: readonly { place: string }[];
}

/**
 * Regions with the places of their volumes; and encrypted volumes that no header of the medium tells, such as those in a volume
 * group, as regions without samples.
 */
export function volumeRegions(regions: readonly RegionFacts[], volumes: readonly VolumeRow[]): RegionFacts[] {
  const placed = regions.map((region) => {
    const volume = volumes.find(({ startByte, unallocated }) => startByte === region.offsetBytes && !unallocated);
    return volume === undefined ? region : { ...region, place: volume.place };
  });
  const told = new Set(regions.flatMap(({ header, offsetBytes }) => (header === null ? [] : [offsetBytes])));
  const others = volumes.flatMap(({ place, startByte, sizeBytes, encrypted }): RegionFacts[] =>
    encrypted === null || told.has(startByte)
      ? []
      : [
          {
            ...{ place, offsetBytes: startByte, lengthBytes: sizeBytes, header: encrypted },
            ...{ samples: 0, incompressibleSamples: 0, chiSquareSum: 0 },
          },
        ],
  );
  return [...placed, ...others];
}

/** File systems that pack what is in them: a block of a file does not stand in their bytes as it was. */
const PACKING = new Set(["squashfs", "cramfs", "erofs", "zfs-member"]);

/** Volumes that reading bytes does not look into, for the judge. */
export function packedVolumes(volumes: readonly VolumeRow[]): NonNullable<JudgeFacts["packed"]> {
  return volumes.flatMap(({ place, startByte, sizeBytes, found }) =>
    found !== null && PACKING.has(found)
      ? [{ place, offsetBytes: startByte, lengthBytes: sizeBytes, name: found }]
      : [],
  );
}

/** Volumes whose files are not known, and why; where there are hits, also what could not be looked up. */
export function mediumNotices(
  { volumes, lost }: LookedUp,
  { known, hits }: { known: KnownPhases | null; hits: number },
): Notice[] {
  const unknown = volumes.flatMap((volume) => {
    const name = unreadName(volume, known);
    // A volume group is named by its volumes.
    if (volumes.some(({ place }) => place.startsWith(`${volume.place}/`))) return [];
    return name === null ? [] : [`${volume.place} (${name})`];
  });
  const waiting = volumes.filter((volume) => volume.waiting).map(({ place }) => place);
  const places = lost.map(({ place }) => place);
  return [
    ...(hits > 0 && places.length > 0 ? [notice("places-not-named", { where: named(places) })] : []),
    ...(waiting.length > 0 ? [notice("journal-waits", { where: named(waiting) })] : []),
    ...(unknown.length > 0 ? [notice("volumes-not-read", { where: named(unknown) })] : []),
  ];
}

/** The name of what stands in a volume whose files are not read; null where they are, where it is locked, or nothing is known. */
function unreadName(
  { startByte, refused, found, trees, encrypted, unallocated }: VolumeRow,
  known: KnownPhases | null,
): string | null {
  if (unallocated || trees > 0 || encrypted !== null) return null;
  if (refused !== null) return refused;
  return found ?? known?.regions.find((region) => region.startByte === startByte)?.fileSystem ?? null;
}

function named(places: readonly string[]): string {
  const more = places.length > NAMED_MOST ? ", …" : "";
  return places.slice(0, NAMED_MOST).join(", ") + more;
}
