// Why two lists of names differ: rules by kind of difference, never by image. What no rule covers is undecided, and the run
// fails for it where it is about an allocated name.
import { createHash } from "node:crypto";
import type { Difference } from "./conformance-compare.ts";
import type { ListedName } from "./conformance-truth.ts";

/** A difference with its decision. */
export interface Decided extends Difference {
  /** Who is right: "ours", "both" (another convention), "theirs" (we lack it), "open". */
  right: "ours" | "both" | "theirs" | "open";
  why: string;
}

interface Rule {
  right: Decided["right"];
  why: string;
  holds(difference: Difference, context: Context): boolean;
}

interface Context {
  /** MD5s the image's author published. */
  published: Set<string>;
  /** Whether our reading has no file system in that volume at all. */
  unread(difference: Difference): boolean;
  /** MD5s of our own names in the same image. */
  own: Set<string>;
  /** Names and sizes of our own deleted files, without their folders. */
  deleted: Set<string>;
  /** Paths of our own allocated names. */
  present: Set<string>;
  /** Paths of names that are behind the end of a FAT directory. */
  behindEnd: Set<string>;
}

const ZEROS = (bytes: number): string => createHash("md5").update(new Uint8Array(bytes)).digest("hex");

/** A file's name without its folder, and its size. */
export function nameAndSize({ path, sizeBytes }: ListedName): string {
  return `${path.split("/").at(-1)} ${sizeBytes}`;
}

const name = ({ path }: Difference): string => path.split("/").at(-1) ?? "";

const RULES: Rule[] = [
  {
    right: "theirs",
    why: "the file system is not read by Phum yet: the volume is named as not examined",
    holds: (difference, { unread }) => difference.what === "missing" && unread(difference),
  },
  {
    right: "ours",
    why: "the image's author publishes the digest that Phum gives",
    holds: ({ ours }, { published }) => ours?.md5 != null && published.has(ours.md5),
  },
  {
    right: "ours",
    why: "the target of a link that stands in its inode: the other tool hashes as many zeros",
    holds: ({ what, theirs }) =>
      what === "content" && theirs?.kind === "l" && theirs.md5 === ZEROS(theirs.sizeBytes ?? 0),
  },
  {
    right: "ours",
    why: "stands behind the end mark of its FAT directory, where no system shows it: left over, not present",
    holds: ({ what, path }, { behindEnd }) => what === "state" && behindEnd.has(path),
  },
  {
    right: "ours",
    why: "inside a directory that is not present, and read once under its own place",
    holds: ({ what, path }, { behindEnd }) => what === "missing" && behindEnd.has(path.replace(/\/[^/]*$/, "")),
  },
  {
    right: "both",
    why: "a directory inside itself: Phum reads it once and tells the loop as a problem",
    holds: ({ what, theirs }) => what === "missing" && theirs?.looped === true,
  },
  {
    right: "both",
    why: "a second copy, in the slack of an index, of a name that is present: Phum gives the name once",
    holds: ({ what, path, theirs }, { present }) =>
      what === "missing" && theirs?.allocated === false && theirs.md5 === null && present.has(path),
  },
  {
    right: "both",
    why: "a table of the file system shown as a file by the other tool; Phum does not call it one",
    holds: (difference) =>
      difference.what === "missing" &&
      /^\$(ALLOC_BITMAP|UPCASE_TABLE|EMPTY_VOLUME_LABEL|MBR|FAT[12]|(Extents|Catalog|BadBlock|Allocation|Attributes|Startup)File)$/.test(
        name(difference),
      ),
  },
  {
    right: "both",
    why: "one entry, named with its stream by Phum and without it by the other tool; the same bytes",
    holds: (difference, { own }) =>
      difference.what === "missing" && /^\$Secure$/.test(name(difference)) && own.has(difference.theirs?.md5 ?? ""),
  },
  {
    right: "ours",
    why: "only in a shadow copy of the volume, which the other tool does not read",
    holds: ({ what, ours }) => what === "extra" && ours?.system.includes("-shadow") === true,
  },
  {
    right: "ours",
    why: "an alternate stream, which the other tool does not list",
    holds: ({ what, path }) => what === "extra" && path.includes(":"),
  },
  {
    right: "ours",
    why: "a deleted name that only slack, a log or a journal still holds: the name alone, no bytes",
    holds: ({ what, ours }) => what === "extra" && ours?.allocated === false && ours.certainty === "name-only",
  },
  {
    right: "ours",
    why: "a deleted entry the other tool does not find",
    holds: ({ what, ours }) => what === "extra" && ours?.allocated === false,
  },
  {
    right: "ours",
    why: "the clusters are in use by others, or nothing proves them: Phum gives the name without bytes",
    holds: ({ what, ours }) =>
      (what === "content" || what === "size") && ours?.allocated === false && ours.certainty !== "proven",
  },
  {
    right: "both",
    why: "a name for an unnamed inode, made up by the other tool; nothing of its content is left",
    holds: ({ what, path, theirs }) =>
      what === "missing" && /^OrphanFile-\d+$/.test(path) && (theirs?.sizeBytes ?? 0) === 0,
  },
  {
    right: "ours",
    why: "one deleted directory read under several names by the other tool; Phum gives its entries once",
    holds: ({ what, theirs }, { own, deleted }) =>
      what === "missing" &&
      theirs?.allocated === false &&
      (own.has(theirs.md5 ?? "") || deleted.has(nameAndSize(theirs))),
  },
  {
    right: "both",
    why: "the volume's label, which Phum shows as the label and not as a name",
    holds: ({ what, theirs }) =>
      what === "missing" &&
      (theirs?.kind === "-" || theirs?.kind === "label") &&
      theirs.allocated &&
      (theirs.sizeBytes ?? 0) === 0,
  },
];

/** Decides each difference by the first rule that holds. */
export function decide(differences: readonly Difference[], context: Context): Decided[] {
  return differences.map((difference) => {
    const rule = RULES.find(({ holds }) => holds(difference, context));
    return { ...difference, right: rule?.right ?? "open", why: rule?.why ?? "not decided" };
  });
}
