import { Worker } from "node:worker_threads";
import { Fault } from "#base/faults";
import { entryFile } from "#base/machine/node";
import type { FilterUnlock } from "#examination/filters/node";

/** Work that takes seconds, on a list or the processor: done in a thread of its own, so that the screen goes on. */
export interface KitWorks {
  /** Reads every byte of a list and proves who signed it, whatever its dates. */
  list: { ask: { path: string; trust: string[] }; answer: ListFacts };
  /** Opens a list, and lets it find its own test marks. */
  marks: { ask: { path: string; unlock: FilterUnlock }; answer: { found: number; count: number } };
  /** How fast this computer looks for listed material, for a moment, in one thread. */
  speed: { ask: { forMs: number }; answer: { bytesPerSecond: number } };
}

/** What a list says of itself, proved. */
export interface ListFacts {
  digest: string;
  name: string;
  agency: string;
  release: string;
  releasedAt: string;
  validUntil: string;
  graceUntil: string;
  practice: boolean;
  recipients: string[];
  signedBy: string;
}

export interface WorkAsked<K extends keyof KitWorks = keyof KitWorks> {
  kind: K;
  ask: KitWorks[K]["ask"];
}

export type WorkSaid = { answer: unknown } | { fault: Pick<Fault, "code" | "message" | "values"> & { place?: string } };

/** @throws {Fault} what the work met; a RangeError where it never answered. */
export function kitWork<K extends keyof KitWorks>(kind: K, ask: KitWorks[K]["ask"]): Promise<KitWorks[K]["answer"]> {
  const asked: WorkAsked = { kind, ask };
  const worker = new Worker(entryFile("src/examination/shift/kit-work.thread.node.ts"), { workerData: asked });
  return new Promise((resolve, reject) => {
    worker.once("message", (said: WorkSaid) => {
      if ("answer" in said) resolve(said.answer as KitWorks[K]["answer"]);
      else {
        const { code, message, values, place } = said.fault;
        reject(new Fault(code, message, place === undefined ? { values } : { values, place }));
      }
      void worker.terminate();
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new RangeError(`Cannot do ${kind}: its thread ended without an answer`)));
  });
}
