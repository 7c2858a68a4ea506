import { type BudgetLimits, INSIDE_LIMITS, openBudget } from "#examination/containers";
import type { ByteSource } from "#examination/sources";
import type { ChildVoice } from "./child-says.node.ts";
import { lookInsideDisks } from "./inner-disk.node.ts";
import { tellingVisitor } from "./tell-inside.node.ts";

/** A file that holds files and was found by its structure. */
export interface CarvedHolder {
  chain: readonly Uint8Array[];
  read: ByteSource;
  sha256: string;
  /** In the bytes that are searched. */
  startByte: number;
  endByte: number;
}

/** Looks into files that were found by their structure: each content once, all of them within one budget. */
export interface CarvedInsides {
  /** So many more bytes were searched, up to a byte. */
  searched(bytes: number, upTo: number): void;
  /** Tells what stands in a file. */
  enter(holder: CarvedHolder): void;
  /** Whether a file was told as part of one around it. */
  knows(startByte: number, sha256: string): boolean;
  nextArea(): void;
}

/** What looking into such files may take to begin with, and more for each byte that is searched. */
const FIRST = { bytes: 2 ** 31, entries: INSIDE_LIMITS.entries, ms: INSIDE_LIMITS.ms };
const PER_BYTE = { bytes: 16, entries: 1 / 256, ms: 1 / 4096 };
/** Contents that were looked into; those beyond are looked into again. */
const ENTERED_MOST = 2 ** 18;
const TOLD_MOST = 2 ** 20;

type Share = Record<keyof typeof FIRST, number>;

/**
 * @param bytesToo Whether the bytes of inner files are told.
 * @param first What it may take to begin with; less, for tests alone.
 */
export function carvedInsides(voice: ChildVoice, bytesToo: boolean, first: Share = FIRST): CarvedInsides {
  const left: Share = { ...first };
  const entered = new Set<string>();
  let around: { startByte: number; endByte: number; told: Set<string> }[] = [];
  return {
    searched(bytes, upTo) {
      for (const what of ["bytes", "entries", "ms"] as const)
        left[what] = Math.min(first[what], left[what] + bytes * PER_BYTE[what]);
      around = around.filter(({ endByte }) => endByte > upTo);
    },
    nextArea: () => {
      around = [];
    },
    knows: (at, sha256) =>
      around.some(({ startByte, endByte, told }) => at >= startByte && at < endByte && told.has(sha256)),
    enter({ chain, read, sha256, startByte, endByte }) {
      if (entered.has(sha256)) return;
      if (entered.size < ENTERED_MOST) entered.add(sha256);
      const told = new Set<string>();
      around.push({ startByte, endByte, told });
      const visitor = tellingVisitor(voice, {});
      if (left.bytes <= 0 || left.entries <= 0 || left.ms <= 0) {
        visitor.problem("too-long", chain);
        return;
      }
      const startMs = visitor.nowMs();
      const budget = openBudget(limitsOf(left), { sizeBytes: read.sizeBytes, nowMs: visitor.nowMs });
      const inner = {
        ...{
          beat: () => visitor.beat?.(),
          problem: visitor.problem,
          disguised: (file: { chain: readonly Uint8Array[] }) => visitor.disguised?.(file),
        },
        file(file: Parameters<typeof visitor.file>[0]) {
          const sink = visitor.file(file);
          return {
            piece: (bytes: Uint8Array) => void (bytesToo && sink?.piece(bytes)),
            end(facts: Parameters<NonNullable<typeof sink>["end"]>[0]) {
              if (facts.sha256 !== null && told.size < TOLD_MOST) told.add(facts.sha256);
              sink?.end(facts);
            },
          };
        },
      };
      lookInsideDisks({ chain, source: read }, inner, budget);
      left.bytes -= budget.spentBytes;
      left.entries -= budget.entries;
      left.ms -= visitor.nowMs() - startMs;
    },
  };
}

function limitsOf({ bytes, entries, ms }: Share): BudgetLimits {
  return {
    ...INSIDE_LIMITS,
    ...{ bytes: Math.min(INSIDE_LIMITS.bytes, bytes), entries: Math.min(INSIDE_LIMITS.entries, Math.ceil(entries)) },
    ms: Math.min(INSIDE_LIMITS.ms, ms),
  };
}
