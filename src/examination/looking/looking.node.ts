import { existsSync, readFileSync } from "node:fs";
import { uptime } from "node:os";
import { lookingLog } from "#examination/evidence/node";
import { openPictures, type Pictures } from "#examination/pictures/node";
import type { GreyPicture } from "./blur.ts";
import { practiceDrawing } from "./drawing.ts";
import { exposureOf, type Moment } from "./exposure.ts";
import { lookingFault } from "./faults.ts";
import { findingRow, isWholeFile, type Kept, ROWS_MOST } from "./finding-rows.ts";
import { type LookBook, lookBook, practiceBook } from "./look-book.node.ts";
import type { LookedLane, Looking, LookingOptions } from "./looking-options.node.ts";
import type { FindingsPage, LookingAct, LookingView, Showable } from "./looking-view.ts";
import { LOOK_SECONDS, type OpenLook, openLook } from "./open-look.node.ts";
import { sourceFile } from "./source-file.node.ts";

const SIDE_MOST = 200;
const NOTE_MOST = 2000;
type LookAct = Extract<LookingAct, { act: "look" }>;

/** Opens the findings of a shift; while it is open, at most one picture is. */
export function openLooking(options: LookingOptions): Looking {
  return new OneLooking(options);
}

class OneLooking implements Looking {
  readonly #options: LookingOptions;
  readonly #book: LookBook;
  readonly #moment: () => Moment;
  /** What was found out when somebody asked to look, by report and finding. */
  readonly #foundOut = new Map<string, Showable>();
  readonly #ending = new AbortController();
  #pictures: Pictures | null = null;
  #look: (OpenLook & { n: number; of: LookedLane }) | null = null;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();

  constructor(options: LookingOptions) {
    this.#options = options;
    const { officer, stateDir } = options;
    this.#book = officer.practice ? practiceBook() : lookBook(stateDir, officer);
    this.#moment = options.moment ?? thisMoment;
  }

  view(): LookingView {
    const { policy, officer } = this.#options;
    const now = this.#moment();
    this.#coverOver(now);
    const { items, seconds, breakDue, reached } = exposureOf(this.#book.looks(), policy.looking, now);
    const limits = { itemsLimit: policy.looking.items, secondsLimit: policy.looking.seconds };
    const look = this.#look;
    return {
      budget: { items, seconds, breakDue, reached, ...limits },
      secondOfficer: policy.secondOfficer && !officer.practice,
      look:
        look === null
          ? null
          : {
              ...{ lane: look.lane, index: look.index },
              untilMs: Math.round(now.nowMs + (look.untilSeconds - now.bootSeconds) * 1000),
            },
    };
  }

  async act(act: LookingAct): Promise<void> {
    switch (act.act) {
      case "look": {
        const asked = this.#asking.then(() => this.#ask(act));
        this.#asking = asked.catch(() => undefined);
        await asked;
        break;
      }
      case "hold":
        this.#hold();
        break;
      case "release":
        this.#release(this.#moment());
        break;
      case "cover":
        this.#cover(this.#moment());
        break;
      case "categorise":
      case "note":
        this.#note(act);
    }
    this.#options.changed();
  }

  findings(lane: string, from: number, count: number): FindingsPage {
    const of = this.#laneOf(lane);
    const { report, source, practice } = of;
    const total = report.findings.length;
    const notes = keptOf(of);
    const seen = this.#book.seenOf(of);
    const isThere = practice || existsSync(source);
    const last = Math.min(total, from + Math.min(count, ROWS_MOST));
    const rows = [];
    for (let index = Math.max(0, from); index < last; index++) {
      const known = this.#foundOut.get(nameOf(of, index)) ?? (seen.has(index) ? "seen" : null);
      const { category, note } = notes.get(index) ?? NOTHING_KEPT;
      const row = findingRow(report, index, { kept: { category, note, showable: known }, isThere });
      if (row !== null) rows.push(row);
    }
    return { total, from, rows };
  }

  blurred(): Uint8Array<ArrayBuffer> | null {
    this.#coverOver(this.#moment());
    return this.#look?.blurred() ?? null;
  }

  sharp(): Uint8Array<ArrayBuffer> | null {
    this.#coverOver(this.#moment());
    const look = this.#look;
    return look === null || look.heldSince === null ? null : look.sharp();
  }

  close(): void {
    this.#ending.abort();
    this.#cover(this.#moment());
    this.#pictures?.close();
    this.#pictures = null;
  }

  async #ask(act: LookAct): Promise<void> {
    this.#cover(this.#moment());
    const of = this.#laneOf(act.lane);
    const finding = of.report.findings[act.index];
    if (finding === undefined) throw lookingFault("looking/no-finding", `No finding ${act.index}`);
    if (!isWholeFile(of.report.source.kind, finding)) throw lookingFault("looking/not-shown", "Not a whole file");
    this.#refuseLimit();
    if (this.#book.seenOf(of).has(act.index)) throw this.#found(of, act.index, "seen");
    const second = await this.#second(act);
    const { picture, mark } = await this.#picture(of, act.index);
    if (this.#ending.signal.aborted) {
      picture.pixels.fill(0);
      return;
    }
    const left = this.#refuseLimit();
    const now = this.#moment();
    const n = this.#book.open({ lane: of, index: act.index, reason: act.reason, second, mark }, now);
    const untilSeconds = now.bootSeconds + Math.min(LOOK_SECONDS, left);
    this.#look = { ...openLook({ lane: act.lane, index: act.index, untilSeconds }, picture), n, of };
    this.#timer = setTimeout(() => this.#timeOver(), (untilSeconds - now.bootSeconds) * 1000);
    this.#timer.unref();
  }

  /** @returns how many seconds may still be looked. @throws {Fault} looking/limit. */
  #refuseLimit(): number {
    const { looking } = this.#options.policy;
    const { reached, seconds } = exposureOf(this.#book.looks(), looking, this.#moment());
    if (reached) throw lookingFault("looking/limit", "Today's limit is reached");
    return looking.seconds - seconds;
  }

  /** @returns the second officer's key; null where policy asks for none. */
  async #second({ second }: LookAct): Promise<string | null> {
    const { policy, officer } = this.#options;
    if (!policy.secondOfficer || officer.practice) return null;
    if (second === null) throw lookingFault("looking/no-second", "A second officer must open it");
    if (second.officer === officer.certificate.signPublic)
      throw lookingFault("looking/same-officer", "The same officer");
    const { id } = await this.#options.second(second.officer, second.passphrase);
    if (id === officer.certificate.signPublic) throw lookingFault("looking/same-officer", "The same officer");
    return id;
  }

  async #picture(of: LookedLane, index: number): Promise<{ picture: GreyPicture; mark: string }> {
    if (this.#options.officer.practice || of.practice) return { picture: practiceDrawing(), mark: "" };
    const { readFile = sourceFile } = this.#options;
    const bytes = await readFile(of, index, this.#ending.signal);
    if ("refused" in bytes) throw lookingFault(`looking/${bytes.refused}`, "The file cannot be had");
    const mark = this.#book.markOf(bytes);
    if (this.#book.seen().has(mark)) {
      bytes.fill(0);
      throw this.#found(of, index, "seen");
    }
    const decoded = await this.#decode(bytes);
    bytes.fill(0);
    if ("fault" in decoded || decoded.channels !== 1) throw this.#found(of, index, "not-a-picture");
    return { picture: decoded, mark };
  }

  #decode(bytes: Uint8Array) {
    const { decode } = this.#options;
    if (decode !== undefined) return decode(bytes);
    this.#pictures ??= openPictures({ children: 1 });
    return this.#pictures.decode(bytes, "grey", { maxSide: SIDE_MOST });
  }

  /** Keeps what was found out, for the row; the Fault says it to whoever asked. */
  #found(of: LookedLane, index: number, showable: "seen" | "not-a-picture"): Error {
    this.#foundOut.set(nameOf(of, index), showable);
    return lookingFault(`looking/${showable}`, `Not shown: ${showable}`);
  }

  #hold(): void {
    const now = this.#moment();
    this.#coverOver(now);
    const look = this.#look;
    if (look === null) throw lookingFault("looking/nothing-open", "No look is open");
    if (look.heldSince !== null) return;
    this.#book.hold(look.n, look.untilSeconds - now.bootSeconds, now);
    look.heldSince = now.bootSeconds;
  }

  #release(now: Moment): void {
    const look = this.#look;
    if (look === null || look.heldSince === null) return;
    const seconds = Math.max(0, Math.min(now.bootSeconds, look.untilSeconds) - look.heldSince);
    look.heldSince = null;
    this.#book.release(look.n, { lane: look.of, index: look.index, seconds }, now);
  }

  #cover(now: Moment): void {
    clearTimeout(this.#timer);
    try {
      this.#release(now);
    } finally {
      this.#look?.wipe();
      this.#look = null;
    }
  }

  #coverOver(now: Moment): void {
    if (this.#look !== null && now.bootSeconds >= this.#look.untilSeconds) this.#cover(now);
  }

  #timeOver(): void {
    this.#cover(this.#moment());
    this.#options.changed();
  }

  #note(act: Extract<LookingAct, { act: "categorise" | "note" }>): void {
    const of = this.#laneOf(act.lane);
    const { index } = act;
    if (of.report.findings[index] === undefined) throw lookingFault("looking/no-finding", `No finding ${index}`);
    const at = new Date(this.#moment().nowMs).toISOString();
    const log = lookingLog(of.dir, of.report.seal.digest);
    if (act.act === "categorise") {
      log.append({ at, kind: "category", body: { index, category: act.category } }, this.#options.officer.identity);
      return;
    }
    if (act.text.length > NOTE_MOST || /\p{Cs}/u.test(act.text)) throw lookingFault("looking/note", "Not a note");
    log.append({ at, kind: "note", body: { index, text: act.text } }, this.#options.officer.identity);
  }

  #laneOf(lane: string): LookedLane {
    const of = this.#options.laneOf(lane);
    if (of === null) throw lookingFault("looking/no-finding", "No report yet");
    return of;
  }
}

const NOTHING_KEPT: Omit<Kept, "showable"> = { category: null, note: "" };

function nameOf({ report }: LookedLane, index: number): string {
  return `${report.seal.digest}/${index}`;
}

/** Categories and notes of a report; the last of each counts. */
function keptOf({ dir, report }: LookedLane): Map<number, Omit<Kept, "showable">> {
  const kept = new Map<number, Omit<Kept, "showable">>();
  for (const { kind, body } of lookingLog(dir, report.seal.digest).entries()) {
    if (kind !== "category" && kind !== "note") continue;
    const { index, category, text } = body;
    const before = kept.get(Number(index)) ?? NOTHING_KEPT;
    const change =
      kind === "note" ? { note: String(text) } : { category: typeof category === "number" ? category : null };
    kept.set(Number(index), { ...before, ...change });
  }
  return kept;
}

function thisMoment(): Moment {
  return { nowMs: Date.now(), boot: bootName(), bootSeconds: uptime() };
}

let bootKnown: string | undefined;

/** A name for this start of the computer; empty where the system gives none. */
function bootName(): string {
  try {
    bootKnown ??= readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  } catch {
    bootKnown = "";
  }
  return bootKnown;
}
