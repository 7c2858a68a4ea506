import { fromHex, toHex } from "#base/values";
import { isRefusal, type OpenImage, type Refusal, type Siblings } from "#examination/images";
import { openImage } from "#examination/images/node";
import type { ByteSource } from "#examination/sources";
import { adoptSource } from "#examination/sources/node";
import type { HandedFiles } from "./evidence-files.node.ts";

/** The first descriptor that a child is given beyond its three own ones. */
const FIRST_FD = 3;

/**
 * An image's folder in a limited child: the files it was given, and the names of the others.
 *
 * @param want Asks for a file that was not given; never returns.
 */
function handedFolder({ names, files, missing }: HandedFiles, want: (name: string) => never): Siblings {
  const given = new Map<string, ByteSource>();
  for (const [index, [name, sizeBytes]] of files.entries()) {
    const part = { startByte: 0, sizeBytes, buffered: FIRST_FD + index, direct: null };
    given.set(name, adoptSource({ sizeBytes, parts: [part] }));
  }
  const known = new Set(names);
  const lacking = new Set(missing);
  return {
    names: () => names.map((name) => fromHex(name)),
    open(name) {
      const hex = toHex(name);
      const source = given.get(hex);
      if (source !== undefined) return source;
      if (!known.has(hex) || lacking.has(hex)) return null;
      return want(hex);
    },
  };
}

/** Opens the image whose files were given. */
export function openHandedImage(handed: HandedFiles, want: (name: string) => never): OpenImage | Refusal {
  const folder = handedFolder(handed, want);
  const name = fromHex(handed.name);
  const source = folder.open(name);
  return source === null ? { refused: "empty", values: {} } : openImage({ name, source }, folder);
}

/** The name of an opened image: the same by whichever of its files it was opened. */
export function handedName(image: OpenImage | Refusal, handed: HandedFiles): Uint8Array {
  return (isRefusal(image) ? undefined : image.files[0]) ?? fromHex(handed.name);
}
