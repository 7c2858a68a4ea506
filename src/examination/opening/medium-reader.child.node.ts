// Entry of the reader: the child in which list, extract and verify parse foreign bytes. It may read Phum's own program and the
// descriptors it was given, write nowhere, start nothing and reach no network; whoever starts it limits its memory, watches its
// time, and goes on without the object that ended it. One JSON line in, frames out (child-frame.ts).
import { fromHex } from "#base/values";
import { isRefusal, type OpenImage } from "#examination/images";
import { slice } from "#examination/sources";
import { readCarved } from "./carve-reading.node.ts";
import type { ChildVoice } from "./child-says.node.ts";
import { compareFiles } from "./compare-files.node.ts";
import { readExtract } from "./extract-reading.node.ts";
import { type GuardedWork, guardedChild } from "./guarded-child.node.ts";
import { handedName } from "./handed-folder.node.ts";
import { writeList } from "./list-writing.node.ts";
import { mediumOf } from "./open-medium.node.ts";
import { readThrough } from "./read-through.node.ts";
import type { BytesTask, FactsMessage, PieceMessage, ReaderRequest, RefusedMessage } from "./reader-message.node.ts";
import { tellPiece } from "./tell-piece.node.ts";
import type { WalkGuard } from "./walk-guard.node.ts";

guardedChild<ReaderRequest>(work);

function work(request: ReaderRequest, { image, guard, voice }: GuardedWork): void {
  if (isRefusal(image)) {
    const message: RefusedMessage = { kind: "refused", refusal: image };
    voice.json(message);
    return;
  }
  if (request.verb === "facts") tellFacts(image, voice);
  else if (request.verb === "bytes") tellBytes(image, request, voice);
  else readTrees(image, request, { own: guard, voice });
}

type TreeRequest = Extract<ReaderRequest, { verb: "list" | "extract" | "carve" | "compare" }>;

function readTrees(
  image: OpenImage,
  request: TreeRequest,
  { own: guard, voice }: { own: WalkGuard; voice: ChildVoice },
): void {
  const { medium, walk } = request;
  const own = medium.kind === "image" ? handedName(image, medium.handed) : fromHex(medium.name);
  const name = request.verb === "carve" && request.name !== undefined ? fromHex(request.name) : own;
  const { place, kind } = medium;
  const opened = mediumOf(image, { name, place, kind, close: () => undefined, guard });
  if (request.verb === "extract") {
    readExtract(opened, { task: request, guard, voice });
    return;
  }
  if (request.verb === "carve") {
    readCarved(opened, { task: request, guard, voice });
    return;
  }
  if (request.verb === "compare") {
    compareFiles(opened, { guard, voice });
    return;
  }
  const { from } = walk;
  writeList(opened, request, {
    line: voice.line,
    beat: () => voice.beat(),
    from,
    walk: (trees, wishes) => saying(guard, voice).walk(trees, wishes),
  });
}

/** In a careful walk each line is said before the next step. */
function saying(own: WalkGuard, voice: ChildVoice): Pick<WalkGuard, "walk"> {
  return {
    *walk(trees, wishes) {
      for (const found of own.walk(trees, wishes)) {
        yield found;
        if (own.isCareful()) voice.flush();
      }
    },
  };
}

function tellFacts(image: OpenImage, voice: ChildVoice): void {
  const { format, media, acquisition, unread, problems, entries } = image;
  const facts = { format, sizeBytes: media.sizeBytes, acquisition, unread, problems };
  const message: FactsMessage = { kind: "facts", ...facts, logical: entries !== undefined };
  voice.json(message);
}

/** Pieces of the media, each with what of it could not be read. */
function tellBytes({ media, unread: known, problems }: OpenImage, task: BytesTask, voice: ChildVoice): void {
  const { fromPiece, stride, pieceBytes } = task;
  const told = new Set(problems.map((problem) => JSON.stringify(problem)));
  for (let piece = fromPiece; piece * pieceBytes < media.sizeBytes; piece += stride) {
    const skip = piece === fromPiece ? task.fromByte : 0;
    const hole = task.skipHoles ? holeOver(known, piece * pieceBytes, pieceBytes) : undefined;
    if (hole !== undefined) {
      piece = Math.max(piece, Math.floor((hole.startByte + hole.lengthBytes) / pieceBytes) - stride);
      continue;
    }
    const startByte = piece * pieceBytes + skip;
    const part = slice(media, startByte, pieceBytes - skip);
    const holes = known
      .filter(
        (range) => range.startByte < startByte + part.sizeBytes && range.startByte + range.lengthBytes > startByte,
      )
      .map((range) => {
        const from = Math.max(0, range.startByte - startByte);
        return { startByte: from, lengthBytes: range.startByte + range.lengthBytes - startByte - from };
      });
    const onPiece = (bytes: Uint8Array): void => tellPiece(bytes, voice);
    const bad = readThrough(part, { holes, onPiece });
    const fresh = problems.filter((problem) => !told.has(JSON.stringify(problem)));
    for (const problem of fresh) told.add(JSON.stringify(problem));
    const unread = bad.map((range) => ({ startByte: range.startByte + startByte, lengthBytes: range.lengthBytes }));
    const message: PieceMessage = { kind: "piece", piece, unread, problems: fresh };
    voice.json(message);
  }
}

/** The hole that covers all of a piece. */
function holeOver(
  holes: OpenImage["unread"],
  startByte: number,
  lengthBytes: number,
): OpenImage["unread"][number] | undefined {
  return holes.find(
    (hole) => hole.startByte <= startByte && hole.startByte + hole.lengthBytes >= startByte + lengthBytes,
  );
}
