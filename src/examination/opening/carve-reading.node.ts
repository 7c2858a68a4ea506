import { createHash } from "node:crypto";
import { toHex, utf8 } from "#base/values";
import { type ByteRange, type CarveStep, carve, isHolder, isUndecoded, joinRanges } from "#examination/carving";
import { openHeaderFinder, openInflater } from "#examination/carving/node";
import type { ByteSource } from "#examination/sources";
import { type CarveArea, carveAreas } from "./carve-areas.node.ts";
import type {
  AreaMessage,
  CarveTask,
  FoundEndMessage,
  FoundMessage,
  NamedMessage,
  SearchedMessage,
  UnreadMessage,
} from "./carve-message.node.ts";
import { type CarvedInsides, carvedInsides } from "./carved-insides.node.ts";
import type { ChildVoice } from "./child-says.node.ts";

import { chainText } from "./entry-place.ts";
import type { Medium } from "./medium.ts";
import type { NamedRanges } from "./named-ranges.ts";
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
  const [finder, inflate] = [openHeaderFinder(), openInflater()];
  const insides = carvedInsides(voice, task.filmBytes);
  let number = 0;
  for (const area of carveAreas(medium, { guard, files: task.files })) {
    const own = number++;
    if (own < task.from.area || area.read.sizeBytes === 0) continue;
    const { what, read, grainBytes } = area;
    const begin: AreaMessage = { kind: "area", area: own, what, sizeBytes: read.sizeBytes };
    voice.json(begin);
    insides.nextArea();
    const fromByte = own === task.from.area ? task.from.byte : 0;
    // What is left behind a file's end begins at any byte.
    const everyBytes = what === "slack" ? 1 : task.everyBytes;
    const steps = carve(read, { finder, inflate, grainBytes, everyBytes, fromByte });
    const named = task.files === "all" ? null : (area.listed?.() ?? null);
    // Files are searched within their own walk.
    const isFree = what === "free" || what === "outside";
    const about = (chain: readonly Uint8Array[]): void => void (isFree && guard.about(() => chainText(chain).place));
    about(area.chain);
    const unread = searchArea(steps, { area, own, named, task, voice, insides, about });
    const message: UnreadMessage = {
      kind: "unread",
      unreadBytes: unread.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
    };
    voice.json(message);
  }
}

interface Searching {
  area: CarveArea;
  own: number;
  named: NamedRanges | null;
  task: CarveTask;
  voice: ChildVoice;
  insides: CarvedInsides;
  /** Says what is read now, for the case that it ends this reader. */
  about(chain: readonly Uint8Array[]): void;
}

function searchArea(steps: Generator<CarveStep, readonly ByteRange[]>, searching: Searching): readonly ByteRange[] {
  const { own, voice, insides } = searching;
  let before = 0;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value;
    voice.beat();
    if (step.value.kind === "candidate") tellCandidate(step.value, searching);
    else {
      const { count } = step.value;
      insides.searched(count.searchedBytes - before, count.nextByte);
      before = count.searchedBytes;
      const searched: SearchedMessage = { kind: "searched", area: own, count };
      voice.json(searched);
    }
  }
}

type FoundStep = Extract<CarveStep, { kind: "candidate" }>;

/** A candidate as it is told. */
interface Told extends FoundStep {
  read: ByteSource;
  /** Where it stands in what its chain's last name is. */
  pieces: ByteRange[];
  chain: Uint8Array[];
  sha256: string;
}

/** A candidate, and what is in it where it holds files; what the file system or a file around it gives is left out. */
function tellCandidate(step: FoundStep, searching: Searching): void {
  const { area, task, named, voice, insides, about } = searching;
  const { candidate } = step;
  const [first] = candidate.pieces;
  if (first === undefined) return;
  const holds = isHolder(candidate.format);
  // Whoever looks into files looks into this one by its name.
  if (holds && area.what === "file" && task.files !== "all" && first.startByte === 0) return;
  const pieces = candidate.pieces.flatMap((piece) => area.piecesOf(piece));
  if (named?.names({ ...candidate, pieces }) === true) {
    const message: NamedMessage = { kind: "named" };
    voice.json(message);
    return;
  }
  const read = joinRanges(area.read, candidate.pieces);
  const hash = createHash("sha256");
  readThrough(read, {
    onPiece: (piece) => {
      hash.update(piece);
      voice.beat();
    },
  });
  const sha256 = hash.digest("hex");
  if (insides.knows(first.startByte, sha256)) return;
  const chain = [...area.chain, utf8(`${area.named}@${pieces[0]?.startByte ?? 0}`)];
  // The beginning of an archive is no file: what stands whole in it is told alone.
  if (!holds || candidate.how !== "beginning") tellFound({ ...step, read, pieces, chain, sha256 }, searching);
  if (!holds) return;
  about(chain);
  insides.enter({ chain, read, sha256, startByte: first.startByte, endByte: first.startByte + first.lengthBytes });
  about(area.chain);
}

function tellFound(
  { candidate, number, outer, read, pieces, chain, sha256 }: Told,
  { area, own, task, voice }: Searching,
): void {
  const message: FoundMessage = {
    ...{ kind: "found", area: own, what: area.what, number, outer, sha256 },
    chain: chain.map((link) => toHex(link)),
    candidate: { ...candidate, pieces },
  };
  voice.json(message);
  const isTold = task.filmBytes || !isUndecoded(candidate.format);
  const unread = isTold ? readThrough(read, { onPiece: (piece) => tellPiece(piece, voice) }) : [];
  const end: FoundEndMessage = { kind: "found-end", unread };
  voice.json(end);
}
