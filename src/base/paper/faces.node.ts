import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { type Face, openFace } from "./face.ts";

/** Our one family, Noto Sans Khmer (OFL), in the weights of a paper. */
export type Faces = Record<"regular" | "bold" | "heavy", Face>;

const FILES = {
  regular: "400Regular/NotoSansKhmer_400Regular.ttf",
  bold: "600SemiBold/NotoSansKhmer_600SemiBold.ttf",
  heavy: "800ExtraBold/NotoSansKhmer_800ExtraBold.ttf",
} as const;

let opened: Promise<Faces> | undefined;

/** The faces; opened once in a process. */
export function paperFaces(): Promise<Faces> {
  opened ??= openFaces();
  return opened;
}

async function openFaces(): Promise<Faces> {
  const require = createRequire(join(projectHome, "package.json"));
  const file = (weight: keyof typeof FILES): Uint8Array =>
    readFileSync(require.resolve(`@expo-google-fonts/noto-sans-khmer/${FILES[weight]}`));
  const [regular, bold, heavy] = await Promise.all([
    openFace("R", file("regular")),
    openFace("B", file("bold")),
    openFace("H", file("heavy")),
  ]);
  return { regular, bold, heavy };
}
