import type { Certificate } from "#base/signing";
import { type KeptList, listView, mayExamine, newestList } from "./list-choice.ts";
import { missingQuestion, type ShiftAnswers } from "./shift-answers.ts";
import type { Offence, OfficerName, ShiftView } from "./shift-view.ts";

const DAY_MS = 86_400_000;

/** What both views show. */
interface Shown {
  officers: OfficerName[];
  offences: Offence[];
  nextTryMs: number | null;
  openUntilMs: number | null;
  nowMs: number;
  lists: readonly KeptList[];
  expertPhone: string;
  ended: boolean;
}

/** Practice: nothing is asked, everything is filled in. @param at.certificate null: the practice set is being made. */
export function practiceView(shown: Shown, at: { certificate: Certificate | null; exhibit: string }): ShiftView {
  const { officers, offences, nextTryMs, openUntilMs, nowMs, expertPhone } = shown;
  const basis = { kind: "warrant", number: "PRACTICE · ហ្វឹកហាត់", offence: offences[0]?.code ?? null } as const;
  const open = {
    officers,
    offences,
    nextTryMs,
    openUntilMs,
    basis,
    exhibit: at.exhibit,
    expertPhone,
    state: "open",
    practice: true,
    ended: false,
    clock: null,
  } as const;
  if (at.certificate === null) return { ...open, officer: null, list: null, missing: null };
  const { signPublic: id, name, unit, issuedAt, validUntil } = at.certificate;
  return {
    ...open,
    officer: { id, name, unit },
    list: {
      state: "good",
      name: "Practice list · បញ្ជីហ្វឹកហាត់",
      release: `practice-${issuedAt.slice(0, 10)}`,
      releasedAt: issuedAt,
      validUntil,
      ageDays: Math.max(0, Math.floor((nowMs - Date.parse(issuedAt)) / DAY_MS)),
      daysLeft: Math.floor((Date.parse(validUntil) - nowMs) / DAY_MS),
    },
    missing: null,
  };
}

/** @param working The officer who works and whose shift is open; null: locked. */
export function realView(
  shown: Shown,
  { basis, exhibit, clock }: Pick<ShiftAnswers, "basis" | "exhibit" | "clock">,
  working: { certificate: Certificate; identity: { public: { recipient: string } } } | null,
): ShiftView {
  const { officers, offences, nextTryMs, openUntilMs, nowMs, lists, expertPhone, ended } = shown;
  const chosen = newestList(lists, working?.identity.public.recipient ?? null);
  const list = listView(lists, chosen, nowMs);
  const codes = offences.map(({ code }) => code);
  const missing = missingQuestion(
    { basis, exhibit },
    { officer: working !== null, list: mayExamine(list), offences: codes },
  );
  const plain = { expertPhone, ended, officers, offences, nextTryMs, openUntilMs, practice: false, list, missing };
  if (working === null) {
    // Of a search nothing is shown to whoever finds the screen locked.
    const empty = { basis: { kind: null, number: "", offence: null }, exhibit: "", clock: null };
    return { ...plain, ...empty, state: "locked", officer: null };
  }
  const { signPublic: id, name, unit } = working.certificate;
  return { ...plain, state: "open", officer: { id, name, unit }, basis, exhibit, clock };
}
