/** How one system names its disks, and whether Phum reads them there. */
interface DeviceNaming {
  platform: string;
  name: string;
  pattern: RegExp;
  supported: boolean;
}

// The door to other systems: a row becomes supported when its opening has been written and run there.
// Windows: \\.\PhysicalDriveN, also \\?\ and //./; macOS: /dev/rdiskN (raw) and /dev/diskN, with sN for a slice.
const NAMINGS: readonly DeviceNaming[] = [
  {
    platform: "win32",
    name: "Windows",
    pattern: /^[\\/]{2}[.?][\\/](?:PhysicalDrive\d+|[A-Za-z]:|CdRom\d+)[\\/]?$/i,
    supported: false,
  },
  { platform: "darwin", name: "macOS", pattern: /^\/dev\/r?disk\d+(?:s\d+)*$/, supported: false },
];

/**
 * The system whose device a path names although Phum cannot read devices of that system (yet).
 *
 * @param path As the officer gave it.
 * @returns "Windows" or "macOS", undefined for every other path.
 */
export function unsupportedDevice(path: string): string | undefined {
  return NAMINGS.find((naming) => !naming.supported && naming.pattern.test(path))?.name;
}

/** Whether block devices can be looked at and opened on this system (process.platform). */
export function readsDevices(platform: string): boolean {
  return platform === "linux" || NAMINGS.some((naming) => naming.platform === platform && naming.supported);
}
