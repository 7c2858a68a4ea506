import { bigEndian, letters, littleEndian, startsWith } from "./header-bytes.ts";

/** Where nothing of a file is its own. */
const NOTHING_OWN = Number.MAX_SAFE_INTEGER;
/** Members by which a ZIP shows that it is a program's package: Java, Python, Android. */
const PROGRAM_MEMBER = /^META-INF\/MANIFEST\.MF$|^AndroidManifest\.xml$|\.dist-info\/|\.(?:class|dex|so|dll|pyd)$/;
const CENTRAL_ENTRY = [0x50, 0x4b, 1, 2];

/** ELF: behind its sections, where self-extracting programs keep their freight. @see System V ABI, ELF header, program header */
export function elfEnd(head: Uint8Array): number {
  const wide = head[4] === 2;
  const big = head[5] === 2;
  const read = (at: number, length: number): number => (big ? bigEndian : littleEndian)(head, at, length);
  // Eight-byte fields: their low six bytes say all that a file's size can be.
  const word = (at: number): number => (wide ? read(big ? at + 2 : at, 6) : read(at, 4));
  const sections = word(wide ? 0x28 : 0x20) + read(wide ? 0x3a : 0x2e, 2) * read(wide ? 0x3c : 0x30, 2);
  const programs = word(wide ? 0x20 : 0x1c);
  const [size, count] = [read(wide ? 0x36 : 0x2a, 2), read(wide ? 0x38 : 0x2c, 2)];
  let end = sections;
  for (let i = 0; i < Math.min(count, 64); i++) {
    const at = programs + i * size;
    end = Math.max(end, word(at + (wide ? 8 : 4)) + word(at + (wide ? 0x20 : 0x10)));
  }
  return end;
}

/** PE (Windows program, installer): behind its sections, where installers keep what they install. 0 for a DOS program. @see PE format, Microsoft */
export function peEnd(head: Uint8Array): number {
  const at = littleEndian(head, 0x3c, 4);
  if (!startsWith(head, [0x50, 0x45, 0, 0], at)) return 0;
  const table = at + 24 + littleEndian(head, at + 20, 2);
  let end = 0;
  for (let i = 0; i < Math.min(littleEndian(head, at + 6, 2), 96); i++) {
    end = Math.max(end, littleEndian(head, table + i * 40 + 20, 4) + littleEndian(head, table + i * 40 + 16, 4));
  }
  return end;
}

/** Mach-O, Java class, WebAssembly, Java module, `ar` library, packages of programs (Debian, RPM, some ZIP): nothing is their own. */
export function programEnd(): number {
  return NOTHING_OWN;
}

/** Whether a ZIP is a program's package, by the members its central directory names at the file's end. @see APPNOTE 6.3.10 §4.3.12 */
export function isProgramPackage(tail: Uint8Array): boolean {
  for (let at = tail.indexOf(0x50); at >= 0; at = tail.indexOf(0x50, at + 1)) {
    if (!startsWith(tail, CENTRAL_ENTRY, at)) continue;
    if (PROGRAM_MEMBER.test(letters(tail, at + 46, Math.min(512, littleEndian(tail, at + 28, 2))))) return true;
  }
  return false;
}
