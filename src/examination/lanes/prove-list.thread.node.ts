// Entry of a thread that reads a list to its end and proves who signed it, answers and ends: the screens go on meanwhile.
import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "#base/faults";
import { verifyFilter } from "#examination/filters/node";
import type { ListAsked, ListSaid } from "./proved-lists.node.ts";

async function prove({ path, ...how }: ListAsked): Promise<ListSaid> {
  try {
    return { verified: await verifyFilter(path, how) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message, values, place } = error;
    return { fault: { code, message, values, ...(place === undefined ? {} : { place }) } };
  }
}

parentPort?.postMessage(await prove(workerData as ListAsked));
