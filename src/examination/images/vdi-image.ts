import { readFields } from "./fields.ts";
import { type ImageFile, noAcquisition, type OpenImage, type Refusal } from "./image.ts";
import { mappedMedia } from "./mapped-media.ts";
import { BAD_TABLE } from "./parents.ts";
import { tableWords } from "./table-words.ts";

/**
 * Opens a VirtualBox disk (VDI 1.1), dynamic or fixed; differencing ones are refused by name.
 *
 * @returns Null where the file is none.
 * @see VirtualBox forum, "All about VDIs"; header version 1.1
 */
export function openVdi({ name, source }: ImageFile): OpenImage | Refusal | null {
  const head = readFields(source, 0, 512);
  if (head.u32(64) !== 0xbeda107f) return null;
  const kind = head.u32(76);
  const variant = kind === 1 ? "dynamic" : kind === 2 ? "fixed" : null;
  const [mapAt, dataAt, sizeBytes, blockBytes, blocks] = [
    head.u32(340),
    head.u32(344),
    head.u64(368),
    head.u32(376),
    head.u32(384),
  ];
  if (head.u32(68) !== 0x10001 || variant === null) return { refused: "vdi-kind", values: { kind } };
  if (blockBytes < 512 || blocks * blockBytes < sizeBytes || !Number.isSafeInteger(sizeBytes)) {
    return { refused: "vdi-kind", values: { kind } };
  }
  const words = tableWords(source, true);
  return {
    format: "vdi",
    variant,
    files: [name],
    media: mappedMedia(sizeBytes, (offsetBytes) => {
      const block = Math.floor(offsetBytes / blockBytes);
      const endByte = (block + 1) * blockBytes;
      const entry = words.u32(mapAt + block * 4);
      if (entry === null) return { endByte, stretch: BAD_TABLE };
      if (entry >= 0xfffffffe) return { endByte, stretch: { is: "zero" } };
      const at = dataAt + entry * blockBytes + (offsetBytes - block * blockBytes);
      return { endByte, stretch: { is: "stored", source, offsetBytes: at } };
    }),
    unread: [],
    acquisition: noAcquisition(),
    problems: [],
  };
}
