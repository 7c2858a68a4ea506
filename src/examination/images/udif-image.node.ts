import { unpackLzfse, unpackXz } from "#base/unpacking";
import { inflateAtOnce } from "#base/unpacking/node";
import { unpackAdc } from "./adc.ts";
import { budgetCache } from "./budget-cache.ts";
import { unpackBzip2 } from "./bzip2.ts";
import { readPart } from "./fields.ts";
import { type ImageFile, noAcquisition, type OpenImage, type Refusal } from "./image.ts";
import { mappedMedia, type Stretch, type Unread } from "./mapped-media.ts";
import { isEncryptedUdif, readUdif, type UdifRun, udifTrailer } from "./udif-blocks.ts";

const RUNS_BUDGET_BYTES = 32 * 1024 * 1024;
const RUN_LIMIT_BYTES = 64 * 1024 * 1024;
const ZERO = { is: "zero" } as const;
const BROKEN: Unread = { is: "unread", why: "input-error", code: "CHECKSUM" };
const UNKNOWN: Unread = { is: "unread", why: "input-error", code: "COMPRESSION" };
const PACKED: Record<number, (bytes: Uint8Array, limitBytes: number) => Uint8Array> = {
  2147483652: unpackAdc,
  2147483653: (bytes, maxOutputLength) => inflateAtOnce(bytes, "zlib", { maxOutputLength }).bytes,
  2147483654: unpackBzip2,
  2147483655: unpackLzfse,
  2147483656: unpackXz,
};

/**
 * Opens an Apple disk image (UDIF): stored, zero-filled, ADC, zlib, bzip2, LZFSE and LZMA runs.
 *
 * @returns Null where the file is none; refusals for encrypted and segmented ones.
 */
export function openUdif({ name, source }: ImageFile): OpenImage | Refusal | null {
  if (isEncryptedUdif(source)) return { refused: "udif-encrypted", values: {} };
  const trailer = udifTrailer(source);
  if (trailer === null) return null;
  if (trailer.u32(60) > 1) return { refused: "udif-segments", values: { segments: trailer.u32(60) } };
  const udif = readUdif(source, trailer);
  if (udif === null) return { refused: "udif-damaged", values: {} };
  const plain = budgetCache<Uint8Array | Unread>(RUNS_BUDGET_BYTES);
  const load = (run: UdifRun, number: number): Uint8Array | Unread => {
    const known = plain.get(number);
    if (known !== undefined) return known;
    const got = unpack(readPart(source, run.at, Math.min(run.length, RUN_LIMIT_BYTES)), run);
    plain.set(number, got, got instanceof Uint8Array ? got.length : 64);
    return got;
  };
  return {
    format: "udif",
    variant: "",
    files: [name],
    media: mappedMedia(udif.sizeBytes, (offsetBytes) => {
      const number = runBefore(udif.runs, offsetBytes);
      const run = udif.runs[number];
      const next = udif.runs[number + 1]?.startByte ?? udif.sizeBytes;
      // Between runs there is nothing: the format leaves out what is free.
      if (run === undefined || offsetBytes >= run.endByte) return { endByte: next, stretch: ZERO };
      const skip = offsetBytes - run.startByte;
      return { endByte: run.endByte, stretch: stretchOf(run, { skip, load: () => load(run, number) }) };
    }),
    unread: udif.runs
      .filter((run) => stretchOf(run, { skip: 0, load: () => BROKEN }).is === "unread")
      .map(({ startByte, endByte }) => ({ startByte, lengthBytes: endByte - startByte })),
    acquisition: noAcquisition(),
    problems: [],
  };

  function stretchOf(run: UdifRun, { skip, load }: { skip: number; load: () => Uint8Array | Unread }): Stretch {
    if (run.kind === 0 || run.kind === 2) return ZERO;
    if (run.kind === 1) return { is: "stored", source, offsetBytes: run.at + skip };
    if (PACKED[run.kind] === undefined || run.endByte - run.startByte > RUN_LIMIT_BYTES) return UNKNOWN;
    return { is: "block", load, skip };
  }
}

/** The last run that begins at or before an offset; -1 where none does. */
function runBefore(runs: readonly UdifRun[], offsetBytes: number): number {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.startByte ?? 0) <= offsetBytes) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function unpack(bytes: Uint8Array, run: UdifRun): Uint8Array | Unread {
  const wanted = run.endByte - run.startByte;
  try {
    const out = PACKED[run.kind]?.(bytes, wanted) ?? new Uint8Array(0);
    return out.length < wanted ? BROKEN : out;
  } catch {
    return BROKEN;
  }
}
