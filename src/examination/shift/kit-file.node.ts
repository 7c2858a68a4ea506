import { closeSync, fsyncSync, openSync, writeFileSync } from "node:fs";
import type { CommandRequest } from "#base/commandline";
import { shiftFault } from "./faults.ts";
import { type KitFolder, kitFolder, kitFolderOf, makeKitFolder } from "./kit-folder.node.ts";

/** The kit that a command is about: --kit DIR, else $PHUM_KIT, else this computer's own. Its folders are made. */
export function kitAsked(request: CommandRequest): KitFolder {
  const given = request.text("kit");
  const folder = given === undefined ? kitFolderOf(process.env) : kitFolder(request.path(given));
  makeKitFolder(folder);
  return folder;
}

/** Writes a new file for its owner alone; never over another. @throws {Fault} shift/unwritable. */
export function writeNewFile(path: string, bytes: Uint8Array | string): void {
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw shiftFault("shift/unwritable", `Cannot write ${path}`, { values: { path }, cause });
  }
}
