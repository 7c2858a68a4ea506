import type { Command, CommandRequest } from "#base/commandline";
import { readPublicKey } from "#base/signing";
import { type Language, size } from "#base/words";
import { CATEGORIES } from "#examination/evidence";
import { optionFault } from "./build-dates.ts";
import { type BuildProgress, type Built, buildFilter, LEAST_BLOCKS_PER_FILE } from "./build-filter.node.ts";
import { pathText } from "./build-names.ts";
import { agencyOf, helpOf, pathOf, RELEASE_OPTIONS, releaseOptionsOf, SIGNING_OPTIONS } from "./build-request.node.ts";
import type { InputNote } from "./build-whole.node.ts";
import { filtersFault } from "./faults.ts";
import { isPlainText } from "./filter-header-check.ts";
import { openKeptHashes } from "./kept-hashes.node.ts";
import { likenessLines } from "./likeness-lines.ts";
import type { LikenessWish } from "./likeness-wish.ts";
import { listsLines } from "./list-lines.ts";
import { digestsOf } from "./list-request.ts";
import { sayFilters } from "./words.ts";

const NAME = "build";
const OPTIONS = {
  name: { value: "NAME", required: true },
  agency: { value: "NAME", required: true },
  category: { value: "CATEGORY", required: true },
  recipient: { value: "RECIPIENT", required: true, multiple: true },
  ...SIGNING_OPTIONS,
  out: { value: "FILE", required: true },
  "known-good": { value: "PATH", multiple: true },
  "keep-hashes": { value: "FILE" },
  "max-blocks-per-file": { value: "N" },
  "set-key-from": { value: "FILE" },
  likeness: { value: "LIST", multiple: true },
  benign: { value: "LIST", multiple: true },
  withdraw: { value: "LIST", multiple: true },
  fingerprint: {},
  robust: {},
  words: { value: "FILE", multiple: true },
  earlier: { value: "FILTER", multiple: true },
  decide: { value: "ENTRY=WORD", multiple: true },
  trust: { value: "KEY", multiple: true },
  digests: { value: "ROLE=FILE", multiple: true },
  ...RELEASE_OPTIONS,
} as const;

/** `phum filter build`: a filter from originals. Says what is listed and what is not, and why. Last line: the file's SHA-256. */
export const filterBuild: Command = {
  path: ["filter", NAME],
  positionals: { name: "PATH", min: 0, max: Number.MAX_SAFE_INTEGER },
  options: OPTIONS,
  help: (language) => helpOf(language, NAME, OPTIONS),
  run: async (request) => {
    const about = aboutOf(request);
    const maxBlocksPerFile = limitOf(request);
    const out = pathOf(request, "out") ?? "";
    const keepHashes = pathOf(request, "keep-hashes");
    const agency = await agencyOf(request);
    const setKeyFrom = pathOf(request, "set-key-from");
    const setKey = setKeyFrom === undefined ? undefined : await setKeyOf(setKeyFrom, agency);
    const digests = digestsOf(request, NAME);
    const likeness = likenessOf(request, digests.length > 0);
    let links = 0;
    const built = await buildFilter({
      inputs: request.positionals.map(request.path),
      knownGood: request.texts("known-good").map(request.path),
      about,
      agency,
      recipients: request.texts("recipient"),
      out,
      keepHashes,
      likeness,
      ...(digests.length > 0 && { digests }),
      ...(maxBlocksPerFile !== undefined && { maxBlocksPerFile }),
      signal: request.signal,
      nowMs: request.nowMs(),
      ...(setKey && { keys: { setKey } }),
      onProgress: (progress) => request.live(progressLine(request.language, progress)),
      onNote: (note) => {
        if (note.kind === "link") links++;
        else request.out(noteLine(request.language, note));
      },
    });
    if (links > 0) request.out(sayFilters(request.language, "out.links", { count: links }));
    report(request, built);
    const { language } = request;
    if (keepHashes !== undefined) request.out(sayFilters(language, "out.kept-hashes", { path: keepHashes }));
    request.out(sayFilters(language, "out.written", { path: out, size: size(language, built.written.sizeBytes) }));
    request.out(built.written.digest);
    return 0;
  },
};

function aboutOf(request: CommandRequest): Parameters<typeof buildFilter>[0]["about"] {
  const given = request.text("category") ?? "";
  const category = CATEGORIES.find((name) => name === given);
  if (category === undefined) throw optionFault(NAME, "category", given);
  const about = {
    name: request.text("name") ?? "",
    agency: request.text("agency") ?? "",
    category,
    ...releaseOptionsOf(request, NAME),
  };
  for (const option of ["name", "agency", "release"] as const) {
    if (!isPlainText(about[option])) throw optionFault(NAME, option, about[option]);
  }
  return about;
}

/** What is asked for of perceptual fingerprints; without originals there must be a list. */
function likenessOf(request: CommandRequest, hasDigests: boolean): LikenessWish | undefined {
  const paths = (option: string): string[] => request.texts(option).map(request.path);
  const [likeness, benign, withdraw] = [paths("likeness"), paths("benign"), paths("withdraw")];
  const fingerprint = request.flag("fingerprint");
  if (request.positionals.length === 0 && likeness.length === 0 && !hasDigests) {
    throw filtersFault("filter/no-input", "Neither originals nor a list of fingerprints were given");
  }
  const words = wordsOf(request);
  const asked = fingerprint || words !== undefined || [likeness, benign, withdraw].some(({ length }) => length > 0);
  const robust = request.flag("robust") && { robust: true };
  return asked ? { likeness, benign, withdraw, fingerprint, ...robust, ...(words && { words }) } : undefined;
}

/** Officers' words; the options that belong to them mean nothing without. */
function wordsOf(request: CommandRequest): LikenessWish["words"] {
  const [files, earlier] = [request.texts("words"), request.texts("earlier")].map((paths) => paths.map(request.path));
  const decide = request.texts("decide");
  const trust = request.texts("trust").map(readPublicKey);
  if (files !== undefined && files.length > 0) return { files, earlier: earlier ?? [], decide, trust };
  for (const option of ["earlier", "decide", "trust"] as const) {
    const [given] = request.texts(option);
    if (given !== undefined) throw optionFault(NAME, option, given);
  }
  return undefined;
}

function limitOf(request: CommandRequest): number | undefined {
  const given = request.text("max-blocks-per-file");
  if (given === undefined) return undefined;
  const limit = /^\d{1,9}$/.test(given) ? Number(given) : 0;
  if (limit < LEAST_BLOCKS_PER_FILE) throw optionFault(NAME, "max-blocks-per-file", given);
  return limit;
}

async function setKeyOf(path: string, agency: Parameters<typeof openKeptHashes>[1]): Promise<Uint8Array> {
  const kept = await openKeptHashes(path, agency);
  try {
    return kept.setKey();
  } finally {
    kept.close();
  }
}

function progressLine(language: Language, { stage, done, total }: BuildProgress): string {
  if (stage === "looking") return sayFilters(language, "stage.looking");
  if (stage === "reading") {
    return sayFilters(language, "stage.reading", { done: size(language, done), total: size(language, total) });
  }
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return sayFilters(language, `stage.${stage}`, { percent });
}

function noteLine(language: Language, note: Exclude<InputNote, { kind: "link" }>): string {
  const path = pathText(note.path);
  if (note.kind === "whole") {
    const key = note.missed && note.kept >= 3 ? "note.whole-missed" : "note.whole-few";
    return sayFilters(language, key, { path, kept: note.kept });
  }
  if (note.kind === "cannot") return sayFilters(language, `note.cannot.${note.why}`, { path });
  return sayFilters(language, `note.trouble.${note.why}`, { path });
}

function report({ language, out }: CommandRequest, built: Built): void {
  const { header } = built.written;
  const bytes = size(language, header.inputBytes);
  const { files, copies, knownGoodFiles: good, whole, blocks } = built;
  if (built.resumed) out(sayFilters(language, "out.resumed"));
  out(sayFilters(language, "out.inputs", { files, bytes, copies, good }));
  const listed = size(language, header.listedBytes);
  out(sayFilters(language, "out.kept", { kept: header.keys, listed, bytes, whole }));
  const dropped = Object.entries(built.dropped) as [keyof Built["dropped"], number][];
  if (dropped.length > 0) out(sayFilters(language, "out.dropped", { blocks }));
  for (const [rule, count] of dropped) out(`  ${sayFilters(language, `rule.${rule}`, { count })}`);
  if (built.likeness !== undefined) for (const line of likenessLines(language, built.likeness)) out(line);
  if (built.lists !== undefined) for (const line of listsLines(language, built.lists)) out(line);
  const { aligned, allPhases } = header.falseHitsPerTib;
  out(sayFilters(language, "out.false-hits", { aligned: aligned.toPrecision(2), allPhases: allPhases.toPrecision(2) }));
}
