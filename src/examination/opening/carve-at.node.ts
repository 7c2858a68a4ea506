import { equalBytes, fromHex } from "#base/values";
import { carve } from "#examination/carving";
import { openHeaderFinder } from "#examination/carving/node";
import { type CarveArea, carveAreas } from "./carve-areas.node.ts";
import type { CarvedAtTask } from "./carve-message.node.ts";
import { carvedChain, tellFound } from "./carve-reading.node.ts";
import type { ChildVoice } from "./child-says.node.ts";
import type { Medium } from "./medium.ts";
import type { WalkGuard } from "./walk-guard.node.ts";

const PLACE = /^(unallocated|slack|carved)@(\d{1,15})$/;

/** Finds the one file that carving found at a place before, from there on and no further, and tells its bytes. */
export function readCarvedAt(
  medium: Medium,
  { task, guard, voice }: { task: CarvedAtTask; guard: WalkGuard; voice: ChildVoice },
): void {
  const names = task.names.map((name) => fromHex(name));
  const [, named, byte] = PLACE.exec(Buffer.from(names.at(-1) ?? []).toString("latin1")) ?? [];
  if (named === undefined) return;
  // Behind files' ends, and within them: the files are walked.
  const files = named === "unallocated" ? "none" : "unknown";
  for (const area of carveAreas(medium, { guard, files })) {
    voice.beat();
    if (area.named !== named || !isSame(area.chain, names.slice(0, -1))) continue;
    const fromByte = byteOf(area, Number(byte));
    if (fromByte === null) continue;
    const { read, grainBytes } = area;
    for (const step of carve(read, { finder: openHeaderFinder(), grainBytes, everyBytes: 1, fromByte })) {
      voice.beat();
      if (step.kind === "searched") break;
      if (!isSame(carvedChain(area, step.candidate), names)) continue;
      tellFound(area, step, { own: 0, task: { filmBytes: false }, voice });
      return;
    }
  }
}

/** Where in what is searched the byte stands that a place names; null: nowhere. */
function byteOf({ read, piecesOf }: CarveArea, placeByte: number): number | null {
  let [low, high] = [0, read.sizeBytes - 1];
  while (low <= high) {
    const at = Math.floor((low + high) / 2);
    const found = piecesOf({ startByte: at, lengthBytes: 1 })[0]?.startByte ?? Number.POSITIVE_INFINITY;
    if (found === placeByte) return at;
    if (found < placeByte) low = at + 1;
    else high = at - 1;
  }
  return null;
}

function isSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((name, i) => equalBytes(name, b[i] ?? new Uint8Array(0)));
}
