import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { evidenceFault } from "./faults.ts";

/**
 * Refuses a folder of evidence that lies inside what is examined: below the folder, or on a file system of the device.
 *
 * @throws {Fault} evidence/inside-source.
 */
export function refuseInsideSource(dir: string, sourcePath: string): void {
  const target = realAncestor(resolve(dir));
  let source: string;
  try {
    source = realpathSync(sourcePath);
  } catch {
    return; // What cannot be found is refused by whoever opens it.
  }
  const facts = statSync(source);
  const inside = facts.isDirectory() ? isBelow(target, source) : facts.isBlockDevice() && liesOn(target, facts.rdev);
  if (inside) {
    throw evidenceFault("evidence/inside-source", `${dir} lies inside ${sourcePath}`, {
      place: dir,
      values: { path: dir },
    });
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
  let existing = path;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const place = (number: number): string | undefined => {
    // Linux makedev(3): 12 bits of the major number from bit 8, the minor's low 8 and further bits from bit 20.
    const major = (number >> 8) & 0xfff;
    const minor = (number & 0xff) | ((number >>> 12) & 0xfff00);
    const link = `/sys/dev/block/${major}:${minor}`;
    return existsSync(link) ? realpathSync(link) : undefined;
  };
  const [mine, examined] = [place(statSync(existing).dev), place(device)];
  if (mine === undefined || examined === undefined) return statSync(existing).dev === device;
  return isBelow(mine, examined) || isBelow(examined, mine);
}
