import { type ByteSource, memorySource } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { Extent, FileStream } from "./file-entry.ts";
import { joinPieces, layOut, type StreamRuns, withoutLost } from "./ntfs-layout.ts";
import { lostError, unitSource, wofSource } from "./ntfs-packed.ts";
import type { DeletedRules, NtfsVolume } from "./ntfs-reading.ts";
import { ATTRIBUTE, type NtfsAttribute, type NtfsRecord } from "./ntfs-record.ts";
import { elsewhere, type Reparse, reparseOf } from "./ntfs-reparse.ts";
import { addRun, type RunList } from "./ntfs-runs.ts";

/** Streams of a file as its record tells them, and whether some of their bytes are gone, and some are left. */
export interface FoundStreams {
  streams: FileStream[];
  lost: boolean;
  kept: boolean;
}

/** Stands for the name of a directory's table among those of its streams. */
const TABLE = "/";
const NO_BYTES: ByteSource = { sizeBytes: 0, readSync: () => 0 };

/**
 * The streams of a record: content (main and alternate) and, of a directory, its table of names.
 *
 * @param rules Given for a record that is not in use: clusters in use by others, or claimed later, are lost.
 */
export function streamsOf(
  volume: NtfsVolume,
  file: { record: NtfsRecord; attributes: readonly NtfsAttribute[]; whole: boolean },
  rules: DeletedRules | null,
): FoundStreams {
  const groups = new Map<string, NtfsAttribute[]>();
  for (const one of file.attributes) {
    const table = file.record.directory && one.type === ATTRIBUTE.indexAllocation && one.name === "$I30";
    if (one.type !== ATTRIBUTE.content && !table) continue;
    const key = table ? TABLE : one.name;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  // Where a further record is gone and no content was found, it was told there.
  const lost = !file.whole && !file.record.directory && groups.size === 0;
  const found: FoundStreams = { streams: [], lost, kept: false };
  const reparse = reparseOf(volume, file.attributes);
  for (const [key, pieces] of groups) {
    const name = key === "" || key === TABLE ? null : key;
    const stream = streamOf(volume, pieces, { name, record: file.record, rules });
    if (stream === null) {
      // The piece that tells its sizes is gone: only that there was such a stream is known.
      if (rules === null) volume.note("chain-broken", file.record.atByte, { record: file.record.number });
      found.streams.push(nameOnlyStream(name, 0));
      found.lost = true;
      continue;
    }
    found.streams.push(stream);
    if (pieces[0]?.value !== null && stream.sizeBytes > 0) found.kept = true;
  }
  if (reparse !== null) unpack(volume, { streams: found.streams, record: file.record, reparse });
  for (const { extents } of found.streams) {
    if (extents.some((extent) => extent.lost)) found.lost = true;
    if (extents.some((extent) => extent.startByte !== null)) found.kept = true;
  }
  return found;
}

function streamOf(
  volume: NtfsVolume,
  pieces: NtfsAttribute[],
  about: { name: string | null; record: NtfsRecord; rules: DeletedRules | null },
): FileStream | null {
  const { name } = about;
  const first = pieces[0];
  const encrypted = pieces.some((piece) => piece.encrypted);
  if (encrypted) volume.note("encrypted-stream", about.record.atByte, { record: about.record.number });
  const mark = encrypted ? { encrypted: true as const } : {};
  if (first !== undefined && first.value !== null) {
    const bytes = first.value.slice();
    const extents: Extent[] = bytes.length === 0 ? [] : [{ startByte: null, lengthBytes: bytes.length }];
    return { name, sizeBytes: bytes.length, read: memorySource(bytes), extents, ...mark };
  }
  const joined = joinPieces(pieces, volume.geometry);
  if (joined === null || !Number.isSafeInteger(joined.sizeBytes)) return null;
  const runs = about.rules === null ? joined : withoutOthers(joined, about.record.number, about.rules);
  if (about.rules === null && !joined.list.whole) {
    volume.note("chain-broken", about.record.atByte, { record: about.record.number });
  }
  const packed = pieces.some((piece) => piece.compressed) && runs.unitClusters > 0;
  const { clusterBytes } = volume.geometry;
  const { extents, slack } = layOut(packed ? runs : { ...runs, unitClusters: 0 }, clusterBytes);
  const read = packed
    ? unitSource(volume.volume, runs, clusterBytes)
    : withoutLost(extentSource(volume.volume, extents, { sizeBytes: runs.sizeBytes }), extents);
  return { name, sizeBytes: runs.sizeBytes, read, extents, ...(slack.length > 0 ? { slack } : {}), ...mark };
}

/** A deleted stream's runs with everything marked lost that is in use again or was another's later. */
function withoutOthers(runs: StreamRuns, record: number, rules: DeletedRules): StreamRuns {
  const list: RunList = { runs: [], count: 0, whole: runs.list.whole };
  for (const run of runs.list.runs) {
    if (typeof run.first !== "number") addRun(list, run);
    else if (rules.clustersLeft < run.count) addRun(list, { first: "lost", count: run.count });
    else {
      rules.clustersLeft -= run.count;
      for (const part of rules.map.split(run.first, run.count)) {
        if (!part.free) addRun(list, { first: "lost", count: part.count });
        else {
          for (const { first, count, own } of rules.claims.split(record, part)) {
            addRun(list, { first: own ? first : "lost", count });
          }
        }
      }
    }
  }
  return { ...runs, list };
}

/** Gives the main stream its content where a reparse point says that it stands elsewhere. */
function unpack(volume: NtfsVolume, file: { streams: FileStream[]; record: NtfsRecord; reparse: Reparse }): void {
  const { streams, record, reparse } = file;
  const main = streams.find((stream) => stream.name === null);
  if (main === undefined || main.sizeBytes === 0) return;
  const packedAt = streams.findIndex((stream) => stream.name === "WofCompressedData");
  const packed = streams[packedAt];
  if (reparse.packing !== undefined && packed !== undefined) {
    const read = wofSource(packed.read, main.sizeBytes, reparse.packing);
    if (read !== null) {
      main.read = read;
      main.extents = packed.extents;
      if (packed.slack !== undefined) main.slack = packed.slack;
      streams.splice(packedAt, 1);
      return;
    }
  }
  if (main.extents.some((extent) => extent.startByte !== null)) return;
  const what =
    reparse.packing !== undefined ? "compression-unknown" : elsewhere(reparse.tag) ? "content-elsewhere" : null;
  if (what === null) return;
  volume.note(what, record.atByte, { record: record.number });
  main.read = { sizeBytes: main.sizeBytes, readSync: throwLost };
  main.extents = [{ startByte: null, lengthBytes: main.sizeBytes, lost: true }];
}

function throwLost(): never {
  throw lostError();
}

/** A stream of which only the size is known. */
export function nameOnlyStream(name: string | null, sizeBytes: number): FileStream {
  return { name, sizeBytes, read: NO_BYTES, extents: [] };
}
