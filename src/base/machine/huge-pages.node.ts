/** MADV_HUGEPAGE of madvise(2), the same number on every Linux. */
const MADV_HUGEPAGE = 14;
const HUGE_BYTES = 2n ** 21n;

/**
 * Asks Linux to back a range of memory by pages of 2 MiB, before it is first written: random reads over hundreds of megabytes
 * then take a quarter less time (docs/design/0004-filter.md). Advice only: the memory's contents and size stay as they are.
 *
 * @returns false where it cannot be asked for: another system, or a process that may not call the system (permission model).
 */
export function adviseHugePages(memory: WebAssembly.Memory, at: number, bytes: number): boolean {
  if (process.platform !== "linux" || bytes < Number(HUGE_BYTES)) return false;
  try {
    const ffi = withoutWarning(() => process.getBuiltinModule("node:ffi"));
    const { functions, lib } = ffi.dlopen(null, {
      madvise: { arguments: ["pointer", "uint64", "int32"], return: "int32" },
    });
    // The range is rounded inward to whole pages, so it never leaves the memory.
    const from = ffi.getRawPointer(new Uint8Array(memory.buffer, at, bytes));
    const first = ((from + HUGE_BYTES - 1n) / HUGE_BYTES) * HUGE_BYTES;
    const end = ((from + BigInt(bytes)) / HUGE_BYTES) * HUGE_BYTES;
    const advised = end > first && functions.madvise(first, end - first, MADV_HUGEPAGE) === 0;
    lib.close();
    return advised;
  } catch {
    return false;
  }
}

/** node:ffi is young and says so on standard error at every first use; an officer's screen is no place for it. */
function withoutWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
