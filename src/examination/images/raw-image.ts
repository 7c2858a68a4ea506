import { type ByteSource, segmentNames } from "#examination/sources";
import { type ImageFile, noAcquisition, type OpenImage, type Refusal, type Siblings } from "./image.ts";
import { latin, latinBytes } from "./latin.ts";
import { letteredSegments } from "./lettered-segments.ts";
import { mappedMedia } from "./mapped-media.ts";

/** Opens a raw image: one file, or all segments of a split one (".000", ".001" or ".aa" on), by the name of any. */
export function openRaw(file: ImageFile, siblings: Siblings): OpenImage | Refusal {
  const image = { format: "raw" as const, unread: [], acquisition: noAcquisition(), problems: [] };
  const name = latin(file.name);
  const numbered = segmentNames(name, []).kind !== "single";
  const others = Array.from(siblings.names(), latin);
  const found = numbered ? segmentNames(name, others) : letteredSegments(name, others);
  if (found.kind === "missing") return { refused: "segment-missing", values: { segment: found.name } };
  const names = found.kind === "segments" ? found.names : [name];
  const sources: ByteSource[] = [];
  for (const segment of names) {
    const source = segment === name ? file.source : siblings.open(latinBytes(segment));
    if (source === null) return { refused: "segment-missing", values: { segment } };
    sources.push(source);
  }
  const files = names.map(latinBytes);
  return { ...image, variant: names.length > 1 ? "split" : "", files, media: joinFiles(sources) };
}

/** Files one after another as one source. */
export function joinFiles(sources: readonly ByteSource[]): ByteSource {
  const ends: number[] = [];
  let sizeBytes = 0;
  for (const source of sources) {
    sizeBytes += source.sizeBytes;
    ends.push(sizeBytes);
  }
  return mappedMedia(sizeBytes, (offsetBytes) => {
    const number = ends.findIndex((end) => offsetBytes < end);
    const source = sources[number];
    const endByte = ends[number] ?? sizeBytes;
    if (source === undefined) throw new RangeError(`Cannot read: no file at byte, current value is ${offsetBytes}`);
    const stretch = { is: "stored" as const, source, offsetBytes: offsetBytes - (endByte - source.sizeBytes) };
    return { endByte, stretch };
  });
}
