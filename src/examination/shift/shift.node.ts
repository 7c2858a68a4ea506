import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { identityAgain, keptIdentity } from "#base/signing/node";
import { toHex } from "#base/values";
import { type AnswerBook, answerBook } from "./answer-book.node.ts";
import { answered } from "./answered.ts";
import { basisText } from "./basis-text.ts";
import { firstExhibit, freeExhibit } from "./exhibit-number.ts";
import { shiftFault } from "./faults.ts";
import { kitOfficers, kitPolicy, makeKitFolder } from "./kit-folder.node.ts";
import { newestList } from "./list-choice.ts";
import { type ListShelf, listShelf } from "./list-shelf.node.ts";
import { kitOffences } from "./offences-file.node.ts";
import { minutesAhead, phoneTimeMs } from "./phone-time.ts";
import type { Policy } from "./policy.ts";
import { makePracticeSet, practiceExhibit, practiceShift } from "./practice-room.node.ts";
import { type SelfTest, selfTest } from "./self-test.node.ts";
import { NO_ANSWERS, waitMs } from "./shift-answers.ts";
import type { KeptShift, Shift, ShiftOptions } from "./shift-options.node.ts";
import type { Offence, OfficerName, ShiftAct, ShiftView } from "./shift-view.ts";
import { practiceView, realView } from "./shift-views.ts";
import { isWrongPassphrase, officerOf, unlockOfficer } from "./unlock-officer.node.ts";
import type { WorkingShift } from "./working-shift.node.ts";

/** Opens the shift of a kit; looks at its lists before it answers. @throws {Fault} shift/policy, shift/unwritable. */
export async function openShift(options: ShiftOptions): Promise<Shift> {
  makeKitFolder(options.folder);
  const shift = new OneShift(options);
  await shift.begin();
  return shift;
}

const TICK_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

class OneShift implements Shift {
  working: WorkingShift | null = null;
  making: number | null = null;
  readonly policy: Policy;
  readonly selfTest: SelfTest;
  readonly #options: ShiftOptions;
  readonly #book: AnswerBook;
  readonly #shelf: ListShelf;
  #open = false;
  #over = false;
  #ended = false;
  #untilMs = 0;
  #touchedMs: number;
  #trying = false;
  #offences: Offence[] = [];
  #practising = false;
  #practiceExhibit = "";
  #practiceFailed: unknown = null;
  #makes: Promise<void> | null = null;
  #timer: NodeJS.Timeout;

  constructor(options: ShiftOptions) {
    this.#options = options;
    this.policy = kitPolicy(options.folder);
    this.#book = answerBook(options.folder.answers);
    this.#shelf = listShelf(options.folder, () => this.#trust());
    this.#touchedMs = this.#now();
    this.selfTest = selfTest({
      folder: options.folder,
      nowMs: () => this.#now(),
      changed: options.changed,
      list: () => {
        // In practice the kit's own lists are looked at: they are what goes to a raid.
        const identity = this.#practising ? null : (this.working?.identity ?? null);
        const chosen = newestList(this.#shelf.lists, identity?.public.recipient ?? null);
        const asked = this.#open && !this.#practising;
        return { lists: this.#shelf.lists, chosen, identity, clock: asked ? this.#book.answers.clock : "not-asked" };
      },
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#timer.unref();
  }

  async begin(): Promise<void> {
    const { kept } = this.#options;
    await this.#shelf.look();
    this.#offences = kitOffences(this.#options.folder.offences, this.#trust());
    if (kept !== undefined && kept !== null) await this.#goOn(kept);
  }

  view(): ShiftView {
    const { working } = this;
    const nowMs = this.#now();
    const officers = this.#officers();
    const { answers } = this.#book;
    const shown = {
      ...{ officers, offences: this.#offences, nowMs },
      nextTryMs: answers.wrong.nextTryMs > nowMs ? answers.wrong.nextTryMs : null,
      openUntilMs: this.#open ? this.#untilMs : null,
      lists: this.#shelf.lists,
      ...{ expertPhone: this.policy.expertPhone, ended: this.#ended },
    };
    if (this.#open && this.#practising) {
      return practiceView(shown, { certificate: working?.certificate ?? null, exhibit: this.#practiceExhibit });
    }
    return realView(shown, answers, this.#open ? working : null);
  }

  async act(act: ShiftAct): Promise<void> {
    if (act.act === "unlock") await this.#unlock(act.officer, act.passphrase);
    else if (act.act === "practice") await this.#practice();
    else if (act.act === "lock") this.#lock();
    else if (act.act === "end-shift") this.#end();
    else if (act.act === "self-test") this.selfTest.begin();
    else if (act.act === "clock") this.#compare(act.phone);
    else this.#answer(act);
    this.#options.changed();
  }

  touched(): void {
    this.#touchedMs = this.#now();
  }

  basis(): string | null {
    if (this.#practising) return basisText(null, []);
    return basisText(this.#book.answers.basis, this.#offences);
  }

  statedMs(): number | null {
    const { clock } = this.#book.answers;
    return this.#practising || clock === null ? null : this.#now() + clock.minutesAhead * MINUTE_MS;
  }

  exhibit(): string {
    return this.#practising ? this.#practiceExhibit : this.#book.answers.exhibit;
  }

  exhibitsTaken(next: string): void {
    if (this.#practising) this.#practiceExhibit = next;
    else this.#book.change({ exhibit: next });
    this.#options.changed();
  }

  refuseLocked(): void {
    if (!this.#open) throw shiftFault("shift/locked", "Locked");
  }

  refuseUnready(): void {
    this.refuseLocked();
    const { missing } = this.view();
    if (missing !== null)
      throw shiftFault("shift/not-ready", `Not answered: ${missing}`, { values: { question: missing } });
  }

  async second(id: string, passphrase: string): Promise<OfficerName> {
    if (id === this.working?.certificate.signPublic) throw shiftFault("shift/no-officer", "The same officer twice");
    const officer = officerOf(this.#options.folder, id);
    await this.#tried(() => unlockOfficer(officer, passphrase, this.#now()));
    return nameOf(officer.certificate);
  }

  async takeList(pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { working } = this;
    await this.#shelf.add(pieces, working === null || working.practice ? null : working.identity.public.recipient);
    if (working !== null && !working.practice) working.lists = this.#lists(working.identity.public.recipient);
    this.#options.changed();
  }

  makePractice(): Promise<void> {
    this.#makes ??= makePracticeSet(this.#options.folder, (fraction) => {
      this.making = fraction;
      this.#options.changed();
    }).finally(() => {
      this.making = null;
      this.#makes = null;
      this.#options.changed();
    });
    return this.#makes;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #now(): number {
    return (this.#options.nowMs ?? Date.now)();
  }

  #officers(): OfficerName[] {
    return kitOfficers(this.#options.folder).map(({ certificate }) => nameOf(certificate));
  }

  #trust(): string[] {
    const { working } = this;
    if (working !== null && !working.practice) return working.trust;
    return [...new Set(kitOfficers(this.#options.folder).flatMap(({ certificate }) => certificate.agencyKeys))];
  }

  #lists(recipient: string): string[] {
    const chosen = newestList(this.#shelf.lists, recipient);
    return chosen === undefined ? [] : [chosen.path];
  }

  /** Tries a passphrase; after a wrong one the next is asked to wait. */
  async #tried<T>(attempt: () => Promise<T>): Promise<T> {
    const { count, nextTryMs } = this.#book.answers.wrong;
    const seconds = Math.ceil((nextTryMs - this.#now()) / 1000);
    if (this.#trying || seconds > 0) {
      throw shiftFault("shift/wait", "Too soon", { values: { seconds: Math.max(1, seconds) } });
    }
    this.#trying = true;
    try {
      const opened = await attempt();
      if (count > 0) this.#book.change({ wrong: NO_ANSWERS.wrong });
      return opened;
    } catch (error) {
      if (isWrongPassphrase(error)) {
        this.#book.change({ wrong: { count: count + 1, nextTryMs: this.#now() + waitMs(count + 1) } });
      }
      throw error;
    } finally {
      this.#trying = false;
      this.#options.changed();
    }
  }

  async #unlock(id: string, passphrase: string): Promise<void> {
    const officer = officerOf(this.#options.folder, id);
    const { working } = this;
    const same = working !== null && !working.practice && working.certificate.signPublic === id;
    if (!same && !this.#practising && this.#options.busy())
      throw shiftFault("shift/reading-goes-on", "Another officer's device is being read");
    const identity = await this.#tried(() => unlockOfficer(officer, passphrase, this.#now()));
    this.#practising = false;
    const nowMs = this.#now();
    const { shift: before, exhibit } = this.#book.answers;
    const goesOn =
      before !== null && before.officer === id && (nowMs < before.untilMs || (same && this.#options.busy()));
    const untilMs = goesOn && nowMs < before.untilMs ? before.untilMs : nowMs + this.policy.shiftHours * HOUR_MS;
    const shift = { id: goesOn ? before.id : toHex(randomBytes(8)), officer: id, untilMs };
    const basis = goesOn ? {} : { basis: NO_ANSWERS.basis, clock: null };
    this.#book.change({ ...basis, shift, exhibit: this.#freeExhibit(exhibit) });
    if (!same || !goesOn) {
      await this.#work({
        ...{ id: shift.id, practice: false, identity, certificate: officer.certificate },
        trust: officer.certificate.agencyKeys,
        lists: this.#lists(identity.public.recipient),
        evidenceDir: this.#options.folder.exhibits,
      });
    }
    this.#opened(untilMs);
  }

  /** Opens practice at once; while its set is being made there is nothing plugged in yet. */
  async #practice(): Promise<void> {
    if (this.#options.busy() && this.working?.practice !== true) {
      throw shiftFault("shift/reading-goes-on", "A device is being read");
    }
    if (this.working?.practice !== true) this.#rest();
    this.#practising = true;
    this.#opened(this.#now() + this.policy.shiftHours * HOUR_MS);
    const toldBefore = this.#practiceFailed !== null;
    this.#practiceFailed = null;
    const begun = this.#begin().catch((error: unknown) => this.#notMade(error));
    if (!toldBefore) return;
    await begun;
    if (this.#practiceFailed !== null) throw this.#practiceFailed;
  }

  async #begin(): Promise<void> {
    await this.makePractice();
    if (!this.#practising || this.working !== null) return;
    this.#practiceExhibit = practiceExhibit(this.#options.folder);
    await this.#work(await practiceShift(this.#options.folder, `practice-${toHex(randomBytes(8))}`));
    this.#keep();
    this.#options.changed();
  }

  /** Back to the locked screen; why is said when practice is asked for again. */
  #notMade(error: unknown): void {
    this.#practiceFailed = error;
    this.#practising = false;
    this.#open = false;
    this.#options.changed();
  }

  async #goOn(kept: KeptShift): Promise<void> {
    const { folder } = this.#options;
    if (kept.practice) {
      this.#practising = true;
      this.#practiceExhibit = practiceExhibit(folder);
      await this.#work(await practiceShift(folder, kept.id));
    } else {
      const { certificate } = officerOf(folder, kept.officer);
      const identity = await identityAgain(kept.identity);
      await this.#work({
        ...{ id: kept.id, practice: false, identity, certificate, trust: certificate.agencyKeys },
        lists: this.#lists(identity.public.recipient),
        evidenceDir: folder.exhibits,
      });
    }
    this.#untilMs = kept.untilMs;
    this.#open = !kept.locked;
    this.#keep();
  }

  async #work(shift: WorkingShift): Promise<void> {
    this.working = shift;
    try {
      await this.#shelf.look();
      if (!shift.practice) shift.lists = this.#lists(shift.identity.public.recipient);
      this.#offences = kitOffences(this.#options.folder.offences, this.#trust());
      await this.#options.working(shift);
    } catch (error) {
      if (this.working === shift) this.working = null;
      throw error;
    }
  }

  #opened(untilMs: number): void {
    this.#open = true;
    this.#over = false;
    this.#ended = false;
    this.#untilMs = untilMs;
    this.touched();
    this.#keep();
  }

  #lock(): void {
    this.#open = false;
    if (this.#practising) this.#rest();
    else this.#keep();
    this.#practising = false;
    this.#options.changed();
  }

  /** Locks; what is read goes on, and then the program ends. Practice only ends itself. */
  #end(): void {
    if (!this.#open && this.working === null) throw shiftFault("shift/locked", "No shift is open");
    this.#over = !this.#practising;
    this.#ended = this.#over;
    this.#lock();
    this.#tick();
  }

  /** Nobody works: the identity is forgotten. */
  #rest(): void {
    this.working = null;
    this.#options.working(null).catch(() => undefined);
    this.#options.keep(null);
  }

  #keep(): void {
    const { working } = this;
    if (working === null) return;
    const { id, practice, identity, certificate } = working;
    const kept = { id, practice, identity: keptIdentity(identity), officer: certificate.signPublic };
    this.#options.keep({ ...kept, untilMs: this.#untilMs, locked: !this.#open });
  }

  #tick(): void {
    const nowMs = this.#now();
    if (this.#open && nowMs >= this.#untilMs) this.#end();
    else if (
      this.#open &&
      nowMs >= this.#touchedMs + this.policy.lockMinutes * 60_000 &&
      this.working?.practice !== true
    ) {
      this.#lock();
    }
    if (!this.#over || this.#options.busy()) return;
    this.#over = false;
    this.#book.change({ shift: null });
    this.#rest();
    this.#options.ended();
  }

  #freeExhibit(exhibit: string): string {
    const used = (number: string): boolean => existsSync(join(this.#options.folder.exhibits, number));
    return freeExhibit(exhibit === "" ? firstExhibit(this.#now()) : exhibit, used);
  }

  #compare(phone: string | null): void {
    this.refuseLocked();
    const phoneMs = phone === null ? this.#now() : phoneTimeMs(phone);
    if (phoneMs === undefined) throw shiftFault("shift/phone-time", "No day and hour");
    if (this.#practising) return;
    this.#book.change({ clock: { minutesAhead: minutesAhead(phoneMs, this.#now()) } });
    this.selfTest.compared();
  }

  #answer(act: Extract<ShiftAct, { act: "answer" }>): void {
    this.refuseLocked();
    if (!this.#practising) this.#book.change(answered(this.#book.answers, act, this.#offences));
  }
}

function nameOf({ signPublic: id, name, unit }: WorkingShift["certificate"]): OfficerName {
  return { id, name, unit };
}
