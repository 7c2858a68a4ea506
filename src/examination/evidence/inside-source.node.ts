import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { evidenceFault } from "./faults.ts";

/**
 * Refuses a folder of evidence that lies inside what is examined: below the folder, on a file system of the device, or beside the
 * examined folder on the same plugged-in medium; and one that holds what is examined, since it would then not stand for itself.
 *
 * @param sys Where the kernel tells of devices; another folder in tests only.
 * @throws {Fault} evidence/inside-source, evidence/around-source.
 */
export function refuseInsideSource(dir: string, sourcePath: string, sys = "/sys"): void {
  const target = realAncestor(resolve(dir));
  let source: string;
  try {
    source = realpathSync(sourcePath);
  } catch {
    return; // What cannot be found is refused by whoever opens it.
  }
  const facts = statSync(source);
  const inside = facts.isDirectory()
    ? isBelow(target, source) || (statSync(existing(target)).dev === facts.dev && isPluggedIn(facts.dev, sys))
    : facts.isBlockDevice() && liesOn(target, facts.rdev);
  if (inside) {
    throw evidenceFault("evidence/inside-source", `${dir} lies inside ${sourcePath}`, {
      place: dir,
      values: { path: dir },
    });
  }
  if (isBelow(source, target)) {
    throw evidenceFault("evidence/around-source", `${dir} holds ${sourcePath}`, { place: dir, values: { path: dir } });
  }
}

/** The real path of the folder, or of the nearest one above it that exists, with the rest appended. */
function realAncestor(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const above = dirname(path);
  return above === path ? path : resolve(realAncestor(above), relative(above, path));
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && resolve(folder, way) === path);
}

/** Whether a path's file system stands on the block device or on one of its partitions (Linux: /sys/dev/block). */
function liesOn(path: string, device: number): boolean {
  const mine = statSync(existing(path)).dev;
  const [place, examined] = [placeOf(mine, "/sys"), placeOf(device, "/sys")];
  if (place === undefined || examined === undefined) return mine === device;
  return isBelow(place, examined) || isBelow(examined, place);
}

/** Whether a file system stands on what can be pulled out: behind USB, in a card reader, or removable by its own word. */
export function isPluggedIn(device: number, sys: string): boolean {
  const place = placeOf(device, sys);
  if (place === undefined) return false;
  if (/\/(?:usb\d|mmc_host\/)/.test(place)) return true;
  return [place, dirname(place)].some((at) => {
    const told = join(at, "removable");
    return existsSync(told) && readFileSync(told, "latin1").trim() === "1";
  });
}

/** Where the kernel keeps a block device (Linux). */
function placeOf(device: number, sys: string): string | undefined {
  // Linux makedev(3): 12 bits of the major number from bit 8, the minor's low 8 and further bits from bit 20.
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  const link = `${sys}/dev/block/${major}:${minor}`;
  return existsSync(link) ? realpathSync(link) : undefined;
}

/** The path, or the nearest one above it that exists. */
function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}
