// sources on Node: looks at, lists and opens folders, raw images and block devices, always read-only. Devices are opened
// by openSource or, where only an elevated program may, by the small child behind spawnWithDevice.

export { SYSTEM, type SystemTree } from "./block-devices.node.ts";
export { askToRead } from "./device-rights.node.ts";
export { devices } from "./devices.command.ts";
export { elevatorHere } from "./elevator.node.ts";
export { listDevices } from "./list-devices.node.ts";
export { listFolder } from "./list-folder.node.ts";
export { listPhones, type PluggedPhone } from "./list-phones.node.ts";
export { lookAtContainer } from "./look-at-container.node.ts";
export { lookAtSource } from "./look-at-source.node.ts";
export { openFolderFile } from "./open-folder-file.node.ts";
export { adoptSource, openSource } from "./open-source.node.ts";
export { plugMark } from "./plug-mark.node.ts";
export { spawnWithDevice } from "./spawn-with-device.node.ts";
