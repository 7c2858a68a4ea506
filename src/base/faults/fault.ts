/** What a Fault says besides its code: where it happened and the values its sentence needs. Never content of evidence. */
export interface FaultOptions {
  /** Source and position, e.g. "stick.dd at byte 4096". */
  place?: string;
  /** Values for the sentence that is shown in the operator's language, by name. */
  values?: Record<string, string | number>;
  cause?: unknown;
}

/** Something the operator must act on. The code is stable: scripts and translations depend on it. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: string;
  readonly place: string | undefined;
  readonly values: Record<string, string | number>;

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.place = options.place;
    this.values = options.values ?? {};
  }
}

/** One room's codes, each with the exit code a command ends with (64 and above; sysexits.h where one fits). */
export type Answers = Record<string, { exit: number }>;

/**
 * Makes a room's fault maker: only codes of its own table compile.
 *
 * @returns A function (code, English message for logs, options) → Fault, to be thrown by the caller.
 */
export function faultMaker<A extends Answers>(
  _answers: A,
): (code: keyof A & string, message: string, options?: FaultOptions) => Fault {
  return (code, message, options) => new Fault(code, message, options);
}
