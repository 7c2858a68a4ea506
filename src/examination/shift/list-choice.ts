import type { ListView } from "./shift-view.ts";

/** What choosing needs to know of a proved list. */
interface ChosenFacts {
  name: string;
  release: string;
  releasedAt: string;
  validUntil: string;
  graceUntil: string;
  practice: boolean;
  recipients: string[];
}

/** A list of the kit: proved, or why it is none. */
export interface KeptList<F extends ChosenFacts = ChosenFacts> {
  path: string;
  facts: F | null;
  /** Code of the Fault that refused it. */
  fault: string | null;
}

const DAY_MS = 86_400_000;
/** Of a list that ends within so many days, a new one is asked for. */
const SOON_DAYS = 7;

/**
 * The list devices are held against: the newest one that the officer can open. One file; several lists are merged into one by the
 * agency (`phum filter merge`).
 *
 * @param recipient age1… of the officer; null: nobody has unlocked, any list.
 */
export function newestList<F extends ChosenFacts>(
  lists: readonly KeptList<F>[],
  recipient: string | null,
): KeptList<F> | undefined {
  const usable = lists.filter(
    ({ facts }) => facts !== null && !facts.practice && (recipient === null || facts.recipients.includes(recipient)),
  );
  const releasedMs = ({ facts }: KeptList<F>): number => Date.parse(facts?.releasedAt ?? "");
  return usable.sort((a, b) => releasedMs(b) - releasedMs(a))[0];
}

/** What a screen says of the chosen list; where none can be chosen, of the first that cannot be used; null: there is none at all. */
export function listView(lists: readonly KeptList[], chosen: KeptList | undefined, nowMs: number): ListView | null {
  const facts = chosen?.facts ?? null;
  if (facts !== null) return { state: stateOf(facts, nowMs), ...named(facts, nowMs) };
  const [other] = lists.filter(({ facts: known }) => known === null || !known.practice);
  if (other === undefined) return null;
  if (other.facts !== null) return { state: "unusable", ...named(other.facts, nowMs) };
  return { state: "unusable", name: "", release: "", releasedAt: "", validUntil: "", ageDays: 0, daysLeft: 0 };
}

/** Whether devices may be examined with it. */
export function mayExamine(list: ListView | null): boolean {
  return list !== null && (list.state === "good" || list.state === "soon" || list.state === "grace");
}

function stateOf({ validUntil, graceUntil }: ChosenFacts, nowMs: number): ListView["state"] {
  if (nowMs > Date.parse(graceUntil)) return "expired";
  if (nowMs > Date.parse(validUntil)) return "grace";
  return nowMs + SOON_DAYS * DAY_MS > Date.parse(validUntil) ? "soon" : "good";
}

function named(facts: ChosenFacts, nowMs: number): Omit<ListView, "state"> {
  const { name, release, releasedAt, validUntil } = facts;
  const ageDays = Math.max(0, Math.floor((nowMs - Date.parse(releasedAt)) / DAY_MS));
  const daysLeft = Math.floor((Date.parse(validUntil) - nowMs) / DAY_MS);
  return { name, release, releasedAt, validUntil, ageDays, daysLeft };
}
