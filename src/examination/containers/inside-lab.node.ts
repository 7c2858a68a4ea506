import { memorySource } from "#examination/sources";
// What looking into a file gives, for tests.
import { type BudgetLimits, INSIDE_LIMITS, openBudget } from "./budget.ts";
import type { InnerFacts } from "./inner-facts.ts";
import { lookInside } from "./inside.node.ts";

/** What was found in a file. */
export interface Looked {
  /** By place; the outer file is "f". */
  files: Map<string, InnerFacts & { bytes: Buffer }>;
  /** "code place". */
  problems: string[];
}

/** Looks into bytes; the place of everything begins with `name`. */
export function look(bytes: Uint8Array, limits: Partial<BudgetLimits> = {}, name = "f"): Looked {
  const files: Looked["files"] = new Map();
  const problems: string[] = [];
  const text = (chain: readonly Uint8Array[]): string =>
    chain.map((one) => Buffer.from(one).toString("utf8")).join("/");
  const budget = openBudget(
    { ...INSIDE_LIMITS, ...limits },
    { sizeBytes: bytes.length, nowMs: () => performance.now() },
  );
  lookInside(
    { chain: [Buffer.from(name)], source: memorySource(bytes) },
    {
      file({ chain }) {
        const pieces: Buffer[] = [];
        return {
          piece: (piece) => void pieces.push(Buffer.from(piece)),
          end: (facts) => void files.set(text(chain), { ...facts, bytes: Buffer.concat(pieces) }),
        };
      },
      problem: (what, chain) => void problems.push(`${what} ${text(chain)}`),
    },
    budget,
  );
  return { files, problems };
}

/** Bytes that repeat nowhere, the same for the same seed. */
export function noise(lengthBytes: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(lengthBytes);
  let state = seed * 2654435761;
  for (let i = 0; i < lengthBytes; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
