import { existsSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "#base/faults";
import type { SignedReport } from "#examination/evidence";
import type { FinishedReport } from "#examination/evidence/node";
import { type CourseFacts, type ReadingControl, readingControl } from "#examination/triage";
import {
  examination,
  type LeavableSetup,
  type MediumLook,
  prepareExamination,
  readyFilters,
} from "#examination/triage/node";
import { lanesFault } from "./faults.ts";
import type { Lane, LaneLook, LanePorts } from "./lane-ports.node.ts";
import type { LaneRecord, LaneSeen } from "./lane-record.ts";
import { type SlowWatch, slowWatch } from "./lane-slow.ts";
import type { LaneAsks, LaneState } from "./lanes-view.ts";

/** Faults that say that a device is not there, or not any more. */
const GONE = new Set(["source/missing", "source/no-medium", "source/changed", "source/input-error"]);

class OneLane implements Lane {
  record: LaneRecord;
  state: LaneState;
  device: string | null = null;
  outSinceMs = 0;
  readonly #ports: LanePorts;
  readonly #refused = new Set<string>();
  #control: ReadingControl = readingControl();
  #abort = new AbortController();
  #course: (() => CourseFacts) | null = null;
  #slow: SlowWatch = slowWatch();
  /** Asked when the device is out: answered by its return or by the officer, who may be quicker than the question. */
  #decide: ((answer: "report" | "leave") => void) | null = null;
  #early: "report" | "leave" | null = null;
  /** Where it was pulled out: not taken for its return before a while, as long as nobody saw it go. */
  #lost = { device: "", untilMs: 0, times: 0 };
  #running: Promise<void> | null = null;
  #keptMs = 0;
  #mayRead = true;
  #closed = false;

  constructor(record: LaneRecord, ports: LanePorts) {
    this.record = record;
    this.#ports = ports;
    this.state = record.state === "open" ? "queued" : record.state;
  }

  look(): LaneLook {
    const { seen } = this.record;
    if (this.#course === null) {
      return { seen, bytesPerSecond: 0, secondsLeft: null, slowBySeconds: 0, readsUnderWay: 0 };
    }
    const facts = this.#course();
    const now = seenOf(facts);
    this.record = { ...this.record, seen: now };
    const reading = this.state === "reading";
    if (this.#now() - this.#keptMs >= KEEP_MS) this.#keep({});
    return {
      seen: now,
      bytesPerSecond: reading ? facts.bytesPerSecond : 0,
      secondsLeft: reading ? facts.secondsLeft : null,
      slowBySeconds: reading ? this.#slow.by(performance.now(), facts.secondsLeft) : 0,
      readsUnderWay: facts.readsUnderWay,
      ...(facts.comparing !== undefined && { comparing: facts.comparing }),
    };
  }

  queue(device: string, agreed?: LaneAsks): void {
    this.device = device;
    if (agreed !== undefined) this.#keep(agreed === "writable" ? { consent: true } : { elevated: true });
    this.#set("queued");
  }

  start(path: string, mayRead: boolean): void {
    this.#mayRead = mayRead;
    this.#keep({ source: path });
    this.#set("starting");
    if (this.#running === null) this.#run();
    else this.#answer("leave");
  }

  pause(): void {
    this.#control.pause();
    this.#slow = slowWatch();
    this.#set("paused");
  }

  goOn(): void {
    this.#control.goOn();
    this.#set("reading");
  }

  stop(): void {
    this.#abort.abort();
  }

  readOn(device: string): void {
    this.#keep({ state: "open", goal: "on", answer: null });
    this.queue(device);
  }

  takeReport(report: SignedReport): void {
    this.#answered({ report, digest: report.seal.digest });
  }

  pulledOut(): void {
    this.device = null;
    this.#control.pulledOut();
    this.outSinceMs = this.#now();
    if (this.state === "queued" || (this.#running !== null && this.state !== "finishing")) this.#set("pulled");
    else this.#ports.changed();
  }

  endHere(): void {
    if (this.#running !== null) {
      this.#set("finishing");
      this.#answer("report");
    } else if (this.record.medium === null) this.#giveUp(lanesFault("lanes/not-plugged", "It was never begun"));
    else if (isKept(this.record.medium) && this.record.device.kind !== "folder") this.#run(this.record.medium);
    else throw lanesFault("lanes/not-plugged", "It must be seen again to say what was read");
  }

  otherDevice(there: boolean): void {
    if (there && this.state === "pulled") this.#set("other-device");
    else if (!there && this.state === "other-device") this.#set("pulled");
  }

  refused(device: string): boolean {
    return this.#refused.has(device) || (device === this.#lost.device && this.#now() < this.#lost.untilMs);
  }

  isOther(device: string): boolean {
    return this.#refused.has(device);
  }

  sealed(): void {
    const { answer } = this.record;
    if (answer !== null) this.#keep({ answer: { ...answer, sealed: true } });
    this.#ports.changed();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#control.leave();
    this.#answer("leave");
    await this.#running;
  }

  #answer(answer: "report" | "leave"): void {
    if (this.#decide === null) this.#early = answer;
    else this.#decide(answer);
    this.#decide = null;
  }

  #now(): number {
    return (this.#ports.options.nowMs ?? Date.now)();
  }

  #lose(): void {
    if (this.device !== null) {
      const times = this.#lost.times + 1;
      this.#lost = { device: this.device, untilMs: this.#now() + Math.min(60_000, LOST_MS * 2 ** times), times };
      this.outSinceMs = this.#now();
    }
    this.device = null;
  }

  #set(state: LaneState): void {
    this.state = state;
    this.#ports.changed();
  }

  #keep(changes: Partial<LaneRecord>): void {
    this.record = { ...this.record, ...changes };
    this.#keptMs = this.#now();
    this.#ports.keep(this.record);
  }

  #run(gone?: MediumLook): void {
    this.#set("starting");
    this.#keep({ fault: null });
    this.#running = this.#runAll(gone)
      .catch((error: unknown) => {
        const fault = error instanceof Fault ? error : unexpected(error);
        if (gone === undefined) this.#failed(fault);
        else this.#giveUp(fault);
      })
      .finally(() => {
        this.#running = null;
        this.#course = null;
        this.#ports.changed();
      });
  }

  async #runAll(gone?: MediumLook): Promise<void> {
    for (;;) {
      this.#control = readingControl();
      this.#abort = new AbortController();
      this.#early = null;
      if (gone !== undefined) this.#control.pulledOut();
      const finished = await this.#examine(gone);
      if (finished !== "left") this.#answered(finished);
      if (finished !== "left" || this.#closed) return;
    }
  }

  async #examine(gone?: MediumLook): Promise<FinishedReport | "left"> {
    const { options, workers } = this.#ports;
    const { identity, certificate, trust } = options.shift;
    const { exhibit, basis, out, source, goal, consent, elevated } = this.record;
    const nowMs = options.nowMs ?? Date.now;
    const resume = this.record.begun;
    this.#refuseLostEvidence();
    const lists = this.#lists();
    const filters = await readyFilters(lists, { trust, identity, nowMs: nowMs(), prove: this.#ports.prove });
    const mode = goal === "on" ? "default" : goal === "all" ? null : resume ? null : "quick";
    this.#keep({ begun: true, lists });
    // Only the opener of a device that this user may not read gets rights, and only where that was agreed to.
    const elevate = elevated && !this.#mayRead ? (options.elevate ?? null) : null;
    const setup = await prepareExamination({
      ...{ source, identity, certificate, filters, exhibit, basis, out, resume, nowMs },
      ...(gone === undefined ? {} : { gone }),
      asked: { mode, seed: null, plan: null, phases: null, workers: workers(), elevate },
      statedMs: options.shift.statedMs?.() ?? null,
      consent: consent ? CONSENT : null,
      stateDir: options.stateDir,
      signal: this.#abort.signal,
    });
    try {
      if (gone === undefined) this.#keep({ medium: small(setup.medium) });
      if (this.#closed) return "left";
      const course = this.#courseOf(resume);
      const watched = {
        ...setup,
        live: () => undefined,
        control: this.#control,
        course,
        ...options.trouble?.(this.record),
      };
      const leavable: LeavableSetup = { ...watched, whenPulled: () => this.#pulled() };
      return await examination(gone === undefined ? leavable : watched);
    } finally {
      this.#course = null;
      setup.evidence.close();
    }
  }

  /** Those it began with, as long as they are kept: with others it could not go on. */
  #lists(): string[] {
    const { lists } = this.record;
    return lists.length > 0 && lists.every((path) => existsSync(path)) ? lists : this.#ports.options.shift.lists;
  }

  /** Nothing is begun anew in place of what was examined before. @throws {Fault} lanes/evidence-gone. */
  #refuseLostEvidence(): void {
    const { out, medium } = this.record;
    if (medium === null || existsSync(join(out, "journal.jsonl"))) return;
    throw lanesFault("lanes/evidence-gone", `No journal in ${out}`, { place: out, values: { path: out } });
  }

  #courseOf(resumed: boolean): NonNullable<LeavableSetup["course"]> {
    return {
      reading: (look) => {
        this.#course = look;
        this.#slow = slowWatch();
        if (resumed && !this.#control.gone) {
          const fraction = look().fraction;
          this.#keep({ wentOn: { fraction, atMs: this.#now() } });
        }
        if (!this.#control.gone) this.#set(this.#control.paused ? "paused" : "reading");
      },
      finishing: () => {
        this.look();
        this.#set("finishing");
      },
    };
  }

  /** All that was read is safe; the device comes back, or the officer ends it here. */
  #pulled(): Promise<"report" | "leave"> {
    this.look();
    this.#keep({});
    this.#course = null;
    const early = this.#closed ? "leave" : this.#early;
    if (early !== null) return Promise.resolve(early);
    this.#lose();
    const decided = new Promise<"report" | "leave">((resolve) => {
      this.#decide = resolve;
    });
    this.#set("pulled");
    return decided;
  }

  #answered({ report, digest }: Pick<FinishedReport, "report" | "digest">): void {
    const { verdict, reasons, coverage, bound, findings } = report;
    const seen: LaneSeen = {
      ...{ fraction: coverage.fraction, bytesRead: coverage.bytesRead, bytesTotal: coverage.bytesTotal },
      ...{ tape: coverage.tape, boundBytes: bound.targetBytes, confidence: bound.confidence, hits: findings.length },
      red: verdict === "red",
      ...{ unreadBytes: coverage.bytesUnread, unreadPlaces: report.unread.length },
    };
    this.#keep({ state: "answered", seen, answer: { verdict, reasons, digest, sealed: false } });
    this.#set("answered");
  }

  #failed(fault: Fault): void {
    const begun = this.record.medium !== null;
    if (begun && fault.code === "triage/other-source" && this.device !== null) {
      this.#refused.add(this.device);
      this.#lose();
      this.#set("other-device");
      return;
    }
    if (this.#control.gone || (begun && GONE.has(fault.code))) {
      this.#lose();
      this.#set("pulled");
      return;
    }
    this.#giveUp(fault);
  }

  /** Where nothing was written there is nothing to go on with when the program starts again. */
  #giveUp({ code, values }: Fault): void {
    // Refused rights are asked for again in words, also by the next start of the program.
    const refused = code === "source/elevation" ? { elevated: false } : {};
    this.#keep({ ...refused, fault: { code, values }, ...(this.record.medium === null ? { state: "failed" } : {}) });
    this.#set("failed");
  }
}

/** What is read is written down for the next start of the program so often, besides at every change of state. */
const KEEP_MS = 5000;
const LOST_MS = 2500;
const KEPT_MOST = 1000;
/** Names in the report what was agreed to, as the command line names its option. */
const CONSENT = "--consent-writable";

/** What no room foresaw; kept in the lane's note for whoever mends it. */
function unexpected(cause: unknown): Fault {
  const said = String(cause).slice(0, 500);
  return lanesFault("lanes/failed", said, { values: { said }, cause });
}

function isKept(medium: unknown): medium is MediumLook {
  return typeof medium === "object" && medium !== null && "look" in medium && medium.look !== null;
}

/** A medium with very many known errors is not kept: it must be seen again to be ended without it. */
function small(medium: MediumLook | undefined): MediumLook | { look: null } {
  if (medium === undefined || medium.unread.length + medium.problems.length > KEPT_MOST) return { look: null };
  return medium;
}

function seenOf(facts: CourseFacts): LaneSeen {
  const { fraction, bytesRead, bytesTotal, tape, boundBytes, confidence, places, red, unreadBytes, unreadPlaces } =
    facts;
  return {
    fraction,
    bytesRead,
    bytesTotal,
    tape,
    boundBytes,
    confidence,
    hits: places,
    red,
    unreadBytes,
    unreadPlaces,
  };
}

/** Makes a lane from its record, new or of an earlier start of the program; it begins with start(). */
export function openLane(record: LaneRecord, ports: LanePorts): Lane {
  return new OneLane(record, ports);
}
