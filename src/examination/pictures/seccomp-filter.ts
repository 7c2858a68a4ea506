/** Processors for which the list of system calls is known. */
export type FilteredArch = "x64" | "arm64";

const ARCHITECTURES: Record<FilteredArch, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/**
 * What a running program needs that has opened everything already: its memory, its threads, its pipes, its clock. No call that
 * opens, names, makes or changes a file, none that talks to a network, none that starts, watches or ends another process.
 */
const ALLOWED: Record<FilteredArch, readonly number[]> = {
  x64: [
    ...[0, 1, 3, 5, 7, 8, 17, 19, 20, 72, 271], // read write close fstat poll lseek pread64 readv writev fcntl ppoll
    ...[9, 10, 11, 12, 25, 28, 329, 330, 331], // mmap mprotect munmap brk mremap madvise pkey_*
    ...[13, 14, 15, 131, 219], // rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack restart_syscall
    ...[24, 39, 60, 143, 145, 186, 202, 204, 231, 273, 309, 324, 334], // sched_* getpid exit gettid futex …
    ...[35, 96, 98, 99, 228, 229, 230, 318], // nanosleep gettimeofday getrusage sysinfo clock_* getrandom
    ...[232, 233, 281, 290, 441], // epoll_wait epoll_ctl epoll_pwait eventfd2 epoll_pwait2
  ],
  arm64: [
    ...[63, 64, 57, 80, 62, 67, 65, 66, 25, 73],
    ...[222, 226, 215, 214, 216, 233, 288, 289, 290],
    ...[134, 135, 139, 132, 128],
    ...[124, 172, 93, 120, 121, 178, 98, 123, 94, 99, 168, 283, 293],
    ...[101, 169, 165, 179, 113, 114, 115, 278],
    ...[21, 22, 19, 441],
  ],
};

/** Only for threads of this process. */
const CLONE: Record<FilteredArch, number> = { x64: 56, arm64: 220 };
/** Only to this process: how a program aborts itself. */
const TGKILL: Record<FilteredArch, number> = { x64: 234, arm64: 131 };
/** Its flags stand in memory, where no filter sees them: the C library then takes clone. */
const CLONE3 = 435;

const CLONE_THREAD = 0x10000;
const X32_CALLS = 0x40000000;
const [LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN] = [0x20, 0x15, 0x35, 0x45, 0x06];
const ANSWERS = { kill: 0x80000000, allow: 0x7fff0000, notPermitted: 0x50001, notThere: 0x50026 };
/** Offsets in seccomp_data. */
const [CALL, ARCHITECTURE, FIRST_ARGUMENT] = [0, 4, 16];

type Step = { code: number; value: number; yes?: keyof typeof ANSWERS; no?: keyof typeof ANSWERS };

/**
 * The filter of system calls that shuts a child in.
 *
 * @param pid The process to be shut in.
 * @returns Instructions for seccomp(2), 8 bytes each. @see linux/filter.h, linux/seccomp.h
 */
export function seccompFilter(arch: FilteredArch, pid: number): Uint8Array<ArrayBuffer> {
  const steps: Step[] = [
    { code: LOAD, value: ARCHITECTURE },
    { code: EQUAL, value: ARCHITECTURES[arch], no: "kill" },
    { code: LOAD, value: CALL },
    { code: AT_LEAST, value: X32_CALLS, yes: "kill" },
    ...ALLOWED[arch].map((value): Step => ({ code: EQUAL, value, yes: "allow" })),
    { code: EQUAL, value: CLONE3, yes: "notThere" },
  ];
  const tail: Step[] = [
    { code: LOAD, value: FIRST_ARGUMENT },
    { code: ANY_BIT, value: CLONE_THREAD, yes: "allow", no: "notPermitted" },
    { code: LOAD, value: FIRST_ARGUMENT },
    { code: EQUAL, value: pid, yes: "allow", no: "notPermitted" },
  ];
  const count = steps.length + 3 + tail.length;
  const at = Object.fromEntries(Object.keys(ANSWERS).map((name, i) => [name, count + i]));
  const program = new Program(count + Object.keys(ANSWERS).length);
  const jump = (name: string | undefined): number => (name === undefined ? 0 : (at[name] ?? 0) - program.next - 1);
  for (const { code, value, yes, no } of steps) program.put(code, value, [jump(yes), jump(no)]);
  // clone stands first in the tail, tgkill two steps on.
  program.put(EQUAL, CLONE[arch], [2, 0]);
  program.put(EQUAL, TGKILL[arch], [3, 0]);
  program.put(RETURN, ANSWERS.notPermitted, [0, 0]);
  for (const { code, value, yes, no } of tail) program.put(code, value, [jump(yes), jump(no)]);
  for (const value of Object.values(ANSWERS)) program.put(RETURN, value, [0, 0]);
  return program.bytes;
}

/** A filter that answers one system call as a system would that does not have it, and lets every other pass. */
export function refusalFilter(call: number): Uint8Array<ArrayBuffer> {
  const program = new Program(4);
  program.put(LOAD, CALL, [0, 0]);
  program.put(EQUAL, call, [0, 1]);
  program.put(RETURN, ANSWERS.notThere, [0, 0]);
  program.put(RETURN, ANSWERS.allow, [0, 0]);
  return program.bytes;
}

class Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  next = 0;

  constructor(instructions: number) {
    this.bytes = new Uint8Array(instructions * 8);
  }

  put(code: number, value: number, [yes, no]: [number, number]): void {
    const view = new DataView(this.bytes.buffer, this.next * 8, 8);
    view.setUint16(0, code, true);
    view.setUint8(2, yes);
    view.setUint8(3, no);
    view.setUint32(4, value, true);
    this.next++;
  }
}
