import type { ContentType } from "./content-type.ts";
import type { ContainerReader } from "./inner-entry.ts";
import { readSevenZip } from "./seven-zip.node.ts";
import { readPacked } from "./stream-containers.ts";
import { readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

const READERS: Partial<Record<ContentType, ContainerReader>> = {
  zip: (source, visit) => readZip(source, visit, (names) => readSevenZip(source, visit, names)),
  gzip: readPacked("gzip"),
  bzip2: readPacked("bzip2"),
  xz: readPacked("xz"),
  zstd: readPacked("zstd"),
  tar: readTar,
  "7z": (source, visit) => readSevenZip(source, visit),
  rar: (source, visit) => readSevenZip(source, visit),
  cab: (source, visit) => readSevenZip(source, visit),
  arj: (source, visit) => readSevenZip(source, visit),
};

/** What reads the files in a file of a type; null where there are none to be read. */
export function readerOf(type: ContentType, _name: Uint8Array): ContainerReader | null {
  return READERS[type] ?? null;
}
