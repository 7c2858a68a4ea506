import { holds } from "#base/values";
import { pictureFormat } from "#examination/pictures";

/** Beginnings of files that are searched by what knows them: archives; and of those where pictures are signs on buttons: programs. */
const KNOWN = [
  ...[
    "PK\x03\x04",
    "PK\x05\x06",
    "\x1f\x8b\x08",
    "7z\xbc\xaf\x27\x1c",
    "Rar!\x1a\x07",
    "BZh",
    "\xfd7zXZ\0",
    "\x28\xb5\x2f\xfd",
    "MSCF",
  ],
  ...["MZ", "\x7fELF", "\xca\xfe\xba\xbe", "\xcf\xfa\xed\xfe", "ID3", "OggS", "fLaC"],
];

/** Whether a file's first bytes say nothing of what it is, or that pictures may stand in it as they are (documents). */
export function isUnknownKind(head: Uint8Array): boolean {
  if (KNOWN.some((beginning) => holds(head, 0, beginning))) return false;
  const format = pictureFormat(head);
  return format === undefined || format === "pdf";
}
