import { toHex } from "#base/values";
import { type FolderSpec, ReadError } from "#examination/sources";
import { openFolderFile } from "#examination/sources/node";
import type { FileTable } from "./file-table.ts";
import type { HitPlace } from "./hit-place.ts";
import type { MediaFile, MediaFiles } from "./media-files.ts";
import { hasMediaName } from "./media-names.ts";

/** A folder that was listed and read. */
export interface ListedFolder {
  spec: FolderSpec;
  table: FileTable;
  placeOf(fileIndex: number): HitPlace;
  /** Files of which bytes could not be read: a dying medium is not asked again. */
  lost: ReadonlySet<number>;
}

/** The files of a folder. A key is the file's number in the listing. */
export function folderMedia({ spec, table, placeOf, lost }: ListedFolder): MediaFiles {
  return {
    list: async () => ({ files: listed(table), beyond: 0, complete: true }),
    ahead: () => undefined,
    open: async (key) => {
      const index = Number(key);
      if (lost.has(index)) return null;
      try {
        const file = openFolderFile(spec, table.path(index));
        const { sizeBytes, close } = file;
        return {
          ...{ standing: placeOf(index), sizeBytes, ranges: null, close },
          read: async (offsetBytes, lengthBytes) => {
            const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes)));
            try {
              return bytes.subarray(0, file.readSync(bytes, offsetBytes));
            } catch (error) {
              if (!(error instanceof ReadError)) throw error;
              return bytes.subarray(0, error.goodBytes);
            }
          },
        };
      } catch (error) {
        if (error instanceof ReadError) return null;
        throw error;
      }
    },
    readsUnderWay: 0,
    close: async () => false,
  };
}

function listed(table: FileTable): MediaFile[] {
  const folders = new Map<string, number>();
  return Array.from({ length: table.count }, (_, index) => {
    const path = table.path(index);
    const cut = path.lastIndexOf(0x2f);
    const name = toHex(path.subarray(0, Math.max(0, cut)));
    const folder = folders.get(name) ?? folders.size;
    folders.set(name, folder);
    const [sizeBytes, modifiedMs] = [table.sizeBytes(index), table.modifiedMs(index)];
    return { key: String(index), sizeBytes, modifiedMs, folder, named: hasMediaName(path.subarray(cut + 1)) };
  });
}
