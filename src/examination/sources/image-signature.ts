import { holds } from "#base/values";

/** What a file's first bytes say about reading it as a raw image. */
export interface ImageSignature {
  format: string;
  /** "container": its bytes are not the disk's in order; "foreign": one that is not read; "compressed": a packed file, an archive. */
  kind: "container" | "foreign" | "compressed";
}

/** Bytes at the start that imageSignature wants, and bytes at the end for its `tail`. */
export const SIGNATURE_HEAD_BYTES = 4096;
export const SIGNATURE_TAIL_BYTES = 512;

const HEADS: readonly (readonly [string, ImageSignature["kind"], number, string])[] = [
  ["EWF (E01)", "container", 0, "EVF\t\r\n\xff\0"],
  ["EWF (L01)", "container", 0, "LVF\t\r\n\xff\0"],
  ["EWF (Ex01)", "container", 0, "EVF2\r\n\x81\0"],
  ["EWF (Lx01)", "container", 0, "LEF2\r\n\x81\0"],
  ["AD1", "container", 0, "ADSEGMENTEDFILE\0"],
  ["AFF", "container", 0, "AFF10\r\n\0"],
  ["AFF", "container", 0, "AFF01\r\n\0"],
  ["QCOW", "container", 0, "QFI\xfb"],
  ["VMDK", "container", 0, "KDMV"],
  ["VMDK", "container", 0, "COWD"],
  ["VMDK", "container", 0, "# Disk DescriptorFile"],
  ["VHDX", "container", 0, "vhdxfile"],
  ["VHD", "container", 0, "conectix"],
  ["VDI", "container", 0x40, "\x7f\x10\xda\xbe"],
  ["Parallels", "container", 0, "WithoutFreeSpace"],
  ["Parallels", "container", 0, "WithouFreSpacExt"],
  ["sparse image", "container", 0, "sprs"],
  ["QED", "foreign", 0, "QED\0"],
  ["Bochs", "foreign", 0, "Bochs Virtual HD Image"],
  ["Android sparse", "foreign", 0, "\x3a\xff\x26\xed\x01\0"],
  ["WIM", "foreign", 0, "MSWIM\0\0\0"],
  ["Partclone", "foreign", 0, "partclone-image\0"],
  ["ntfsclone", "foreign", 0, "\0ntfsclone-image"],
  ["Partimage", "foreign", 0, "PaRtImAgE-VoLuMe"],
  ["DAA", "foreign", 0, "DAA\0\0\0\0\0"],
  ["ISZ", "foreign", 0, "IsZ!"],
  ["CHD", "foreign", 0, "MComprHD"],
  ["CD (2352)", "container", 0, "\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0"],
  ["zip", "compressed", 0, "PK\x03\x04"],
  ["gzip", "compressed", 0, "\x1f\x8b\x08"],
  ["bzip2", "compressed", 0, "BZh"],
  ["xz", "compressed", 0, "\xfd7zXZ\0"],
  ["7z", "compressed", 0, "7z\xbc\xaf\x27\x1c"],
  ["zstd", "compressed", 0, "\x28\xb5\x2f\xfd"],
  ["lz4", "compressed", 0, "\x04\x22\x4d\x18"],
  ["tar", "compressed", 257, "ustar"],
  ["cabinet", "compressed", 0, "MSCF\0\0\0\0"],
  ["RAR", "compressed", 0, "Rar!\x1a\x07"],
];

/**
 * Recognises image files whose bytes are not the disk's own, so that none of them is read as if it were raw.
 *
 * @param head The first SIGNATURE_HEAD_BYTES, fewer where the file is shorter.
 * @param tail The last SIGNATURE_TAIL_BYTES likewise.
 */
export function imageSignature(head: Uint8Array, tail: Uint8Array): ImageSignature | undefined {
  if (tail.length === SIGNATURE_TAIL_BYTES && holds(tail, 0, "koly")) return { format: "DMG", kind: "container" };
  if (tail.length === SIGNATURE_TAIL_BYTES && holds(tail, 0, "conectix")) return { format: "VHD", kind: "container" };
  for (const [format, kind, at, text] of HEADS) if (holds(head, at, text)) return { format, kind };
  return undefined;
}
