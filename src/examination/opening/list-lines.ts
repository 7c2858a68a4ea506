import { type Language, number, size } from "#base/words";
import type { FileEntry, FileStream } from "#examination/filesystems";
import { sayFileSystems } from "#examination/filesystems";
import { formatText, problemText } from "#examination/images";
import { sayVolumes } from "#examination/volumes";
import { chainText, entryChain, treeChain } from "./entry-place.ts";
import type { Medium, MediumVolume } from "./medium.ts";
import type { FoundEntry } from "./walk-medium.ts";
import { sayOpening } from "./words.ts";

const KINDS: Record<FileEntry["kind"], string> = { file: "f", directory: "d", link: "l", other: "o" };

/** What a medium is: its container, its volumes and what is in them, line by line. */
export function mediumLines(medium: Medium, language: Language): string[] {
  const { image, place, scheme } = medium;
  const bytes = size(language, image.media.sizeBytes);
  const lines = [sayOpening(language, "list.medium", { place, format: formatText(image), size: bytes, scheme })];
  for (const volume of medium.volumes) lines.push(...volumeLines(medium, volume, language));
  return [...lines, ...problemLines(medium, language)];
}

function volumeLines(medium: Medium, volume: MediumVolume, language: Language): string[] {
  if (volume.unallocated) return [];
  const at = number(language, volume.startByte);
  const name = volume.links.join("/") || sayOpening(language, "list.whole");
  const facts = { volume: name, at, size: size(language, volume.sizeBytes) };
  if (volume.refused !== null) {
    return [sayOpening(language, "list.refused", { ...facts, why: sayVolumes(language, `refused.${volume.refused}`) })];
  }
  const encrypted =
    volume.encrypted === null
      ? []
      : [sayOpening(language, "list.encrypted", { ...facts, encryption: volume.encrypted })];
  if (volume.trees.length === 0 && encrypted.length === 0) {
    const divided = medium.volumes.some(
      ({ links }) => links.length > volume.links.length && links[0] === volume.links[0],
    );
    return volume.sizeBytes === 0 || divided ? [] : [nothingLine(volume, facts, language)];
  }
  const trees = volume.trees.map((tree) => {
    const root = chainText(treeChain({ medium, volume, tree })).place;
    const label = tree.label ?? (volume.links.length > 1 ? "" : (volume.label ?? ""));
    return sayOpening(language, "list.tree", { ...facts, root, kind: tree.kind, label });
  });
  return [...encrypted, ...trees];
}

function nothingLine(
  { found }: MediumVolume,
  facts: Record<"volume" | "at" | "size", string>,
  language: Language,
): string {
  return found === null
    ? sayOpening(language, "list.nothing", facts)
    : sayOpening(language, "list.found", { ...facts, kind: found });
}

/** Everything that is wrong with container, tables and trees, as far as it is known by now. */
export function problemLines({ image, problems, volumes, place }: Medium, language: Language): string[] {
  const lines = image.problems.map((problem) => problemText(language, problem));
  for (const { startByte, lengthBytes } of image.unread) {
    lines.push(sayOpening(language, "list.unread", { place, from: startByte, to: startByte + lengthBytes }));
  }
  for (const { what, values } of problems) lines.push(sayVolumes(language, `problem.${what}`, values));
  for (const { links, trees } of volumes) {
    for (const tree of trees) {
      const name = [...links, tree.kind].join("/");
      for (const { what, values } of tree.problems)
        lines.push(`${name}: ${sayFileSystems(language, `problem.${what}`, values)}`);
    }
  }
  return lines.map((line) => `! ${line}`);
}

/** One entry and its alternate streams: kind, size, time of change, number, place; what is not present says so. */
export function entryLines(found: FoundEntry, language: Language): string[] {
  const { entry } = found;
  const main = entry.streams.find(({ name }) => name === null) ?? null;
  const others = entry.streams.filter(({ name }) => name !== null);
  return [entryLine(found, main, language), ...others.map((stream) => entryLine(found, stream, language))];
}

function entryLine(found: FoundEntry, stream: FileStream | null, language: Language): string {
  const { entry } = found;
  const { modifiedMs, localTime } = entry.times;
  const time = modifiedMs === undefined ? "-" : timeText(modifiedMs, localTime === true);
  const state =
    entry.state === "allocated"
      ? ""
      : `\t${sayOpening(language, `state.${entry.state}`)}: ${certaintyText(entry, language)}`;
  const columns = [KINDS[entry.kind], String(stream?.sizeBytes ?? 0), time, String(entry.id)];
  return `${columns.join("\t")}\t${chainText(entryChain(found, entry, stream)).place}${state}`;
}

// Files that came together have their times together: most texts are among the last ones.
const SLOTS = 64;
const slotSeconds = new Float64Array(SLOTS).fill(Number.NaN);
const slotTexts: string[] = Array(SLOTS).fill("-");

function certaintyText(entry: FileEntry, language: Language): string {
  const certainty = sayOpening(language, `certainty.${entry.certainty}`);
  return entry.confirmed ? sayOpening(language, "certainty.confirmed", { certainty }) : certainty;
}

/** A time as text; without "Z" where the file system keeps a wall clock of an unknown zone. */
export function timeText(ms: number, local: boolean): string {
  const second = Math.floor(ms / 1000);
  const slot = ((second % SLOTS) + SLOTS) % SLOTS || 0;
  if (slotSeconds[slot] !== second) {
    const date = new Date(second * 1000);
    slotTexts[slot] = Number.isNaN(date.getTime()) ? "-" : date.toISOString().replace(".000Z", "Z");
    slotSeconds[slot] = second;
  }
  const text = slotTexts[slot] ?? "-";
  return local && text !== "-" ? text.slice(0, -1) : text;
}
