import { createHash } from "node:crypto";
import { toHex, utf8 } from "#base/values";
import { type Candidate, carve, isFilm, joinRanges } from "#examination/carving";
import { openHeaderFinder } from "#examination/carving/node";
import { type CarveArea, carveAreas } from "./carve-areas.node.ts";
import type {
  AreaMessage,
  CarveTask,
  FoundEndMessage,
  FoundMessage,
  SearchedMessage,
  UnreadMessage,
} from "./carve-message.node.ts";
import type { ChildVoice } from "./child-says.node.ts";

import type { Medium } from "./medium.ts";
import { readThrough } from "./read-through.node.ts";
import { tellPiece } from "./tell-piece.node.ts";
import type { WalkGuard } from "./walk-guard.node.ts";

interface Carving {
  task: CarveTask;
  guard: WalkGuard;
  voice: ChildVoice;
}

/** Searches all areas of a medium from a place on, and tells what it finds. */
export function readCarved(medium: Medium, { task, guard, voice }: Carving): void {
  const finder = openHeaderFinder();
  let number = 0;
  for (const area of carveAreas(medium, { guard, files: task.files })) {
    const own = number++;
    if (own < task.from.area || area.read.sizeBytes === 0) continue;
    const { what, read, grainBytes } = area;
    const begin: AreaMessage = { kind: "area", area: own, what, sizeBytes: read.sizeBytes };
    voice.json(begin);
    const fromByte = own === task.from.area ? task.from.byte : 0;
    // What is left behind a file's end begins at any byte.
    const everyBytes = what === "slack" ? 1 : task.everyBytes;
    const steps = carve(read, { finder, grainBytes, everyBytes, fromByte });
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) {
      voice.beat();
      if (step.value.kind === "candidate") tellFound(area, step.value, { own, task, voice });
      else {
        const searched: SearchedMessage = { kind: "searched", area: own, count: step.value.count };
        voice.json(searched);
      }
    }
    const unreadBytes = step.value.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    const unread: UnreadMessage = { kind: "unread", unreadBytes };
    voice.json(unread);
  }
}

/** The place of a candidate. */
export function carvedChain(area: CarveArea, candidate: Candidate): Uint8Array[] {
  const [first] = candidate.pieces.flatMap((piece) => area.piecesOf(piece));
  return [...area.chain, utf8(`${area.named}@${first?.startByte ?? 0}`)];
}

/** A candidate, its digest, and its bytes. */
export function tellFound(
  area: CarveArea,
  { candidate, number, outer }: { candidate: Candidate; number: number; outer: number | null },
  { own, task, voice }: { own: number; task: Pick<CarveTask, "filmBytes">; voice: ChildVoice },
): void {
  const read = joinRanges(area.read, candidate.pieces);
  const hash = createHash("sha256");
  readThrough(read, { onPiece: (piece) => void hash.update(piece) });
  const pieces = candidate.pieces.flatMap((piece) => area.piecesOf(piece));
  const message: FoundMessage = {
    ...{ kind: "found", area: own, what: area.what, number, outer, sha256: hash.digest("hex") },
    chain: carvedChain(area, candidate).map((link) => toHex(link)),
    candidate: { ...candidate, pieces },
  };
  voice.json(message);
  const isTold = task.filmBytes || !isFilm(candidate.format);
  const unread = isTold ? readThrough(read, { onPiece: (piece) => tellPiece(piece, voice) }) : [];
  const end: FoundEndMessage = { kind: "found-end", unread };
  voice.json(end);
}
