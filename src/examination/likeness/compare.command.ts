import type { Command, CommandRequest } from "#base/commandline";
import { toHex } from "#base/values";
import { number } from "#base/words";
import { distanceBits } from "./distance-bits.ts";
import { type FileFingerprint, fileFaultText, fileRecord, fingerprintFile } from "./file-fingerprint.node.ts";
import { openFingerprints, type PictureFingerprint } from "./fingerprints.node.ts";
import { hashOf, TRANSFORMS, type Transform } from "./pdq-bits.ts";
import { robustNearest } from "./robust-compare.ts";
import { LIKENESS } from "./thresholds.ts";
import { compareVideos, type FrameHash, VIDEO_THRESHOLDS } from "./video-likeness.ts";
import { sayLikeness } from "./words.ts";

const NO_ANSWER = 65;
const SPANS_SHOWN = 20;

/** `phum likeness compare A B`: in how many bits two pictures' fingerprints differ, also where one was turned or mirrored. */
export const likenessCompare: Command = {
  path: ["likeness", "compare"],
  positionals: { name: "FILE", min: 2, max: 2 },
  options: { json: {}, robust: {} },
  help: (language) => ({
    summary: sayLikeness(language, "help.compare"),
    options: { json: sayLikeness(language, "help.json"), robust: sayLikeness(language, "help.robust") },
  }),
  run: async (request) => {
    const fingerprints = openFingerprints({ robust: request.flag("robust") && "both" });
    try {
      const files = request.positionals.map((file) => ({ file, path: request.path(file) }));
      const [a, b] = await Promise.all(files.map((file) => fingerprintFile(file, fingerprints, "exact")));
      if (a === undefined || b === undefined) throw new RangeError("Cannot compare: two files are needed");
      return answer(request, a, b);
    } finally {
      fingerprints.close();
    }
  },
};

function answer(request: CommandRequest, a: FileFingerprint, b: FileFingerprint): number {
  const { language } = request;
  if ("video" in a.found && "video" in b.found) return videoAnswer(request, a.found.frames, b.found.frames);
  const comparison = isPicture(a.found) && isPicture(b.found) ? comparedPictures(a.found, b.found) : undefined;
  if (request.flag("json")) {
    request.out(JSON.stringify({ a: fileRecord(a), b: fileRecord(b), ...(comparison ?? { distance: null }) }));
    return comparison === undefined ? NO_ANSWER : 0;
  }
  for (const { file, found } of [a, b]) {
    if ("fault" in found) request.err(`${file}: ${fileFaultText(language, found.fault)}`);
    else if ("video" in found) request.err(sayLikeness(language, "compare.video", { file }));
    else request.out(`${toHex(found.hash)}  ${String(found.quality).padStart(3)}  ${file}`);
  }
  if (comparison === undefined) return NO_ANSWER;
  const { distance, transform, alike, threshold } = comparison;
  const turned = sayLikeness(language, `transform.${transform}`);
  request.out(sayLikeness(language, "compare.distance", { distance, turned }));
  if (comparison.parts !== undefined) request.out(sayLikeness(language, "compare.parts", comparison.parts));
  request.out(sayLikeness(language, `compare.${alike}`, { threshold, quality: LIKENESS.quality }));
  return 0;
}

function isPicture(found: FileFingerprint["found"]): found is PictureFingerprint {
  return "values" in found;
}

/** How much of each video is met in the other; in either direction one may be a clip of the other. */
function videoAnswer(request: CommandRequest, a: FrameHash[], b: FrameHash[]): number {
  const { language } = request;
  const { knownPercent, queryPercent, nearestBits, spans, alike } = compareVideos(a, b);
  const clip = queryPercent >= VIDEO_THRESHOLDS.knownPercent;
  if (request.flag("json")) {
    const percents = { ofFirst: queryPercent, ofSecond: knownPercent };
    request.out(
      JSON.stringify({ ...percents, nearestBits, spans, alike: alike || clip, thresholds: VIDEO_THRESHOLDS }),
    );
    return 0;
  }
  const [first, second] = [queryPercent, knownPercent].map((percent) => number(language, Math.floor(percent)));
  request.out(sayLikeness(language, "compare.videos", { first: first ?? "", second: second ?? "" }));
  for (const { fromMs, toMs, frames } of spans.slice(0, SPANS_SHOWN)) {
    const [from, to] = [fromMs, toMs].map((ms) => (ms / 1000).toFixed(1));
    request.out(`  ${sayLikeness(language, "compare.span", { from: from ?? "", to: to ?? "", frames })}`);
  }
  const { distanceBits: bits, quality, knownPercent: percent } = VIDEO_THRESHOLDS;
  request.out(
    sayLikeness(language, alike || clip ? "compare.videos-yes" : "compare.videos-no", { bits, quality, percent }),
  );
  return 0;
}

interface Comparison {
  distance: number;
  /** What would be done to the first picture to get the second. */
  transform: Transform;
  /** "unsure": one of the two has too little in it to tell. */
  alike: "yes" | "no" | "unsure";
  threshold: number;
  /** Which parts of the two are so near, where parts were asked for and the wholes are farther apart. */
  parts?: { first: string; second: string };
}

function comparedPictures(a: PictureFingerprint, b: PictureFingerprint): Comparison {
  const distances = TRANSFORMS.map((transform) => distanceBits(hashOf(a.values, transform), b.hash));
  const distance = Math.min(...distances);
  const transform = TRANSFORMS[distances.indexOf(distance)] ?? "none";
  const byParts = partsCompared(a, b);
  if (byParts !== undefined && byParts.distance < distance && byParts.distance <= LIKENESS.distanceBits) return byParts;
  const near = distance <= LIKENESS.distanceBits ? "yes" : "no";
  const alike = Math.min(a.quality, b.quality) < LIKENESS.quality ? "unsure" : near;
  return { distance, transform, alike, threshold: LIKENESS.distanceBits };
}

/** The nearest parts of two pictures; either may be a part of the other. */
function partsCompared({ parts: a }: PictureFingerprint, { parts: b }: PictureFingerprint): Comparison | undefined {
  if (a === undefined || b === undefined) return undefined;
  const there = robustNearest(b.query, a.entry);
  const back = robustNearest(a.query, b.entry);
  if (there === undefined || back === undefined) return undefined;
  const threshold = LIKENESS.distanceBits;
  if (there.distance <= back.distance) {
    const { distance, transform, queryPart, entryPart } = there;
    return { distance, transform, alike: "yes", threshold, parts: { first: entryPart, second: queryPart } };
  }
  const { distance, transform, queryPart, entryPart } = back;
  const parts = { first: queryPart, second: entryPart };
  return { distance, transform: inverse(transform), alike: "yes", threshold, parts };
}

/** What undoes a transform: quarter turns exchange, all others undo themselves. */
function inverse(transform: Transform): Transform {
  if (transform === "rotate90") return "rotate270";
  return transform === "rotate270" ? "rotate90" : transform;
}
