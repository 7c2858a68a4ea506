import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { Fault } from "#base/faults";
import { entryFile } from "#base/machine/node";
import type { VerifiedFilter } from "#examination/filters/node";

export interface ListAsked {
  path: string;
  trust: readonly string[];
  nowMs: number;
}

export type ListSaid =
  | { verified: VerifiedFilter }
  | { fault: Pick<Fault, "code" | "message" | "values"> & { place?: string } };

/** Proves a list as verifyFilter does, once for as long as its file and its dates hold. */
export type ListProver = (path: string, how: { trust: readonly string[]; nowMs: number }) => Promise<VerifiedFilter>;

/** A prover of its own memory: a list is read to its end by a thread, and again only when its file is another one. */
export function provedLists(): ListProver {
  const known = new Map<string, VerifiedFilter>();
  return async (path, how) => {
    const facts = statSync(path, { throwIfNoEntry: false });
    const name = [path, facts?.size, facts?.mtimeMs, facts?.ino, ...how.trust].join(" ");
    const before = known.get(name);
    const still = before === undefined ? undefined : datedNow(before, how.nowMs);
    if (still !== undefined) return still;
    const verified = await prove({ path, ...how });
    known.set(name, verified);
    return verified;
  };
}

/** The same list at another time; undefined where it is past its last day: then it is for the proof itself to say so. */
function datedNow(list: VerifiedFilter, nowMs: number): VerifiedFilter | undefined {
  const past = (until: string): boolean => !(nowMs <= Date.parse(until));
  if (list.parts.some(({ header }) => past(header.graceUntil))) return undefined;
  const parts = list.parts.map((part) => ({ ...part, expired: past(part.header.validUntil) }));
  return { ...list, parts, expired: parts.some(({ expired }) => expired) };
}

function prove(asked: ListAsked): Promise<VerifiedFilter> {
  // Its own arguments are nothing to it: with --input-type it would not start.
  const entry = entryFile("src/examination/lanes/prove-list.thread.node.ts");
  const worker = new Worker(entry, { workerData: asked, execArgv: [] });
  return new Promise((resolve, reject) => {
    worker.once("message", (said: ListSaid) => {
      if ("verified" in said) resolve(said.verified);
      else {
        const { code, message, values, place } = said.fault;
        reject(new Fault(code, message, place === undefined ? { values } : { values, place }));
      }
      void worker.terminate();
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new RangeError("Cannot prove a list: its thread ended without an answer")));
  });
}
