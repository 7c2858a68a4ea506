import type { PictureWall } from "./picture-wall.ts";
import { type FilteredArch, seccompFilter } from "./seccomp-filter.ts";

const NOBODY = 65_534;
/** @see getrlimit(2), the same numbers on every Linux this runs on */
const LIMITS = { cpu: 0, fileBytes: 1, dataBytes: 2, coreBytes: 4, files: 7 };
const CPU_SECONDS = 3600;
const [NO_NEW_PRIVILEGES, SET_FILTER, ALL_THREADS] = [38n, 1n, 1n];
const SECCOMP: Record<FilteredArch, bigint> = { x64: 317n, arm64: 277n };

/**
 * Shuts this process in, for good: another user where it is root, bounds on memory and time, and a filter under which it can open
 * no file, reach no network and start, watch or end no other process. To be called when everything it needs is loaded.
 *
 * @returns "process" where the system has no such filter: then memory and time are bounded by whoever started it.
 */
export function lockDown({ memoryBytes }: { memoryBytes: number }): PictureWall {
  if (process.platform !== "linux") return "process";
  const arch = process.arch === "x64" || process.arch === "arm64" ? process.arch : undefined;
  const ffi = process.getBuiltinModule("node:ffi");
  const { functions } = ffi.dlopen(null, {
    setrlimit: { arguments: ["int32", "pointer"], return: "int32" },
    prctl: { arguments: ["int32", "uint64", "uint64", "uint64", "uint64"], return: "int32" },
    syscall: { arguments: ["int64", "uint64", "uint64", "pointer"], return: "int64" },
  });
  if (process.getuid?.() === 0) {
    process.setgroups?.([]);
    process.setgid?.(NOBODY);
    process.setuid?.(NOBODY);
  }
  const limit = (which: number, value: number): void => {
    functions.setrlimit(which, ffi.getRawPointer(BigUint64Array.of(BigInt(value), BigInt(value))));
  };
  limit(LIMITS.coreBytes, 0);
  limit(LIMITS.fileBytes, 0);
  limit(LIMITS.cpu, CPU_SECONDS);
  limit(LIMITS.dataBytes, memoryBytes);
  limit(LIMITS.files, 32);
  if (arch === undefined || functions.prctl(Number(NO_NEW_PRIVILEGES), 1n, 0n, 0n, 0n) !== 0) return "process";
  const filter = seccompFilter(arch, process.pid);
  const program = new BigUint64Array(2);
  new Uint16Array(program.buffer)[0] = filter.length / 8;
  program[1] = ffi.getRawPointer(filter);
  const shut = functions.syscall(SECCOMP[arch], SET_FILTER, ALL_THREADS, ffi.getRawPointer(program));
  return shut === 0n ? "filter" : "process";
}
