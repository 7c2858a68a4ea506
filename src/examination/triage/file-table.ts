import { concatBytes } from "#base/values";

/** The files of a folder in the order of the listing, small in memory: about 50 bytes a file and its path. */
export interface FileTable {
  readonly count: number;
  readonly totalBytes: number;
  /** @param modifiedMs 0: not known. */
  add(path: Uint8Array, sizeBytes: number, modifiedMs?: number): void;
  /** Bytes of the path relative to the folder. */
  path(index: number): Uint8Array;
  sizeBytes(index: number): number;
  modifiedMs(index: number): number;
  /** Bytes of all files before this one. */
  startBytes(index: number): number;
}

/** Makes an empty table. */
export function fileTable(): FileTable {
  let paths = new Uint8Array(4096);
  let edges = new Float64Array(256);
  let starts = new Float64Array(256);
  let times = new Float64Array(256);
  let count = 0;
  const edge = (index: number): number => edges[index] ?? 0;
  const start = (index: number): number => starts[index] ?? 0;
  return {
    get count() {
      return count;
    },
    get totalBytes() {
      return start(count);
    },
    add(path, sizeBytes, modifiedMs = 0) {
      const from = edge(count);
      if (from + path.length > paths.length) paths = concatBytes(paths, new Uint8Array(paths.length + path.length));
      if (count + 2 > edges.length) {
        edges = doubled(edges);
        starts = doubled(starts);
        times = doubled(times);
      }
      paths.set(path, from);
      edges[count + 1] = from + path.length;
      times[count] = modifiedMs;
      starts[count + 1] = start(count) + sizeBytes;
      count++;
    },
    path: (index) => paths.slice(edge(index), edge(index + 1)),
    sizeBytes: (index) => start(index + 1) - start(index),
    modifiedMs: (index) => times[index] ?? 0,
    startBytes: start,
  };
}

function doubled(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(numbers.length * 2);
  grown.set(numbers);
  return grown;
}
