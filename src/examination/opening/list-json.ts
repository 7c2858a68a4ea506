import type { FileStream } from "#examination/filesystems";
import type { Digests } from "./digests.ts";
import { chainText, entryChain, treeChain } from "./entry-place.ts";
import type { Medium } from "./medium.ts";
import type { FoundEntry } from "./walk-medium.ts";

// The list as JSON lines: one "medium", one "volume" each, one "entry" each, at the end one "problems".

/** The medium and its volumes. */
export function mediumRecords(medium: Medium): object[] {
  const { image, place, kind, scheme } = medium;
  const { format, variant, acquisition, unread } = image;
  const files = image.files.map((file) => chainText([file]).place);
  const first = { record: "medium", place, kind, format, variant, files, sizeBytes: image.media.sizeBytes, scheme };
  const volumes = medium.volumes.map((volume) => ({
    record: "volume",
    links: volume.links,
    startByte: volume.startByte,
    sizeBytes: volume.sizeBytes,
    kind: volume.kind,
    label: volume.label,
    unallocated: volume.unallocated,
    encrypted: volume.encrypted,
    refused: volume.refused,
    fileSystems: volume.trees.map((tree) => ({
      ...chainText(treeChain({ medium, volume, tree })),
      kind: tree.kind,
      label: tree.label,
      blockBytes: tree.blockBytes,
    })),
  }));
  return [{ ...first, acquisition, unread }, ...volumes];
}

/** One entry with its streams. */
export function entryRecord(found: FoundEntry, digestsOf: (stream: FileStream) => Digests | null): object {
  const { entry } = found;
  const { kind, state, certainty, confirmed, id, times, stored, target } = entry;
  return {
    record: "entry",
    ...chainText(entryChain(found, entry, null)),
    id,
    kind,
    state,
    certainty,
    ...(confirmed ? { confirmed } : {}),
    times,
    ...(stored === undefined ? {} : { stored }),
    ...(target === undefined ? {} : { target: chainText([target]).place }),
    streams: entry.streams.map((stream) => streamRecord(stream, digestsOf(stream))),
  };
}

function streamRecord(stream: FileStream, digests: Digests | null): object {
  const { name, sizeBytes, extents, slack, encrypted } = stream;
  return {
    name,
    sizeBytes,
    extents,
    ...(slack === undefined ? {} : { slack }),
    ...(encrypted === true ? { encrypted } : {}),
    ...(digests === null ? {} : { digests: digests.digests, unread: digests.unread }),
  };
}

/** What is wrong, at the end: some of it is found only while listing. */
export function problemRecord(medium: Medium): object {
  const trees = medium.volumes.flatMap(({ links, trees: own }) =>
    own.map(({ kind, problems }) => ({ tree: [...links, kind].join("/"), problems })),
  );
  return { record: "problems", image: medium.image.problems, volumes: medium.problems, trees };
}
