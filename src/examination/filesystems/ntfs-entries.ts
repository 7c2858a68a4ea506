import type { Certainty, EntryState, FileEntry, FileStream } from "./file-entry.ts";
import { claimBook } from "./ntfs-claims.ts";
import { formerNames, seenNames } from "./ntfs-former.ts";
import { joinPieces } from "./ntfs-layout.ts";
import { type FileName, fourTimes, nameBytes, namesOf } from "./ntfs-names.ts";
import { type DirectoryPath, pathFinder, ROOT_RECORD } from "./ntfs-paths.ts";
import type { NtfsVolume, Reading } from "./ntfs-reading.ts";
import { ATTRIBUTE, type NtfsAttribute, type NtfsRecord } from "./ntfs-record.ts";
import { type RecordSet, recordSet } from "./ntfs-record-set.ts";
import { isLink, isSpecial, reparseOf } from "./ntfs-reparse.ts";
import { nameOnlyStream, streamsOf } from "./ntfs-streams.ts";
import type { MasterTable } from "./ntfs-table.ts";

const EXTEND_RECORD = 11;

/** All entries: allocated, then deleted, then orphans, then names of which nothing but the name is left. */
export function* ntfsEntries(volume: NtfsVolume): Iterable<FileEntry> {
  const { table } = volume;
  const reading: Reading = {
    volume,
    pathOf: pathFinder(table, volume.note),
    rules: { map: volume.map, claims: claimBook(), clustersLeft: 64 * volume.geometry.clusters + 2 ** 30 },
    directories: recordSet(table.records),
    seen: seenNames(),
    journal: null,
  };
  const freed = recordSet(table.records);
  const orphans = recordSet(table.records);
  for (const record of table.scan()) {
    if (record.base !== null) continue;
    if (record.directory) reading.directories.add(record.number);
    if (record.inUse) yield* entriesOf(reading, record, { placed: true, orphans });
    else {
      freed.add(record.number);
      claim(reading, record);
    }
  }
  for (const number of freed.all()) {
    const record = table.record(number);
    if (record !== null && !record.inUse) yield* entriesOf(reading, record, { placed: true, orphans });
  }
  for (const number of orphans.all()) {
    const record = table.record(number);
    if (record !== null) yield* entriesOf(reading, record, { placed: false, orphans });
  }
  yield* formerNames(reading);
}

/** Notes which clusters a deleted record names, so that no two are given the same. */
function claim(reading: Reading, record: NtfsRecord): void {
  const { volume, rules } = reading;
  const { attributes } = volume.table.gather(record);
  const { changedMs } = timesOf(attributes);
  const time = { logNumber: record.logNumber, changedMs: changedMs ?? 0 };
  const groups = new Map<string, NtfsAttribute[]>();
  for (const one of attributes) {
    if (one.value !== null) continue;
    const key = `${one.type} ${one.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  for (const pieces of groups.values()) {
    for (const run of joinPieces(pieces, volume.geometry)?.list.runs ?? []) {
      if (typeof run.first === "number") rules.claims.add(record.number, { first: run.first, count: run.count }, time);
    }
  }
}

function timesOf(attributes: readonly NtfsAttribute[]): FileEntry["times"] {
  const value = attributes.find((one) => one.type === ATTRIBUTE.standardInformation)?.value;
  return value === null || value === undefined || value.length < 32 ? {} : fourTimes(value, 0);
}

/** The entries of one record, one for each of its names; of names without a known directory only when asked for. */
function* entriesOf(
  reading: Reading,
  record: NtfsRecord,
  which: { placed: boolean; orphans: RecordSet },
): Iterable<FileEntry> {
  const gathered = reading.volume.table.gather(record);
  const { attributes } = gathered;
  if (record.number === ROOT_RECORD) {
    // The root is no entry, but streams may have been hung on it.
    const hung = bodyOf(reading, record, gathered);
    const streams = hung.streams.filter((stream) => stream.name !== null);
    if (streams.length > 0 && which.placed) yield { ...hung, path: [nameBytes(".")], state: "allocated", streams };
    return;
  }
  const names = namesOf(attributes);
  const wanted: { name: FileName; path: DirectoryPath }[] = [];
  for (const name of names) {
    const path = reading.pathOf(name.parent);
    if (record.inUse && name.name === "$UsnJrnl" && name.parent.record === EXTEND_RECORD)
      reading.journal = record.number;
    if (path.whole === which.placed) wanted.push({ name, path });
    else if (which.placed) which.orphans.add(record.number);
  }
  const nameless = names.length === 0;
  if (nameless && which.placed && hasBytes(attributes)) which.orphans.add(record.number);
  if (wanted.length === 0 && (!nameless || which.placed)) return;
  const body = bodyOf(reading, record, gathered);
  for (const { name, path } of wanted) {
    if (!record.inUse) reading.seen.add(name, record);
    const state: EntryState = !path.whole ? "orphan" : record.inUse ? "allocated" : "deleted";
    yield { path: [...path.names, nameBytes(name.name)], state, ...body };
  }
  // A record that has bytes but no name is called as The Sleuth Kit calls it.
  if (nameless) yield { path: [nameBytes(`OrphanFile-${record.number}`)], state: "orphan", ...body };
}

function hasBytes(attributes: readonly NtfsAttribute[]): boolean {
  return attributes.some((one) => one.type === ATTRIBUTE.content && one.lowCluster === 0 && one.sizeBytes > 0);
}

function bodyOf(
  reading: Reading,
  record: NtfsRecord,
  { attributes, whole }: ReturnType<MasterTable["gather"]>,
): Omit<FileEntry, "path" | "state"> {
  const { volume } = reading;
  const found = streamsOf(volume, { record, attributes, whole }, record.inUse ? null : reading.rules);
  const certainty: Certainty = !found.lost ? "proven" : found.kept ? "partly-overwritten" : "name-only";
  const reparse = reparseOf(volume, attributes);
  const link = isLink(reparse);
  return {
    id: record.number,
    kind: link ? "link" : isSpecial(reparse) ? "other" : record.directory ? "directory" : "file",
    certainty,
    times: timesOf(attributes),
    streams: certainty === "name-only" ? found.streams.map(withoutBytes) : found.streams,
    ...(reparse?.target === undefined ? {} : { target: reparse.target }),
  };
}

function withoutBytes(stream: FileStream): FileStream {
  return nameOnlyStream(stream.name, stream.sizeBytes);
}
