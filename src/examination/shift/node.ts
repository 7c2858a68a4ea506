// shift, on Node: the kit's folder, who unlocks, the answers on disk, the lists, the self-test, practice, and the commands that fill
// a kit. Writes into the kit's folder alone. Never examines, never keeps a passphrase.
export { type KitFolder, kitFolder, kitFolderOf, makeKitFolder } from "./kit-folder.node.ts";
export { kitAddList, kitAddOfficer } from "./kit-officer.command.ts";
export { kitOffencesCommand, kitPolicyCommand } from "./kit-policy.command.ts";
export { openShift } from "./shift.node.ts";
export type { KeptShift, Shift, ShiftOptions } from "./shift-options.node.ts";
export type { WorkingShift } from "./working-shift.node.ts";
