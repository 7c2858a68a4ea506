import { type ClusterPlaces, clusterStream } from "./cluster-streams.ts";
import type { FatFound } from "./fat-directory.ts";
import { ENTRY_BYTES, VOLUME_LABEL } from "./fat-entry.ts";
import type { FatGone } from "./fat-gone.ts";
import type { Chained } from "./fat-present.ts";
import type { FatReader } from "./fat-reader.ts";
import type { EntryKind, FileEntry, FileStream } from "./file-entry.ts";
import type { Recovered } from "./recovery-claim.ts";

/** A present entry with the clusters of its chain. */
export function presentEntry(reader: FatReader, { found, chain }: Chained): FileEntry {
  const { entry, atByte } = found.record;
  const kind = kindOf(found);
  const has = chain.clusters * reader.geometry.clusterBytes;
  const certainty = entry.sizeBytes > 0 && has === 0 ? "name-only" : "proven";
  if (kind === "other" && has === 0) return { ...named(found, kind), certainty, streams: [] };
  if (kind === "other") reader.note("label-holds-bytes", atByte, { size: entry.sizeBytes });
  const sizeBytes = kind === "directory" ? has : entry.sizeBytes;
  return { ...named(found, kind), certainty, streams: [clusterStream(placesOf(reader), chain.runs, { sizeBytes })] };
}

/** A deleted entry or an orphan with what could be given back to it. */
export function goneEntry(reader: FatReader, gone: FatGone, found: FatFound): FileEntry {
  const { entry, atByte } = found.record;
  const kind = kindOf(found);
  if (kind === "directory") return goneDirectory(reader, gone, found);
  const base = named(found, kind);
  if (entry.sizeBytes === 0) {
    return {
      ...base,
      certainty: "proven",
      streams: kind === "other" ? [] : [clusterStream(placesOf(reader), [], entry)],
    };
  }
  const none: Recovered = { certainty: "name-only", runs: [] };
  const { certainty, runs, confirmed } = gone.recovered.get(atByte) ?? none;
  const stream = clusterStream(placesOf(reader), runs, { sizeBytes: entry.sizeBytes });
  // Slack behind clusters that were only chosen is nobody's for certain.
  const sure = certainty === "proven" || certainty === "contiguous-guess";
  const whole = { ...base, certainty, streams: [sure ? stream : withoutSlack(stream)] };
  return confirmed ? { ...whole, confirmed } : whole;
}

function goneDirectory(reader: FatReader, gone: FatGone, found: FatFound): FileEntry {
  const ranges = gone.directories.get(found.record.atByte);
  const base = named(found, "directory");
  if (ranges === undefined) return { ...base, certainty: "name-only", streams: [] };
  const { clusterBytes, heapStart } = reader.geometry;
  const runs = ranges.map(({ startByte, lengthBytes }) => ({
    cluster: (startByte - heapStart) / clusterBytes + 2,
    count: lengthBytes / clusterBytes,
  }));
  const sizeBytes = ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  // "." at its start proves a directory's first cluster; what follows was told by what stands in it.
  const certainty = sizeBytes === clusterBytes ? "proven" : "contiguous-guess";
  return { ...base, certainty, streams: [clusterStream(placesOf(reader), runs, { sizeBytes })] };
}

function named(found: FatFound, kind: EntryKind): Omit<FileEntry, "certainty" | "streams"> {
  const { record, path, state } = found;
  return { path, id: record.atByte / ENTRY_BYTES, kind, state, times: record.entry.times };
}

function kindOf(found: FatFound): EntryKind {
  if (found.record.directory) return "directory";
  return (found.record.entry.attributes & VOLUME_LABEL) !== 0 ? "other" : "file";
}

function withoutSlack({ name, sizeBytes, read, extents }: FileStream): FileStream {
  return { name, sizeBytes, read, extents };
}

/** Where the volume's clusters stand. */
export function placesOf({ volume, geometry }: FatReader): ClusterPlaces {
  return { volume, heapStart: geometry.heapStart, clusterBytes: geometry.clusterBytes };
}
