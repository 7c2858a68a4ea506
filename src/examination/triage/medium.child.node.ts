// Entry of the child that opens media: the only process besides the engine that reads foreign bytes, and the only one that
// reads file systems. It may read Phum's own folder and the image's, write nowhere, start nothing; whoever starts it limits its
// time and memory, and goes on without it where it ends. One JSON line in, JSON lines out.
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { fromHex, toHex } from "#base/values";
import { formatText, isRefusal, type OpenImage } from "#examination/images";
import { type Medium, mediumOf, openImageAt } from "#examination/opening/node";
import type { ByteSource } from "#examination/sources";
import { adoptSource, openSource } from "#examination/sources/node";
import { guidedPlaces } from "./guide-walk.node.ts";
import type {
  ContainerAnswer,
  GuideRequest,
  MediumFault,
  MediumLine,
  MediumRequest,
  PlacesRequest,
} from "./medium-message.ts";
import { standingsIn, volumeRows } from "./standing-walk.node.ts";

const BEAT_MS = 500;
/** Buffers are outside of V8's own limit. */
const MEMORY_MOST_BYTES = 900 << 20;
/** Of ranges and problems; what lies behind them is read when it is met. */
const TOLD_MOST = 100_000;

let beatMs = performance.now();

createInterface({ input: process.stdin }).once("line", (line) => {
  const request: MediumRequest = JSON.parse(line);
  if (request.verb === "look") write({ kind: "container", answer: containerAt(fromHex(request.path)) });
  else write(request.verb === "guide" ? guideOf(request) : placesOf(request));
  process.exit(0);
});

function containerAt(path: Uint8Array): ContainerAnswer {
  const opened = openImageAt(path);
  if (isRefusal(opened)) return { kind: "refused", refusal: opened };
  const { image } = opened;
  const format = formatText(image);
  const files = image.files.map((name) => toHex(name));
  if (image.entries !== undefined) {
    return { kind: "logical", format, files, problems: image.problems.slice(0, TOLD_MOST) };
  }
  return {
    kind: "image",
    raw: image.format === "raw",
    ...{ format, sizeBytes: image.media.sizeBytes, files },
    unread: image.unread.slice(0, TOLD_MOST),
    badSectors: image.acquisition.badSectors.slice(0, TOLD_MOST),
    problems: image.problems.slice(0, TOLD_MOST),
  };
}

function placesOf(request: PlacesRequest): MediumLine {
  const { offsets, skip, fault } = request;
  const medium = openedFor(request);
  const onTree = (tree: string): void => {
    write({ kind: "tree", tree });
    if (fault?.tree === tree) strike(fault);
  };
  const found = standingsIn(medium, { offsets, skip, onTree, beat });
  return { kind: "places", ...found, volumes: volumeRows(medium) };
}

function guideOf(request: GuideRequest): MediumLine {
  return { kind: "guide", ...guidedPlaces(openedFor(request), { most: request.most, beat }) };
}

function openedFor(request: PlacesRequest | GuideRequest): Medium {
  const image = imageOf(request);
  const media = watched(image.media);
  const kind = request.source.kind === "device" ? "device" : "image";
  return mediumOf({ ...image, media }, { name: fromHex(request.name), place: "", kind, close: () => undefined });
}

function imageOf({ source, name }: PlacesRequest | GuideRequest): OpenImage {
  const [first] = source.kind === "image" ? source.segments : [];
  if (source.kind === "image" && source.container !== undefined) {
    const opened = openImageAt(fromHex(first?.pathBytes ?? ""));
    if (isRefusal(opened)) throw new Error(`The image is refused: ${opened.refused}`);
    return opened.image;
  }
  return {
    ...{ format: "raw", variant: "", files: [fromHex(name)], unread: [], problems: [] },
    media: source.kind === "image" ? openSource(source) : handedOver(source.sizeBytes),
    acquisition: { hashes: [], badSectors: [], facts: {} },
  };
}

/** The device, through the page cache: what is read here are small things, many times. */
function handedOver(sizeBytes: number): ByteSource {
  return adoptSource({ sizeBytes, parts: [{ startByte: 0, sizeBytes, buffered: 4, direct: null }] });
}

/** Whoever reads is alive; a loop that reads nothing is not. */
function watched({ sizeBytes, readSync }: ByteSource): ByteSource {
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      beat();
      return readSync(view, offsetBytes);
    },
  };
}

function beat(): void {
  const nowMs = performance.now();
  if (nowMs - beatMs < BEAT_MS) return;
  beatMs = nowMs;
  if (process.memoryUsage.rss() > MEMORY_MOST_BYTES) throw new RangeError("Cannot go on: too much memory is in use");
  write({ kind: "beat" });
}

function strike({ how }: MediumFault): never {
  const held: Uint8Array[] = [];
  if (how === "crash") process.abort();
  for (;;) {
    if (how === "memory") {
      held.push(new Uint8Array(1 << 20).fill(held.length));
      beat();
    }
  }
}

function write(line: MediumLine): void {
  let bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  while (bytes.length > 0) bytes = bytes.subarray(writeSome(bytes));
}

function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(1, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    return 0;
  }
}
