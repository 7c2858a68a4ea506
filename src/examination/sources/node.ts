// sources on Node: looks at, lists and opens folders, raw images and block devices, always read-only.
// Coming from this door (signatures are settled):
//   spawnWithDevice(devicePath: string, command: string[], how?: { elevate?: string[]; env?; uid?; gid? }): DeviceChild
//       the command gets the device as fd 3 (direct where it works) and fd 4 (buffered); talk over its stdin and stdout
//       (sudo closes every other channel); it lives only while its stdin stays open
//       DeviceChild { child: ChildProcess; ended: Promise<number> }      ended rejects with a Fault where the device was not opened
//   devices: Command                                        `phum devices [--json]`
export { listDevices } from "./list-devices.node.ts";
export { listFolder } from "./list-folder.node.ts";
export { lookAtSource } from "./look-at-source.node.ts";
export { openFolderFile } from "./open-folder-file.node.ts";
export type { OpenHow } from "./open-source.node.ts";
export { adoptSource, openSource } from "./open-source.node.ts";
