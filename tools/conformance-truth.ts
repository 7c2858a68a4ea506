// What another tool lists of a medium (DFXML), and what Phum lists, in one shape that can be compared.
import { readFileSync } from "node:fs";
import { digestSource, lostRanges, type Medium, walkMedium } from "#examination/opening/node";

/** One name on a medium. */
export interface ListedName {
  /** Byte of the medium its volume begins at. */
  volumeByte: number;
  path: string;
  kind: string;
  allocated: boolean;
  sizeBytes: number | null;
  md5: string | null;
  /** Only ours: whether a part of it could not be read. */
  unread: boolean;
  /** Only ours: how sure its bytes are, and the file system. */
  certainty: string;
  system: string;
  /** Only theirs: a directory that is its own ancestor (by inode). */
  looped: boolean;
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Names of a DFXML document, without what is no entry: "." and "..", and the tables other tools show as files. */
export function truthNames(path: string): ListedName[] {
  return namesOf(readFileSync(path, "utf8"));
}

/** The same of a document's text. */
export function namesOf(text: string): ListedName[] {
  const names: ListedName[] = [];
  for (const [, offset = "0", volume = ""] of text.matchAll(/<volume offset='(\d+)'>([\s\S]*?)<\/volume>/g)) {
    const inodes = new Map<string, string | null>();
    const isLoop = (name: string, inode: string | null): boolean => {
      inodes.set(name, inode);
      const parts = name.split("/");
      return inode !== null && parts.some((_, i) => i > 0 && inodes.get(parts.slice(0, i).join("/")) === inode);
    };
    for (const [, body = ""] of volume.matchAll(/<fileobject>([\s\S]*?)<\/fileobject>/g)) {
      const name = field(body, "filename") ?? "";
      const label = / *\(Volume Label Entry\)$/;
      const kind = label.test(name) ? "label" : (field(body, "name_type") ?? "-");
      if (/(^|\/)\.\.?$/.test(name) || kind === "v" || kind === "V" || name === "") continue;
      const size = field(body, "filesize");
      names.push({
        volumeByte: Number(offset),
        path: name.replace(/^\$OrphanFiles\//, "").replace(label, ""),
        kind,
        allocated: field(body, "alloc") === "1",
        sizeBytes: size === null ? null : Number(size),
        md5: /<hashdigest type='md5'>([0-9a-f]{32})</.exec(body)?.[1] ?? null,
        unread: false,
        certainty: "",
        system: "",
        looped:
          kind === "d" && isLoop(name, field(body.replace(/<parent_object>[\s\S]*?<\/parent_object>/, ""), "inode")),
      });
    }
  }
  return names;
}

function field(body: string, element: string): string | null {
  const found = new RegExp(`<${element}(?: [^>]*)?>([^<]*)</${element}>`).exec(body)?.[1];
  if (found === undefined) return null;
  return found.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (_, entity: string) => {
    if (!entity.startsWith("#")) return ENTITIES[entity] ?? "";
    return String.fromCodePoint(
      entity.startsWith("#x") ? Number.parseInt(entity.slice(2), 16) : Number(entity.slice(1)),
    );
  });
}

/** Names of a medium as Phum reads it, with the digests of all streams. */
export function ownNames(medium: Medium): ListedName[] {
  const decoder = new TextDecoder();
  const names: ListedName[] = [];
  for (const { volume, tree, entry } of walkMedium(medium, { deleted: true })) {
    const path = entry.path.map((name) => decoder.decode(name)).join("/");
    const base = {
      volumeByte: volume.startByte,
      kind: { file: "r", directory: "d", link: "l", other: "label" }[entry.kind],
      system: tree.kind,
      looped: false,
      allocated: entry.state === "allocated",
      certainty: entry.certainty,
    };
    if (entry.streams.length === 0) names.push({ ...base, path, sizeBytes: null, md5: null, unread: false });
    for (const stream of entry.streams) {
      const { digests, unread } = digestSource(stream.read, ["md5"], { holes: lostRanges(stream) });
      names.push({
        ...base,
        path: stream.name === null ? path : `${path}:${stream.name}`,
        sizeBytes: stream.sizeBytes,
        md5: digests.get("md5") ?? null,
        unread: unread.length > 0,
      });
    }
  }
  return names;
}
