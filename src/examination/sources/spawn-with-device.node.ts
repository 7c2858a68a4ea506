import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { constants } from "node:os";
import { entryFile } from "#base/machine/node";
import { sourceFault } from "./faults.ts";
import { openerFaultCode } from "./opener-exit.ts";

/** How a command that reads a device is started. */
export interface DeviceChildHow {
  /** A program before the opener that may open the device, e.g. ["sudo"] or ["pkexec"]; asks on the terminal. */
  elevate?: readonly string[];
  /** The opener's environment; default: this process's. The command itself gets language and time zone alone. */
  env?: Record<string, string | undefined>;
  /** Another user, for a process that is root. */
  uid?: number;
  gid?: number;
}

/** A command that runs with a device as its descriptors 3 (direct where that works) and 4 (buffered). */
export interface DeviceChild {
  /** The opener (or the elevating program): its stdin, stdout and stderr are the command's. */
  readonly child: ChildProcess;
  /** Exit code of the command, 128 + signal where it was killed; rejects with a Fault where it could not be started. */
  readonly ended: Promise<number>;
  /** Ends both, at the latest after 1.5 s, and forgets them at once: also a command that hangs in a read. */
  stop(): void;
}

/**
 * Runs a command with a device that only the opener child opens (open-device.child.node.ts), so that nothing else
 * needs the right. Talk to it over stdin and stdout: elevating programs close every other channel. It lives only while
 * its stdin stays open.
 *
 * @param devicePath From a DeviceSpec.
 * @param command Program by its absolute path, and arguments.
 * @throws Never; `ended` rejects with source/rights, /missing, /no-medium, /not-readable, /input-error, /elevation, /opener.
 */
export function spawnWithDevice(devicePath: string, command: readonly string[], how: DeviceChildHow = {}): DeviceChild {
  const opener = [process.execPath, entryFile("src/examination/sources/open-device.child.node.ts"), devicePath, "--"];
  const [program = process.execPath, ...rest] = [...(how.elevate ?? []), ...opener, ...command];
  const child = spawn(program, rest, {
    stdio: ["pipe", "pipe", "pipe"],
    ...(how.env === undefined ? {} : { env: how.env }),
    ...(how.uid === undefined ? {} : { uid: how.uid }),
    ...(how.gid === undefined ? {} : { gid: how.gid }),
  });
  child.stdin.on("error", () => {}); // its end is told by `ended`
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", (cause) => reject(startFault(devicePath, how, cause)));
    child.on("close", (code, signal) => {
      const exit = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      const fault = exitFault(devicePath, { how, exit, silent: isSilent(child) });
      if (fault === undefined) resolve(exit);
      else reject(fault);
    });
  });
  ended.catch(() => {}); // a caller that stops it need not wait for its end
  const stop = (): void => {
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    child.unref();
  };
  return { child, ended, stop };
}

/** Whether it ended without one byte on its stdout. */
function isSilent(child: ChildProcess): boolean {
  return !(child.stdout instanceof Socket) || child.stdout.bytesRead === 0;
}

function startFault(path: string, how: DeviceChildHow, cause: unknown): Error {
  const [program = ""] = how.elevate ?? [];
  const code = program === "" ? "source/opener" : "source/elevation";
  const options = { place: path, values: { path, program }, cause };
  return sourceFault(code, `Cannot start the program that opens ${path}`, options);
}

/** A Fault where the command never ran: by the opener's own code, or an elevating program that failed without a word. */
function exitFault(
  path: string,
  { how, exit, silent }: { how: DeviceChildHow; exit: number; silent: boolean },
): Error | undefined {
  const [program] = how.elevate ?? [];
  const code =
    openerFaultCode(exit) ?? (program !== undefined && exit !== 0 && silent ? "source/elevation" : undefined);
  if (code === undefined) return undefined;
  const options = { place: path, values: { path, program: program ?? "", code: `exit ${exit}` } };
  return sourceFault(code, `Cannot run a command with ${path}: the opener ended with ${exit}`, options);
}
