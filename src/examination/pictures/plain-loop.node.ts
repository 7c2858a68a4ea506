import { refusalFilter } from "./seccomp-filter.ts";

/** The same on every processor. */
const IO_URING_SETUP = 425;
const [NO_NEW_PRIVILEGES, SET_FILTER] = [38, 1n];
const SECCOMP: Partial<Record<NodeJS.Architecture, bigint>> = { x64: 317n, arm64: 277n };
const MARK = "PHUM_PLAIN_LOOP";

/**
 * Starts this process anew without io_uring, where the system is Linux and it was not yet done. Node's event loop hands its calls
 * through a ring where it can have one, past any filter of system calls; without one it waits as programs always did. Only then
 * may a child that waits for timers or threads shut itself in. To be called before anything else.
 */
export function startWithoutRings(): void {
  const seccomp = SECCOMP[process.arch];
  if (process.platform !== "linux" || seccomp === undefined || process.env[MARK] === "1") return;
  const ffi = process.getBuiltinModule("node:ffi");
  const { functions } = ffi.dlopen(null, {
    prctl: { arguments: ["int32", "uint64", "uint64", "uint64", "uint64"], return: "int32" },
    syscall: { arguments: ["int64", "uint64", "uint64", "pointer"], return: "int64" },
  });
  const filter = refusalFilter(IO_URING_SETUP);
  const program = new BigUint64Array(2);
  new Uint16Array(program.buffer)[0] = filter.length / 8;
  program[1] = ffi.getRawPointer(filter);
  if (functions.prctl(NO_NEW_PRIVILEGES, 1n, 0n, 0n, 0n) !== 0) return;
  if (functions.syscall(seccomp, SET_FILTER, 0n, ffi.getRawPointer(program)) !== 0n) return;
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve?.(process.execPath, words, { ...process.env, [MARK]: "1" });
}
