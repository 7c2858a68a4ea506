import { toHex } from "#base/values";
import type { SourceLook } from "#examination/sources";
import type { MediumFault, MediumLine, Standing, VolumeRow } from "./medium-message.ts";
import { askMedium, MEDIUM_LIMITS, type MediumLimits, type MediumOutcome } from "./medium-process.node.ts";

/** A medium with more trees that end their reader than this is not looked up at all. */
const SKIPPED_MOST = 8;

/** Where what was found stands, and what is known of the volumes. */
export interface Standings {
  /** The same object for bytes of the same entry; undefined: not known, the medium's own place holds. */
  of(offsetBytes: number): Standing | undefined;
  volumes: VolumeRow[];
  /** Trees whose reader ended or hung; "" for all of the medium. */
  skipped: { tree: string; why: MediumOutcome["why"] }[];
}

export interface StandingsRequest {
  look: SourceLook;
  /** Places of hits, ascending; one may be there more than once. */
  offsets: Iterable<number>;
  elevate: string[] | null;
  signal: AbortSignal;
  limits?: MediumLimits;
  fault?: MediumFault;
  /** A reader of a tree ended. */
  onEnd(tree: string, outcome: MediumOutcome): void;
}

/**
 * Looks up in which files hits stand. A tree that ends or hangs its reader is left out, and the others are read again without
 * it. Never throws for what the readers do: then nothing is known, and places are those of the medium.
 */
export async function standingsOf(request: StandingsRequest): Promise<Standings> {
  const { look, elevate, signal, limits = MEDIUM_LIMITS, fault, onEnd } = request;
  const skipped: Standings["skipped"] = [];
  const nothing = (): Standings => ({ of: () => undefined, volumes: [], skipped });
  if (look.spec.kind === "folder") return nothing();
  const offsets = [...new Set(request.offsets)];
  const places = { verb: "places" as const, source: look.spec, name: toHex(look.name), offsets };
  const startMs = performance.now();
  for (;;) {
    const totalMs = limits.totalMs - (performance.now() - startMs);
    const skip = skipped.map(({ tree }) => tree);
    const outcome = await askMedium({
      request: { ...places, skip, ...(fault === undefined ? {} : { fault }) },
      limits: { ...limits, totalMs },
      signal,
      ...(elevate === null ? {} : { elevate }),
    });
    if (outcome.line?.kind === "places") return known(outcome.line, { offsets, skipped });
    const { tree = "", why } = outcome;
    onEnd(tree, outcome);
    const over = tree === "" || skip.includes(tree) || skip.length >= SKIPPED_MOST || totalMs <= 0;
    skipped.push({ tree: over || why === "stopped" ? "" : tree, why });
    if (over || why === "stopped") return nothing();
  }
}

function known(
  { standings, of, volumes }: Extract<MediumLine, { kind: "places" }>,
  { offsets, skipped }: { offsets: number[]; skipped: Standings["skipped"] },
): Standings {
  const byOffset = new Map(offsets.map((offset, i) => [offset, of[i] ?? -1]));
  return { of: (offset) => standings[byOffset.get(offset) ?? -1], volumes, skipped };
}
