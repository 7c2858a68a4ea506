import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Fault } from "#base/faults";
import { shiftFault } from "./faults.ts";
import type { KitFolder } from "./kit-folder.node.ts";
import { kitWork, type ListFacts } from "./kit-work.node.ts";
import { type KeptList, newestList } from "./list-choice.ts";

/** The lists of a kit, each proved once. */
export interface ListShelf {
  /** Looks through the folder again; new files are proved. */
  look(): Promise<void>;
  /** What was proved; in the order of their files' names. */
  readonly lists: readonly KeptList[];
  /**
   * Takes a new list: written beside, proved, then given its name. Nothing that is there is ever written over.
   *
   * @throws {Fault} filter/*, shift/list-*, shift/unwritable.
   */
  add(pieces: AsyncIterable<Uint8Array>, forOfficer: string | null): Promise<KeptList>;
}

/** @param trust Agencies' public keys that are believed, asked each time. */
export function listShelf({ lists: folder }: KitFolder, trust: () => string[]): ListShelf {
  const proved = new Map<string, KeptList & { mark: string }>();
  const look = async (): Promise<void> => {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".phumf")) : [];
    for (const name of [...proved.keys()]) if (!names.includes(name)) proved.delete(name);
    for (const name of names.sort()) {
      const path = join(folder, name);
      const facts = statSync(path, { throwIfNoEntry: false });
      if (facts === undefined) continue;
      const mark = [facts.size, facts.mtimeMs, facts.ino, ...trust()].join(" ");
      if (proved.get(name)?.mark === mark) continue;
      proved.set(name, { ...(await provedList(path, trust())), mark });
    }
  };
  return {
    look,
    get lists() {
      return [...proved.keys()].sort().flatMap((name) => proved.get(name) ?? []);
    },
    add: async (pieces, forOfficer) => {
      const fresh = join(folder, `new-${process.pid}-${Date.now()}.part`);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await written(fresh, pieces);
        const facts = await kitWork("list", { path: fresh, trust: trust() });
        refuseUseless(facts, [...proved.values()], forOfficer);
        const path = freeName(folder, facts);
        renameSync(fresh, path);
        await look();
        return { path, facts, fault: null };
      } finally {
        rmSync(fresh, { force: true });
      }
    },
  };
}

async function provedList(path: string, trust: string[]): Promise<KeptList> {
  try {
    return { path, facts: await kitWork("list", { path, trust }), fault: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { path, facts: null, fault: error.code };
  }
}

async function written(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await pipeline(pieces, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }));
  } catch (cause) {
    const system = cause instanceof Error && "syscall" in cause;
    throw system ? shiftFault("shift/unwritable", `Cannot write ${path}`, { values: { path }, cause }) : cause;
  }
}

/** A list that would not be used is not kept: a practice list, one for others, one older than what is there. */
function refuseUseless(facts: ListFacts, there: readonly KeptList[], forOfficer: string | null): void {
  if (facts.practice) throw shiftFault("shift/list-practice", "A practice list");
  if (forOfficer !== null && !facts.recipients.includes(forOfficer)) {
    throw shiftFault("shift/list-not-for-officer", "Not sealed to this officer");
  }
  const newest = newestList(there, forOfficer);
  if (newest?.facts && Date.parse(newest.facts.releasedAt) >= Date.parse(facts.releasedAt)) {
    throw shiftFault("shift/list-older", "A list that is as new is there", { values: { name: newest.facts.name } });
  }
}

/** The digest is in the name: two lists never want the same one. */
function freeName(folder: string, { name, release, digest }: ListFacts): string {
  const plain = `${name}-${release}`.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}-]+/gu, "-");
  return join(folder, `${plain.slice(0, 60)}-${digest.slice(0, 12)}.phumf`);
}
