import { realpathSync, statSync } from "node:fs";
import { isRefusal, type OpenImage, type Refusal } from "#examination/images";
import { openImage } from "#examination/images/node";
import { pathText } from "#examination/sources";
import { lookAtSource } from "#examination/sources/node";
import { fileFolder } from "./file-folder.node.ts";

/** An image opened from its file. */
export interface OpenImageFile {
  image: OpenImage;
  name: Uint8Array;
  /** Path as text. */
  place: string;
  close(): void;
}

/**
 * Opens an image by the path of any of its files.
 *
 * @returns Null where the path is no regular file.
 * @throws {Fault} Those of sources, where the file may not be read.
 */
export async function openImageFile(path: string): Promise<OpenImageFile | Refusal | null> {
  const file = regularFile(path);
  if (file === null) return null;
  const folder = fileFolder(file.folder);
  try {
    const source = folder.open(file.name);
    if (source === null) await lookAtSource(path); // says what stands against it
    const image: OpenImage | Refusal =
      source === null ? { refused: "empty", values: {} } : openImage({ name: file.name, source }, folder);
    if (!isRefusal(image)) {
      // The same name by whichever of its files it was opened.
      return {
        image,
        name: image.files[0] ?? file.name,
        place: pathText(file.path).place,
        close: () => folder.close(),
      };
    }
    folder.close();
    return image;
  } catch (error) {
    folder.close();
    throw error;
  }
}

/** A regular file's folder and name, links followed; null where the path is none. */
function regularFile(path: string): { path: Uint8Array; folder: Uint8Array; name: Uint8Array } | null {
  try {
    const real = realpathSync(path, { encoding: "buffer" });
    if (!statSync(real).isFile()) return null;
    const cut = real.lastIndexOf(0x2f) + 1;
    return { path: real, folder: real.subarray(0, cut), name: real.subarray(cut) };
  } catch {
    return null; // lookAtSource says why
  }
}
