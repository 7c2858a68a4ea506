import { realpathSync } from "node:fs";
import { isAbsolute } from "node:path";
import { lookAtMedium } from "#examination/triage/node";
import { lanesFault } from "./faults.ts";
import { MACHINE, type Sockets } from "./plugged.node.ts";

const PATH_MOST = 4096;

/**
 * Adds a folder, a disk copy or a device by its path, checked like any device.
 *
 * @param path Absolute.
 * @returns the key of its plate: of the device itself where it is plugged in.
 * @throws {Fault} lanes/path, lanes/own-disk, source/*.
 */
export async function addPath(path: string, sockets: Sockets): Promise<string> {
  if (!isAbsolute(path) || path.length > PATH_MOST || path.includes("\0")) {
    throw lanesFault("lanes/path", "A path begins with / and is not too long");
  }
  const real = realOf(path);
  sockets.look();
  const listed = sockets.plugged.find((one) => one.path === real || one.parts.includes(real));
  if (listed?.own) throw ownDisk(path);
  if (listed !== undefined) return listed.key;
  const { look } = await lookAtMedium(real);
  if (look.notices.some(({ code }) => code === "own-disk")) throw ownDisk(path);
  const { hardware, kernel, mountedWritable } = look.readOnly;
  const isDevice = look.spec.kind === "device";
  const added = sockets.add({
    kind: look.spec.kind === "device" ? "disk" : look.spec.kind,
    model: look.model ?? look.place.split("/").at(-1) ?? "",
    serial: look.serial ?? null,
    sizeBytes: look.spec.kind === "folder" ? null : look.sizeBytes,
    ...{ path: real, parts: [], own: false, mayRead: !isDevice || MACHINE.mayRead(real) },
    mountedWritable: isDevice && mountedWritable,
    readOnly: hardware === true ? "hardware" : kernel === true ? "kernel" : "no",
  });
  return added.key;
}

function ownDisk(path: string): Error {
  return lanesFault("lanes/own-disk", `${path} is on this computer's own disk`, { place: path, values: { path } });
}

/** Where a link leads; what is not there is said by whoever looks at it. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
