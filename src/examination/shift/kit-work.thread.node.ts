// Entry of a working thread of the shift: does one work, answers, ends.
import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "#base/faults";
import { openFilter, verifyFilter } from "#examination/filters/node";
import type { KitWorks, ListFacts, WorkAsked, WorkSaid } from "./kit-work.node.ts";
import { measureSpeed } from "./measure-speed.node.ts";

const PAGE_BYTES = 65_536;

const WORKS: { [K in keyof KitWorks]: (ask: KitWorks[K]["ask"]) => Promise<KitWorks[K]["answer"]> } = {
  list: provedList,
  marks: foundMarks,
  speed: async ({ forMs }) => measureSpeed(forMs),
};

/** Every list is looked at, whatever its date: 0 lies before all of them. */
async function provedList({ path, trust }: KitWorks["list"]["ask"]): Promise<ListFacts> {
  const { parts, bundle, digest, recipients, signedBy } = await verifyFilter(path, { trust, nowMs: 0 });
  const headers = parts.map(({ header }) => header);
  const [first] = headers;
  if (first === undefined) throw new RangeError("Cannot use a list without a part");
  const earliest = (moments: string[]): string => moments.reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b));
  return {
    ...{ digest, recipients, signedBy },
    name: bundle?.name ?? first.name,
    agency: bundle?.agency ?? first.agency,
    release: headers.map(({ release }) => release).join(" + "),
    releasedAt: bundle?.bundledAt ?? first.releasedAt,
    validUntil: earliest(headers.map(({ validUntil }) => validUntil)),
    graceUntil: earliest(headers.map(({ graceUntil }) => graceUntil)),
    practice: headers.some(({ practice }) => practice),
  };
}

async function foundMarks({ path, unlock }: KitWorks["marks"]["ask"]): Promise<KitWorks["marks"]["answer"]> {
  const filter = await openFilter(path, unlock, 0);
  try {
    let count = 0;
    for (const part of filter.parts) {
      const pages = Math.ceil(part.scanBytes / PAGE_BYTES) + 1;
      part.loadScanPlane(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }), PAGE_BYTES);
      count += part.testMarks;
    }
    return { found: count, count };
  } finally {
    filter.close();
  }
}

async function work({ kind, ask }: WorkAsked): Promise<WorkSaid> {
  try {
    return { answer: await WORKS[kind](ask as never) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { code, message, values, place } = error;
    return { fault: { code, message, values, ...(place === undefined ? {} : { place }) } };
  }
}

parentPort?.postMessage(await work(workerData as WorkAsked));
