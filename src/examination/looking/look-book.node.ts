import { createHmac, hash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fromHex, toHex } from "#base/values";
import { type KitLog, kitLog, lookingLog, writeDurably } from "#examination/evidence/node";
import type { Moment, PastLook } from "./exposure.ts";
import { lookingFault } from "./faults.ts";
import type { LookedLane, LookingOfficer } from "./looking-options.node.ts";
import type { LookReason } from "./looking-view.ts";

/** A look as it is written before it is opened. */
export interface NewLook {
  lane: LookedLane;
  index: number;
  reason: LookReason;
  second: string | null;
  mark: string;
}

/** The books of looks: the kit's own chained log, and the signed one beside the report. What is written is on the medium. */
export interface LookBook {
  /** All looks of this kit. @throws {Fault} evidence/kit-log. */
  looks(): PastLook[];
  /** Marks of files that the officer has seen. A mark tells nobody without this kit's key what the file was. */
  seen(): Set<string>;
  /** Findings of a report that the officer has seen. */
  seenOf(lane: LookedLane): Set<number>;
  markOf(bytes: Uint8Array): string;
  /** @returns the look's number. @throws {Fault} evidence/*, looking/set-back, report/tampered. */
  open(look: NewLook, now: Moment): number;
  /** Before it gets sharp: should the program end now, all of `seconds` count. */
  hold(look: number, seconds: number, now: Moment): void;
  release(look: number, held: { lane: LookedLane; index: number; seconds: number }, now: Moment): void;
}

const LOG = "looks.jsonl";
const KEY = "looks.key";

export function lookBook(stateDir: string, officer: LookingOfficer): LookBook {
  const log = kitLog(join(stateDir, LOG));
  const { signPublic } = officer.certificate;
  const key = markKey(join(stateDir, KEY));
  const mine = (): LoggedLook[] => loggedLooks(log).filter((look) => look.officer === signPublic);
  const write = (body: Record<string, unknown>, { nowMs, boot, bootSeconds }: Moment) =>
    log.append(new Date(nowMs).toISOString(), {
      ...body,
      officer: signPublic,
      boot,
      bootMs: Math.round(bootSeconds * 1000),
    });
  return {
    looks: mine,
    seen: () => new Set(mine().map(({ mark }) => mark)),
    seenOf: ({ report }) =>
      new Set(
        mine()
          .filter(({ digest }) => digest === report.seal.digest)
          .map(({ index }) => index),
      ),
    markOf: (bytes) =>
      createHmac("sha256", key)
        .update(signPublic)
        .update(hash("sha256", bytes, "buffer"))
        .digest("hex"),
    open: ({ lane, index, reason, second, mark }, now) => {
      const { exhibit, seal } = lane.report;
      refuseSetBack(lane, log);
      const { n, hash: head } = write({ what: "look", exhibit, digest: seal.digest, index, reason, second, mark }, now);
      const body = { index, reason, second, kit: { n, hash: head } };
      lookingLog(lane.dir, seal.digest).append({ at: iso(now), kind: "look", body }, officer.identity);
      return n;
    },
    hold: (look, seconds, now) => void write({ what: "hold", look, ms: Math.ceil(seconds * 1000) }, now),
    release: (look, { lane, index, seconds }, now) => {
      const ms = Math.round(seconds * 1000);
      write({ what: "release", look, ms }, now);
      const entry = { at: iso(now), kind: "sharpened" as const, body: { index, ms } };
      lookingLog(lane.dir, lane.report.seal.digest).append(entry, officer.identity);
    },
  };
}

/** In practice nothing is written: drawings are no exposure. */
export function practiceBook(): LookBook {
  const looks: (PastLook & { digest: string; index: number })[] = [];
  return {
    looks: () => looks,
    seen: () => new Set(),
    seenOf: ({ report }) =>
      new Set(looks.filter(({ digest }) => digest === report.seal.digest).map(({ index }) => index)),
    markOf: () => "",
    open: ({ lane, index }, { nowMs, boot, bootSeconds }) => {
      const look = {
        officer: "",
        atMs: nowMs,
        boot,
        bootSeconds,
        sharpSeconds: 0,
        digest: lane.report.seal.digest,
        index,
      };
      return looks.push(look) - 1;
    },
    hold: () => undefined,
    release: (look, { seconds }) => {
      const past = looks[look];
      if (past !== undefined) past.sharpSeconds += seconds;
    },
  };
}

interface LoggedLook extends PastLook {
  mark: string;
  digest: string;
  index: number;
}

function loggedLooks(log: KitLog): LoggedLook[] {
  const looks = new Map<number, LoggedLook & { held: number }>();
  for (const { n, at, body } of log.entries()) {
    const { what, officer, boot, bootMs, look, ms } = body;
    if (what === "look") {
      const { mark, digest, index } = body;
      const clocks = { atMs: Date.parse(at), boot: String(boot), bootSeconds: Number(bootMs) / 1000 };
      const which = { mark: String(mark), digest: String(digest), index: Number(index) };
      looks.set(n, { officer: String(officer), ...clocks, ...which, sharpSeconds: 0, held: 0 });
      continue;
    }
    const past = looks.get(Number(look));
    if (past === undefined) continue;
    if (what === "hold") past.held = Number(ms) / 1000;
    // Between hold and release all that was kept back counts; afterwards what it was.
    past.sharpSeconds += what === "hold" ? past.held : Number(ms) / 1000 - past.held;
    if (what === "release") past.held = 0;
  }
  return [...looks.values()];
}

/** The kit's log must hold every look that the exhibit's own log tells of. */
function refuseSetBack({ dir, report }: LookedLane, log: KitLog): void {
  const heads = log.entries().map((entry) => entry.hash);
  for (const { kind, body } of lookingLog(dir, report.seal.digest).entries()) {
    if (kind !== "look") continue;
    const { n, hash: head } = (body["kit"] ?? {}) as { n?: unknown; hash?: unknown };
    if (typeof n !== "number" || heads[n] !== head) {
      throw lookingFault("looking/set-back", "The kit's log of looks was set back", { place: LOG });
    }
  }
}

function markKey(path: string): Uint8Array {
  if (!existsSync(path)) writeDurably(path, Buffer.from(`${toHex(randomBytes(32))}\n`));
  return fromHex(readFileSync(path, "latin1").trim());
}

function iso({ nowMs }: Moment): string {
  return new Date(nowMs).toISOString();
}
