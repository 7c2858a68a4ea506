import type { FileEntry } from "./file-entry.ts";
import type { RecordRef } from "./ntfs-fields.ts";
import { indexNames } from "./ntfs-index.ts";
import { journalNames } from "./ntfs-journal.ts";
import { logNames } from "./ntfs-log.ts";
import { type FileName, nameBytes, nameKey, namesOf } from "./ntfs-names.ts";
import type { FormerName, Reading, Seen } from "./ntfs-reading.ts";
import { nameOnlyStream } from "./ntfs-streams.ts";
import { livedAs } from "./ntfs-table.ts";

const FIRST_FILE_RECORD = 16;
const SEEN_LIMIT = 1_000_000;
const UNKNOWN_LIMIT = 100_000;

export function seenNames(): Seen {
  const keys = new Set<number>();
  return {
    add: ({ parent, name }, record) => {
      if (keys.size >= 2 * SEEN_LIMIT) return;
      keys.add(nameKey(parent.record, name));
      if (record !== null) keys.add(nameKey(parent.record, name, record.number + 1));
    },
    has: ({ parent, name }, ref) => keys.has(nameKey(parent.record, name, ref === null ? 0 : ref.record + 1)),
  };
}

/** Names that indexes, the change journal and the log still hold of files that have no record any more. */
export function* formerNames(reading: Reading): Iterable<FileEntry> {
  let left = SEEN_LIMIT;
  for (const former of allFormer(reading)) {
    const entry = formerEntry(reading, former);
    if (entry === null) continue;
    if (left-- === 0) {
      reading.volume.note("too-many-entries", null, { limit: SEEN_LIMIT });
      return;
    }
    yield entry;
  }
}

/** Names without their record last: another source may tell the record of the same name. */
function* allFormer(reading: Reading): Iterable<FormerName> {
  const unknown: FormerName[] = [];
  for (const source of [indexNames, journalNames, logNames]) {
    for (const former of source(reading)) {
      if (former.ref === null && unknown.length < UNKNOWN_LIMIT) unknown.push(former);
      else yield former;
    }
  }
  yield* unknown;
}

function formerEntry(reading: Reading, { name, ref, atByte }: FormerName): FileEntry | null {
  if (reading.seen.has(name, ref) || name.name === "." || name.name === "..") return null;
  const now = ref === null ? null : nameNow(reading, name, ref);
  if (now === "same") return null;
  reading.seen.add(name, ref === null ? null : { number: ref.record });
  const path = reading.pathOf(name.parent);
  return {
    path: [...path.names, nameBytes(name.name)],
    // Without a record number the place of the name, negative, keeps it apart from records.
    id: ref === null ? -atByte : ref.record,
    kind: name.directory ? "directory" : "file",
    state: path.whole ? "deleted" : "orphan",
    certainty: "name-only",
    times: name.times,
    ...(now === "other" ? { renamed: true as const } : {}),
    streams: name.directory ? [] : [nameOnlyStream(null, Number.isSafeInteger(name.sizeBytes) ? name.sizeBytes : 0)],
  };
}

/** Whether the record it named, in the life it meant, has this name now (it is listed then), another, or is gone. */
function nameNow({ volume }: Reading, name: FileName, ref: RecordRef): "same" | "other" | null {
  // The file system's own files are never deleted; old versions of it called them otherwise.
  if (ref.record < FIRST_FILE_RECORD) return "same";
  const record = volume.table.record(ref.record);
  if (record === null || record.base !== null || !livedAs(record, ref.sequence)) return null;
  const names = namesOf(volume.table.gather(record).attributes);
  const same = names.some((other) => other.parent.record === name.parent.record && other.name === name.name);
  return same ? "same" : names.length > 0 ? "other" : null;
}
