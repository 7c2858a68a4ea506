import { equalBytes, toHex } from "#base/values";
import { type Candidate, carve, isHolder, joinRanges } from "#examination/carving";
import { openHeaderFinder, openInflater } from "#examination/carving/node";
import { INSIDE_LIMITS, openBudget } from "#examination/containers";
import { type CarveArea, carveAreas } from "./carve-areas.node.ts";
import type { ChildVoice } from "./child-says.node.ts";
import { insideSink } from "./extract-inside.node.ts";
import { lookInsideDisks } from "./inner-disk.node.ts";
import type { Medium } from "./medium.ts";
import { readThrough } from "./read-through.node.ts";
import type { StreamEndMessage, StreamMessage } from "./reader-message.node.ts";
import { tellPiece } from "./tell-piece.node.ts";
import type { WalkGuard } from "./walk-guard.node.ts";

const LINK = /^(unallocated|slack|carved)@(\d{1,15})$/;

/** Nobody knows when it was made, or under which name: its structure alone says what it is. */
const ENTRY: StreamMessage["entry"] = { id: 0, state: "orphan", certainty: "contiguous-guess", times: {} };

interface CarvedLink {
  named: string;
  atByte: number;
  /** How many names stand before it. */
  index: number;
}

function linkOf(names: readonly Uint8Array[]): CarvedLink | null {
  for (const [index, name] of names.entries()) {
    const [, named, byte] = LINK.exec(String.fromCharCode(...name)) ?? [];
    if (named !== undefined) return { named, atByte: Number(byte), index };
  }
  return null;
}

/** Whether a place names a file that is found by its structure, or one within it. */
export function isCarvedPlace(names: readonly Uint8Array[]): boolean {
  return linkOf(names) !== null;
}

/** Tells the bytes of a file that is found by its structure at a place, or of what stands in it. */
export function tellCarved(
  medium: Medium,
  { names, guard, voice }: { names: readonly Uint8Array[]; guard: WalkGuard; voice: ChildVoice },
): void {
  const link = linkOf(names);
  if (link === null) return;
  const chain = names.slice(0, link.index);
  for (const area of carveAreas(medium, { guard, files: "all" })) {
    voice.beat();
    if (area.named !== link.named || !isSame(area.chain, chain)) continue;
    const candidate = candidateAt(area, link.atByte);
    if (candidate === null) continue;
    const own = [...area.chain, ...names.slice(link.index, link.index + 1)];
    if (names.length === own.length) tellWhole(area, candidate, { chain: own, voice });
    else if (isHolder(candidate.format)) tellWithin(area, candidate, { chain: own, names, voice });
    return;
  }
}

function isSame(chain: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return chain.length === other.length && chain.every((name, i) => equalBytes(name, other[i] ?? new Uint8Array(0)));
}

/** What begins just there. */
function candidateAt({ read, grainBytes, offsetOf }: CarveArea, atByte: number): Candidate | null {
  const fromByte = offsetOf(atByte);
  if (fromByte === null) return null;
  const wishes = { finder: openHeaderFinder(), inflate: openInflater(), grainBytes, fromByte };
  for (const step of carve(read, wishes)) {
    if (step.kind === "searched" || step.candidate.pieces[0]?.startByte !== fromByte) return null;
    return step.candidate;
  }
  return null;
}

interface Telling {
  chain: readonly Uint8Array[];
  voice: ChildVoice;
}

function tellWhole({ read }: CarveArea, { pieces, sizeBytes }: Candidate, { chain, voice }: Telling): void {
  const start: StreamMessage = {
    ...{ kind: "stream", chain: chain.map((name) => toHex(name)), entry: ENTRY },
    ...{ sizeBytes, givenBytes: sizeBytes },
  };
  voice.json(start);
  const unread = readThrough(joinRanges(read, pieces), { onPiece: (piece) => tellPiece(piece, voice) });
  voice.json({ kind: "stream-end", unread, reached: null } satisfies StreamEndMessage);
}

function tellWithin(
  { read }: CarveArea,
  { pieces }: Candidate,
  { chain, names, voice }: Telling & { names: readonly Uint8Array[] },
): void {
  const source = joinRanges(read, pieces);
  const budget = openBudget(INSIDE_LIMITS, { sizeBytes: source.sizeBytes, nowMs: () => performance.now() });
  lookInsideDisks({ chain, source }, insideSink(ENTRY, { names, voice }), budget);
}
