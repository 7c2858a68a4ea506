import { isRefusal, type OpenImage, type Refusal } from "#examination/images";
import { openImage } from "#examination/images/node";
import { fileFolder } from "./file-folder.node.ts";

/**
 * Opens an image by the path of any of its files, without a look at anything outside its folder.
 *
 * @param path Absolute, bytes, links resolved.
 * @returns The image and its end, or the refusal that names why it is not read.
 */
export function openImageAt(path: Uint8Array): { image: OpenImage; close(): void } | Refusal {
  const cut = path.lastIndexOf(0x2f) + 1;
  const folder = fileFolder(path.subarray(0, cut));
  const name = path.subarray(cut);
  try {
    const source = folder.open(name);
    const image: OpenImage | Refusal =
      source === null ? { refused: "empty", values: {} } : openImage({ name, source }, folder);
    if (!isRefusal(image)) return { image, close: () => folder.close() };
    folder.close();
    return image;
  } catch (error) {
    folder.close();
    throw error;
  }
}
