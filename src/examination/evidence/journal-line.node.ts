import { chainHash } from "#base/signing/node";
import { canonicalBytes, canonicalText } from "#base/values";
import { boundedJson } from "./bounded-json.ts";
import type { JournalBody, JournalEntry } from "./journal-entry.ts";

/** Longest line, its line feed included: 4 MiB. */
export const LINE_MAX_BYTES = 4 * 1024 * 1024;

/** An entry of any chained log; the journal's kinds are closed, those of other logs are their own. */
export type ChainedEntry = Omit<JournalEntry, "kind"> & { kind: string };

/** What a new entry says, before it is chained. */
export interface NewEntry {
  n: number;
  at: string;
  kind: string;
  body: JournalBody;
}

/** The line of an entry that follows `previous`, and the entry. @throws {RangeError} When the line is longer than 4 MiB. */
export function chainedLine(entry: NewEntry, previous: string): { entry: ChainedEntry; line: Uint8Array } {
  const { n, at, kind, body } = entry;
  const hash = chainHash(previous, canonicalBytes({ n, at, kind, body }));
  const whole: ChainedEntry = { n, at, kind, body, previous, hash };
  const line = canonicalBytes(whole);
  if (line.length >= LINE_MAX_BYTES) {
    throw new RangeError(
      `Cannot write an entry: its line must be under ${LINE_MAX_BYTES} bytes, current is ${line.length}`,
    );
  }
  const ended = new Uint8Array(line.length + 1);
  ended.set(line);
  ended[line.length] = 0x0a;
  return { entry: whole, line: ended };
}

/**
 * Reads one line (without its line feed) that must be entry `n` after `previous`.
 *
 * @returns undefined when it is not: no JSON, other fields, other order, a broken hash, other bytes than the canonical ones.
 */
export function readChainedLine(line: Uint8Array, n: number, previous: string): ChainedEntry | undefined {
  const value = boundedJson(line, LINE_MAX_BYTES);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { at, kind, body, hash, ...rest } = value as Record<string, unknown>;
  if (rest["n"] !== n || rest["previous"] !== previous || Object.keys(rest).length !== 2) return undefined;
  if (typeof at !== "string" || typeof kind !== "string" || typeof hash !== "string") return undefined;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  try {
    if (canonicalText(value) !== new TextDecoder().decode(line)) return undefined;
    if (chainHash(previous, canonicalBytes({ n, at, kind, body })) !== hash) return undefined;
  } catch {
    return undefined; // a text that has no canonical form
  }
  return { n, at, kind, body: body as JournalBody, previous, hash };
}
