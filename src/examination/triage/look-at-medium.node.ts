import { realpathSync, statSync } from "node:fs";
import { Fault } from "#base/faults";
import { fromHex, toHex } from "#base/values";
import type { Language } from "#base/words";
import { type Notice, notice } from "#examination/evidence";
import { type OpenImage, problemText, type Refusal, refusalText } from "#examination/images";
import { evidenceMedium } from "#examination/opening/node";
import type { SourceLook } from "#examination/sources";
import { lookAtContainer, lookAtSource } from "#examination/sources/node";
import { askMedium } from "./ask-medium.node.ts";
import type { ContainerAnswer } from "./medium-message.ts";
import type { Run } from "./reading.ts";
import { unreadRanges } from "./unread-ranges.ts";

/** No disk is larger: a container that says so lies, and a plan for it would not end. */
const DISK_MOST_BYTES = 2 ** 47;

/** A source, and what is to be said where it is a container. */
export interface MediumLook {
  look: SourceLook;
  /** Why nothing of it can be examined: a short name, alike in every language. */
  notExaminable: string | null;
  refusal: Refusal | null;
  /** A packed file is read as it stands, and never green: the kind of packing. */
  packed: string | null;
  /** Segments are missing: whoever took them away knew which. */
  incomplete: boolean;
  notices: Notice[];
  problems: OpenImage["problems"];
  /** Ranges of the disk that are known to be unreadable. */
  unread: Run[];
}

/**
 * Looks at a source; an image file is opened by a limited child first, to learn whether it is a container.
 *
 * @throws {Fault} Those of lookAtSource, but never source/unsupported-format: such an image is amber, with its name.
 */
export async function lookAtMedium(path: string): Promise<MediumLook> {
  const { look, format } = await lookOrFormat(path);
  const file = imageFile(path);
  if (file === null) return plain(look ?? (await lookAtSource(path)));
  const outcome = await askMedium({ medium: await evidenceMedium(path), task: { verb: "look" } });
  const answer = outcome.answer?.kind === "container" ? outcome.answer.answer : undefined;
  const why = outcome.lost[0]?.why ?? outcome.how;
  if (answer?.kind === "image" && !answer.raw) {
    if (answer.sizeBytes > DISK_MOST_BYTES) return refusedLook(file, answer.format, { answer, why: "size" });
    return containerLook(file, answer);
  }
  if (answer?.kind === "logical") return logicalLook(file, answer);
  if (look !== null && (answer === undefined || answer.kind === "image" || ofRaw(answer))) {
    return { ...plain(look), packed: packedAs(answer) };
  }
  return refusedLook(file, format ?? "", { answer, why: `reader ${why}` });
}

/** The look, or the name of the container that stands against it. */
async function lookOrFormat(path: string): Promise<{ look: SourceLook | null; format: string | null }> {
  try {
    return { look: await lookAtSource(path), format: null };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "source/unsupported-format") throw error;
    return { look: null, format: String(error.values["format"] ?? "") };
  }
}

/** A regular file's path without links; null for anything else. */
function imageFile(path: string): Uint8Array | null {
  const real = realpathSync(path, { encoding: "buffer" });
  return statSync(real).isFile() ? real : null;
}

function plain(look: SourceLook): MediumLook {
  const nothing = { notExaminable: null, refusal: null, packed: null, incomplete: false };
  return { look, ...nothing, notices: [], problems: [], unread: [] };
}

/** Refusals that sources has said in its own way, or that say nothing against the bytes themselves. */
function ofRaw(answer: ContainerAnswer): boolean {
  return answer.kind === "refused" && ["empty", "segment-missing", "packed"].includes(answer.refusal.refused);
}

function packedAs(answer: ContainerAnswer | undefined): string | null {
  if (answer?.kind !== "refused" || answer.refusal.refused !== "packed") return null;
  return String(answer.refusal.values["format"]);
}

function containerLook(file: Uint8Array, answer: Extract<ContainerAnswer, { kind: "image" }>): MediumLook {
  const { format, sizeBytes, unread, badSectors, problems } = answer;
  const look = lookAtContainer(filePaths(file, answer.files), { format, sizeBytes });
  return {
    ...plain(look),
    problems,
    incomplete: problems.some(({ what }) => what === "missing-segments"),
    notices: containerNotices(answer),
    unread: [...unread, ...badSectors].map(rangeOf),
  };
}

/** Files without a disk: a folder in an image. */
function logicalLook(file: Uint8Array, answer: Extract<ContainerAnswer, { kind: "logical" }>): MediumLook {
  const { format, problems } = answer;
  const look = lookAtContainer(filePaths(file, answer.files), { format, sizeBytes: statSync(Buffer.from(file)).size });
  return {
    ...plain({ ...look, spec: { kind: "folder", pathBytes: toHex(file), container: format }, medium: "folder" }),
    problems,
    incomplete: problems.some(({ what }) => what === "missing-segments"),
    notices: containerNotices({ format, problems, badSectors: [] }),
  };
}

/** An image's files, the one that was asked for first. */
function filePaths(file: Uint8Array, names: readonly string[]): Uint8Array[] {
  const folder = file.subarray(0, file.lastIndexOf(0x2f) + 1);
  const name = toHex(file.subarray(folder.length));
  const others = names.filter((other) => other !== name);
  return [file, ...others.map((other) => Buffer.concat([folder, fromHex(other)]))];
}

function rangeOf({ startByte, lengthBytes }: { startByte: number; lengthBytes: number }): Run {
  return { offsetBytes: startByte, lengthBytes };
}

type ContainerFacts = Pick<Extract<ContainerAnswer, { kind: "image" }>, "format" | "badSectors" | "problems">;

function containerNotices({ format, badSectors, problems }: ContainerFacts): Notice[] {
  const missing = problems.find(({ what }) => what === "missing-segments")?.values["segments"];
  const lostBytes = badSectors.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const [first] = problems;
  return [
    notice("image-container", { format }),
    ...(missing === undefined ? [] : [notice("segments-missing", { first: Number.parseInt(String(missing), 10) })]),
    ...(lostBytes > 0 ? [notice("acquisition-errors", { lostBytes })] : []),
    ...(first === undefined ? [] : [notice("image-problems", { count: problems.length, first: first.place })]),
  ];
}

/** A container that is not read: its files are all that is known of it. */
function refusedLook(
  file: Uint8Array,
  format: string,
  { answer, why }: { answer: ContainerAnswer | undefined; why: string },
): MediumLook {
  const refusal = answer?.kind === "refused" ? answer.refusal : null;
  const said = refusal?.refused ?? why;
  const name = format === "" ? said : `${format} (${said})`;
  const look = lookAtContainer([file], {
    format: format === "" ? said : format,
    sizeBytes: statSync(Buffer.from(file)).size,
  });
  return { ...plain(look), notExaminable: name, refusal, notices: [notice("image-refused", { name })] };
}

/** What the officer is told of a container before reading begins, at most ten sentences. */
export function mediumSentences(language: Language, medium: MediumLook | undefined): string[] {
  if (medium === undefined) return [];
  const { refusal, problems } = medium;
  const refused = refusal === null ? [] : [refusalText(language, refusal)];
  return [...refused, ...problems.map((problem) => problemText(language, problem))].slice(0, 10);
}

/** A new reading's state: what is known to be unreadable is not tried. */
export function knownUnread({ unread }: MediumLook): Record<string, string> {
  const ranges = unreadRanges();
  for (const run of unread) ranges.add("input-error", run);
  return ranges.toState();
}
