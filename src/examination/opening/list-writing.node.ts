import { DFXML_END, DFXML_VOLUME_END, dfxmlFile, dfxmlStart, dfxmlVolume } from "./dfxml-document.ts";
import { innerJson, innerText, insideLines } from "./list-inside.node.ts";
import { entryRecord, mediumRecords, problemRecord } from "./list-json.ts";
import { entryLines, mediumLines, problemLines } from "./list-lines.ts";
import type { Medium, TreePlace } from "./medium.ts";
import type { ListTask } from "./reader-message.node.ts";
import { streamDigests } from "./stream-digests.node.ts";
import type { GuardedEntry } from "./walk-guard.node.ts";
import { treesOf, type WalkWishes } from "./walk-medium.ts";
import type { WalkPosition } from "./walk-state.ts";

/** Where a list goes, and how its medium is walked. */
export interface ListWriting {
  /** @param reached What was listed once the line is said. */
  line(text: string, reached: WalkPosition): void;
  walk(trees: Iterable<TreePlace>, wishes: WalkWishes): Generator<GuardedEntry>;
  from: WalkPosition;
  /** Said while nothing is written. */
  beat(): void;
}

/** Writes what is on a medium, from a position on. */
export function writeList(medium: Medium, task: ListTask, writing: ListWriting): void {
  WRITERS[task.format](medium, task, writing);
}

const WRITERS: Record<ListTask["format"], typeof writeList> = { text: writeText, json: writeJson, dfxml: writeDfxml };

function writeText(medium: Medium, { deleted, inside, language, begun }: ListTask, writing: ListWriting): void {
  const { line, walk, from, beat } = writing;
  const before = problemLines(medium, language);
  if (!begun) for (const text of mediumLines(medium, language)) line(text, from);
  for (const found of walk(treesOf(medium), { deleted })) {
    if (found.given) continue;
    // Looked into before anything of it is said: what goes on behind it has all of its lines.
    const inner = inside ? insideLines(found, innerText(found.entry.id, language), beat) : [];
    for (const text of [...entryLines(found, language), ...inner]) line(text, behind(found));
  }
  // Some problems are seen only while walking.
  for (const text of problemLines(medium, language)) if (!before.includes(text)) line(text, END);
}

function writeJson(medium: Medium, { deleted, inside, hashing, begun }: ListTask, writing: ListWriting): void {
  const { line, walk, from, beat } = writing;
  if (!begun) for (const record of mediumRecords(medium)) line(JSON.stringify(record), from);
  for (const found of walk(treesOf(medium), { deleted })) {
    if (found.given) continue;
    const record = entryRecord(found, (stream) =>
      hashing && !found.closed ? streamDigests(medium, stream, ["md5", "sha1", "sha256"]) : null,
    );
    const inner = inside ? insideLines(found, innerJson(found.entry.id), beat) : [];
    for (const text of [JSON.stringify(record), ...inner]) line(text, behind(found));
  }
  line(JSON.stringify(problemRecord(medium)), END);
}

function writeDfxml(medium: Medium, task: ListTask, { line, walk, from }: ListWriting): void {
  const { deleted, hashing, begun, command, startedMs } = task;
  const trees = [...treesOf(medium)];
  // What ends one volume and begins the next is one line, so that a list that goes on knows which one is open.
  const start = (index: number): string[] =>
    trees.slice(index, index + 1).flatMap((at) => dfxmlVolume(at.volume, at.tree));
  if (!begun) line([...dfxmlStart(medium, { command, startedMs }), ...start(0)].join("\n"), from);
  let [open, id] = [begun ? from.tree : 0, 0];
  const openUntil = (tree: number): void => {
    while (open < tree) line([DFXML_VOLUME_END, ...start(++open)].join("\n"), { tree: open, entries: 0 });
  };
  for (const found of walk(trees, { deleted })) {
    const { volume, entry, closed, position, given } = found;
    if (!given) openUntil(position.tree);
    for (const stream of entry.streams.length === 0 ? [null] : entry.streams) {
      id++;
      if (given) continue;
      const digests = stream === null || !hashing || closed ? null : streamDigests(medium, stream, ["md5", "sha1"]);
      line(dfxmlFile({ volume, entry, stream, digests, id }), behind(found));
    }
  }
  openUntil(trees.length - 1);
  line([...(trees.length > 0 ? [DFXML_VOLUME_END] : []), DFXML_END].join("\n"), END);
}

/** Everything was given. */
const END: WalkPosition = { tree: 0xffff_ffff, entries: 0 };

function behind({ position: { tree, entries } }: GuardedEntry): WalkPosition {
  return { tree, entries: entries + 1 };
}
