// Entry of the child that reads media for an examination: what container an image is, where its media files would be probed, in which
// files hits stand. It parses under the walls and the guard of opening's readers (docs/design/0020-limited-child.md).
import { fromHex, toHex } from "#base/values";
import { formatText, isRefusal, type OpenImage, type Refusal } from "#examination/images";
import { type GuardedRequest, type GuardedWork, guardedChild, type Medium, mediumOf } from "#examination/opening/node";
import { guidedPlaces } from "./guide-walk.node.ts";
import { serveMedia } from "./media-serving.node.ts";
import type { ContainerAnswer, DigestedFile, DigestsTask, MediumAnswer, MediumTask } from "./medium-message.ts";
import { standingsIn, volumeRows } from "./standing-walk.node.ts";
import { digestFiles, wholeSizes } from "./whole-walk.node.ts";

/** Of ranges and problems; what lies behind them is read when it is met. */
const TOLD_MOST = 100_000;
const FILES_AT_ONCE = 200;
const TELL_MS = 500;

guardedChild<GuardedRequest & MediumTask>((request, given) => {
  if (request.verb === "media") {
    const { guard, voice } = given;
    serveMedia({ medium: opened(request, given), guard, voice, most: request.most });
  } else given.voice.json(answerOf(request, given));
});

type Request<Verb extends MediumTask["verb"]> = GuardedRequest & Extract<MediumTask, { verb: Verb }>;

function opened(
  { name, medium }: Request<"media" | "places" | "guide" | "sizes" | "digests">,
  { image, guard }: GuardedWork,
): Medium {
  if (isRefusal(image)) throw new Error(`The image is refused: ${image.refused}`);
  const { kind, place } = medium;
  return mediumOf(image, { name: fromHex(name), place, kind, close: () => undefined, guard });
}

function answerOf(
  request: Request<"look" | "places" | "guide" | "sizes" | "digests">,
  given: GuardedWork,
): MediumAnswer {
  const { image, guard } = given;
  if (request.verb === "look") return { kind: "container", answer: containerAnswer(image) };
  const medium = opened(request, given);
  if (request.verb === "guide") return { kind: "guide", ...guidedPlaces(medium, { most: request.most, guard }) };
  if (request.verb === "sizes") return { kind: "sizes", sizes: wholeSizes(medium, guard) };
  if (request.verb === "digests") return filesAnswer(medium, request, given);
  const { offsets } = request;
  return { kind: "places", ...standingsIn(medium, { offsets, guard }), volumes: volumeRows(medium) };
}

/** Tells files by the dozen, so that what ends this reader costs no more than that. */
function filesAnswer(medium: Medium, { sizes, algorithms }: DigestsTask, { guard, voice }: GuardedWork): MediumAnswer {
  let files: DigestedFile[] = [];
  let [unread, toldMs] = [0, performance.now()];
  digestFiles(medium, { sizes: new Set(sizes), algorithms, guard }, (file, position) => {
    if (file === null) unread++;
    else files.push(file);
    if (!guard.isCareful() && files.length < FILES_AT_ONCE && performance.now() - toldMs < TELL_MS) return;
    const { tree, entries } = position;
    // Other streams of the same entry may follow: it is told anew then, and counted once by its place.
    voice.json({ kind: "files", files, unread, position: { tree, entries } });
    [files, unread, toldMs] = [[], 0, performance.now()];
  });
  return { kind: "files", files, unread };
}

function containerAnswer(image: OpenImage | Refusal): ContainerAnswer {
  if (isRefusal(image)) return { kind: "refused", refusal: image };
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
