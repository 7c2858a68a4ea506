import { toHex } from "#base/values";
import {
  type ChildLimits,
  type Death,
  evidenceOf,
  type LostObject,
  type PlantedFault,
} from "#examination/opening/node";
import { placeText, type SourceLook } from "#examination/sources";
import { askMedium, MEDIUM_LIMITS } from "./ask-medium.node.ts";
import type { MediumAnswer, Standing, VolumeRow } from "./medium-message.ts";

/** Where what was found stands, and what is known of the volumes. */
export interface Standings {
  /** The same object for bytes of the same entry; undefined: not known, the medium's own place holds. */
  of(offsetBytes: number): Standing | undefined;
  volumes: VolumeRow[];
  /** What is not looked up: places of what ended its reader; the medium's own for all of it. */
  lost: Pick<LostObject, "place">[];
}

export interface StandingsRequest {
  look: SourceLook;
  /** Places of hits, ascending; one may be there more than once. */
  offsets: Iterable<number>;
  elevate: string[] | null;
  signal: AbortSignal;
  limits?: ChildLimits;
  fault?: PlantedFault;
  /** A reader ended before its work was done. */
  onDeath(death: Death, said: string): void;
  /** Now and then: entries that were looked at. */
  onEntries?: ((entries: number) => void) | undefined;
}

/**
 * Looks up in which files hits stand. What ends or hangs its reader is left out, and everything else is looked up without it. Never
 * throws for what the readers do: then nothing is known, and places are those of the medium.
 */
export async function standingsOf(request: StandingsRequest): Promise<Standings> {
  const { look, elevate, signal, limits = MEDIUM_LIMITS, fault, onDeath, onEntries } = request;
  const nothing: Standings = { of: () => undefined, volumes: [], lost: [] };
  if (look.spec.kind === "folder") return nothing;
  const offsets = [...new Set(request.offsets)];
  const { answer, lost } = await askMedium({
    medium: evidenceOf(look.spec, { name: look.name, elevate }),
    task: { verb: "places", name: toHex(look.name), offsets },
    ...{ limits, signal, onDeath },
    ...(fault === undefined ? {} : { fault }),
    ...(onEntries === undefined ? {} : { onEntries }),
  });
  if (answer?.kind !== "places") return { ...nothing, lost: [{ place: placeText([look.name]).place }] };
  // Contents are not read here: an entry that was told without them is told whole.
  return known(answer, { offsets, lost: lost.filter(({ what }) => what !== "contents") });
}

function known(
  { standings, of, volumes }: Extract<MediumAnswer, { kind: "places" }>,
  { offsets, lost }: { offsets: number[]; lost: Standings["lost"] },
): Standings {
  const byOffset = new Map(offsets.map((offset, i) => [offset, of[i] ?? -1]));
  return { of: (offset) => standings[byOffset.get(offset) ?? -1], volumes, lost };
}
