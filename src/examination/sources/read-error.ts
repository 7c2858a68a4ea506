/** Why bytes were asked for and not given; the words of a report's unread ranges. */
export type UnreadReason = "input-error" | "timeout" | "refused" | "vanished" | "not-regular";

/** Where a read failed and how far it came. */
export interface ReadErrorPlace {
  /** First byte that could not be read, from the start of the source or file. */
  offsetBytes: number;
  /** Bytes before it that stand in the view and are good. */
  goodBytes: number;
  cause?: unknown;
}

/** A read that failed: damage is a finding, so the caller notes an unread range and goes on. Never a Fault. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  readonly why: UnreadReason;
  /** The system's code, e.g. "EIO"; "ENDED" where the source is shorter than it was. */
  readonly code: string;
  readonly offsetBytes: number;
  readonly goodBytes: number;

  constructor(why: UnreadReason, code: string, place: ReadErrorPlace) {
    super(`Cannot read at byte ${place.offsetBytes}: ${code}`, { cause: place.cause });
    this.why = why;
    this.code = code;
    this.offsetBytes = place.offsetBytes;
    this.goodBytes = place.goodBytes;
  }
}

const REASONS: Record<string, UnreadReason> = {
  EACCES: "refused",
  EPERM: "refused",
  ELOOP: "refused",
  ENAMETOOLONG: "refused",
  ENOENT: "vanished",
  ENOTDIR: "vanished",
  ENODEV: "vanished",
  ENXIO: "vanished",
  ESTALE: "vanished",
  ENOMEDIUM: "vanished",
  ENOTCONN: "vanished",
  ESHUTDOWN: "vanished",
  ETIMEDOUT: "timeout",
};

/** The unread reason that belongs to a system's error code; "input-error" for all that are not listed. */
export function unreadReason(code: string): UnreadReason {
  return REASONS[code] ?? "input-error";
}
