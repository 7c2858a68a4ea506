// Bounds of looking into one file, shared through all its nesting.

/** What one file and everything in it may take. */
export interface BudgetLimits {
  /** Containers within containers. */
  depth: number;
  entries: number;
  /** Unpacked or read, in all. */
  bytes: number;
  /** Unpacked bytes for each byte of the outermost file, once `ratioFromBytes` came out. */
  ratio: number;
  ratioFromBytes: number;
  ms: number;
}

/** Limits for files of a stranger's device. */
export const INSIDE_LIMITS: BudgetLimits = {
  depth: 12,
  entries: 250_000,
  bytes: 2 ** 36,
  ratio: 200,
  ratioFromBytes: 2 ** 30,
  ms: 90_000,
};

export type StopReason = "too-many" | "too-large" | "too-long" | "bomb";

/** A limit was reached: nothing more of the outermost file is looked into. */
export class BudgetStop extends Error {
  override readonly name = "BudgetStop";
  readonly reason: StopReason;
  constructor(reason: StopReason) {
    super(`Cannot look further into a file: its budget is used up (${reason})`);
    this.reason = reason;
  }
}

/** What is left. Counts; throws BudgetStop where nothing is. */
export interface Budget {
  readonly limits: BudgetLimits;
  readonly entries: number;
  readonly spentBytes: number;
  /** One more entry. */
  entry(): void;
  /** So many more bytes came out. */
  spend(bytes: number): void;
  /** Whether so many bytes more would be too much, and why. */
  refuses(bytes: number): "too-large" | "bomb" | null;
}

/**
 * Opens the budget of one file.
 *
 * @param sizeBytes Of the file.
 * @param nowMs A clock that goes on.
 */
export function openBudget(
  limits: BudgetLimits,
  { sizeBytes, nowMs }: { sizeBytes: number; nowMs: () => number },
): Budget {
  const startMs = nowMs();
  const ratioBytes = Math.max(limits.ratioFromBytes, limits.ratio * sizeBytes);
  let [entries, spentBytes] = [0, 0];
  const inTime = (): void => {
    if (nowMs() - startMs > limits.ms) throw new BudgetStop("too-long");
  };
  const refuses: Budget["refuses"] = (bytes) => {
    if (spentBytes + bytes > ratioBytes) return "bomb";
    return spentBytes + bytes > limits.bytes ? "too-large" : null;
  };
  return {
    limits,
    get entries() {
      return entries;
    },
    get spentBytes() {
      return spentBytes;
    },
    entry() {
      if (++entries > limits.entries) throw new BudgetStop("too-many");
      inTime();
    },
    spend(bytes) {
      const reason = refuses(bytes);
      if (reason !== null) throw new BudgetStop(reason);
      spentBytes += bytes;
      inTime();
    },
    refuses,
  };
}
