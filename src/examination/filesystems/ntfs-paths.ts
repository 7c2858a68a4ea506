import type { RecordRef } from "./ntfs-fields.ts";
import { nameBytes, namesOf } from "./ntfs-names.ts";
import { livedAs, type MasterTable } from "./ntfs-table.ts";
import type { NoteProblem } from "./problem.ts";

/** The names from the root to a directory; whole: false where they begin at a directory whose own is not known. */
export interface DirectoryPath {
  names: Uint8Array[];
  whole: boolean;
}

export const ROOT_RECORD = 5;
const DEPTH_LIMIT = 512;
const KEPT_LIMIT = 65_536;

interface Found {
  sequence: number;
  inUse: boolean;
  /** Null where the record is no directory with a name. */
  step: { name: Uint8Array; parent: RecordRef } | null;
}

/** Finds the path of a directory by its reference: a record that has another life now is not that directory. */
export function pathFinder(table: MasterTable, note: NoteProblem): (ref: RecordRef) => DirectoryPath {
  const kept = new Map<number, Found | null>();
  const look = (number: number): Found | null => {
    const known = kept.get(number);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_LIMIT) kept.clear();
    const record = table.record(number);
    let found: Found | null = null;
    if (record !== null && record.base === null) {
      const name = record.directory ? namesOf(table.gather(record).attributes)[0] : undefined;
      const step = name === undefined ? null : { name: nameBytes(name.name), parent: name.parent };
      found = { sequence: record.sequence, inUse: record.inUse, step };
    }
    kept.set(number, found);
    return found;
  };
  return (ref) => {
    const names: Uint8Array[] = [];
    const passed = new Set<number>();
    for (let at = ref; ; ) {
      if (at.record === ROOT_RECORD) return { names: names.reverse(), whole: true };
      const found = look(at.record);
      const alive = found !== null && livedAs(found, at.sequence);
      if (!alive || found.step === null) return { names: names.reverse(), whole: false };
      if (passed.has(at.record) || passed.size >= DEPTH_LIMIT) {
        note(passed.has(at.record) ? "directory-loop" : "too-deep", null, { record: at.record, limit: DEPTH_LIMIT });
        return { names: [], whole: false };
      }
      passed.add(at.record);
      names.push(found.step.name);
      at = found.step.parent;
    }
  };
}
