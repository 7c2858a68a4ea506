import { equalBytes, fromHex } from "#base/values";
import { type Candidate, carve, joinRanges } from "#examination/carving";
import { openHeaderFinder, openInflater } from "#examination/carving/node";
import { INSIDE_LIMITS, openBudget } from "#examination/containers";
import { lookInside } from "#examination/containers/node";
import type { ByteSource } from "#examination/sources";
import { type CarveArea, carveAreas } from "./carve-areas.node.ts";
import type { CarvedAtMessage, CarvedAtTask } from "./carve-message.node.ts";
import type { ChildVoice } from "./child-says.node.ts";
import type { Medium } from "./medium.ts";
import { readThrough } from "./read-through.node.ts";
import { tellPiece } from "./tell-piece.node.ts";
import type { WalkGuard } from "./walk-guard.node.ts";

const PLACE = /^(unallocated|slack|carved)@(\d{1,15})$/;

/** Finds the one file that carving found at a place before, from its byte on and no further, and tells its bytes, or those of a file in it. */
export function readCarvedAt(
  medium: Medium,
  { task, guard, voice }: { task: CarvedAtTask; guard: WalkGuard; voice: ChildVoice },
): void {
  const names = task.names.map((name) => fromHex(name));
  const isFree = names.some((name) => placeOf(name)?.named === "unallocated");
  // Behind files' ends, and within them: the files are walked.
  for (const area of carveAreas(medium, { guard, files: isFree ? "none" : "unknown" })) {
    voice.beat();
    const depth = area.chain.length;
    const place = placeOf(names[depth]);
    if (place === null || area.named !== place.named || !isSame(area.chain, names.slice(0, depth))) continue;
    const candidate = candidateAt(area, place.byte, voice);
    if (candidate === null) continue;
    const read = joinRanges(area.read, candidate.pieces);
    if (names.length === depth + 1) tellAll(read, voice);
    else tellInner(read, { names, depth, voice });
    return;
  }
}

function placeOf(name: Uint8Array = new Uint8Array(0)): { named: CarveArea["named"]; byte: number } | null {
  const [, named, byte] = PLACE.exec(Buffer.from(name).toString("latin1")) ?? [];
  return named === "unallocated" || named === "slack" || named === "carved" ? { named, byte: Number(byte) } : null;
}

/** What begins just there; a search from a later byte on would find other files. */
function candidateAt(area: CarveArea, placeByte: number, voice: ChildVoice): Candidate | null {
  const { read, grainBytes } = area;
  const fromByte = byteOf(area, placeByte);
  if (fromByte === null) return null;
  const [finder, inflate] = [openHeaderFinder(), openInflater()];
  for (const step of carve(read, { finder, inflate, grainBytes, everyBytes: 1, fromByte })) {
    voice.beat();
    if (step.kind === "searched") return null;
    if (step.candidate.pieces[0]?.startByte === fromByte) return step.candidate;
  }
  return null;
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

function tellAll(read: ByteSource, voice: ChildVoice): void {
  const unread = readThrough(read, { onPiece: (piece) => tellPiece(piece, voice) });
  voice.json({ kind: "carved-at", complete: unread.length === 0 } satisfies CarvedAtMessage);
}

function tellInner(
  read: ByteSource,
  { names, depth, voice }: { names: readonly Uint8Array[]; depth: number; voice: ChildVoice },
): void {
  const { sizeBytes } = read;
  const budget = openBudget(INSIDE_LIMITS, { sizeBytes, nowMs: () => performance.now() - voice.saidMs });
  const visitor = {
    beat: () => voice.beat(),
    enters: (chain: readonly Uint8Array[]) => isSame(chain, names.slice(0, chain.length)),
    problem: () => undefined,
    file: ({ chain }: { chain: readonly Uint8Array[] }) =>
      isSame(chain, names)
        ? {
            piece: (bytes: Uint8Array) => tellPiece(bytes, voice),
            end: ({ complete }: { complete: boolean }) =>
              voice.json({ kind: "carved-at", complete } satisfies CarvedAtMessage),
          }
        : null,
  };
  lookInside({ chain: names.slice(0, depth + 1), source: read }, visitor, budget);
}

function isSame(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((name, i) => equalBytes(name, b[i] ?? new Uint8Array(0)));
}
