// sources on Node: looks at, lists and opens folders, raw images and block devices, always read-only.
// Coming from this door (signatures are settled):
//   lookAtSource(path: string | Uint8Array): Promise<SourceLook>
//   listDevices(): PluggedDevice[]
//   openSource(spec: ImageSpec | DeviceSpec, how?: { direct?: boolean; inherited?: { direct: number; buffered: number } }): OpenBytes
//       direct: default true for devices, false for images; inherited: { direct: 3, buffered: 4 } in a child of spawnWithDevice
//   adoptSource(handles: SourceHandles): OpenBytes          in a thread of the same process; its close() does nothing
//   listFolder(spec: FolderSpec): Generator<FolderEntry>
//   openFolderFile(spec: FolderSpec, pathBytes: Uint8Array, expected?: { identity: string }): OpenFile     throws ReadError
//   spawnWithDevice(devicePath: string, command: string[], how?: { elevate?: string[]; env?; uid?; gid? }): DeviceChild
//       the command gets the device as fd 3 (direct where it works) and fd 4 (buffered); talk over its stdin and stdout
//       (sudo closes every other channel); it lives only while its stdin stays open
//       DeviceChild { child: ChildProcess; ended: Promise<number> }      ended rejects with a Fault where the device was not opened
//   devices: Command                                        `phum devices [--json]`
export {};
