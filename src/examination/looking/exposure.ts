/** One look in the kit's log: who, when by two clocks, and how long it was sharp. */
export interface PastLook {
  officer: string;
  /** The computer's clock. */
  atMs: number;
  /** Names one start of the computer, and the seconds since it: no setting of a clock changes them. */
  boot: string;
  bootSeconds: number;
  sharpSeconds: number;
}

/** What an officer may look at in a day; the unit's policy. */
export interface LookingPolicy {
  items: number;
  seconds: number;
  breakEvery: number;
}

/** A moment by both clocks. */
export interface Moment {
  nowMs: number;
  boot: string;
  bootSeconds: number;
}

/** What an officer has looked at within the last day. */
export interface Exposure {
  items: number;
  seconds: number;
  breakDue: boolean;
  reached: boolean;
}

const DAY_SECONDS = 86_400;
/** So long after a fifth look a break is proposed. */
const BREAK_SECONDS = 300;

/**
 * Counts what an officer looked at in the last 24 hours. Within one start of the computer the seconds since that start count, so
 * that setting the clock gives nothing back; between two starts the clock counts, and a look from its future is of today.
 */
export function exposureOf(
  looks: readonly PastLook[],
  { items, seconds, breakEvery }: LookingPolicy,
  now: Moment,
): Exposure {
  const ages = looks.map((look) => ({ look, age: ageSeconds(look, now) })).filter(({ age }) => age < DAY_SECONDS);
  const count = ages.length;
  const sharp = Math.ceil(ages.reduce((sum, { look }) => sum + look.sharpSeconds, 0));
  const lastAge = Math.min(...ages.map(({ age }) => age), Number.POSITIVE_INFINITY);
  const reached = count >= items || sharp >= seconds;
  const breakDue = count > 0 && count % breakEvery === 0 && lastAge < BREAK_SECONDS;
  return { items: count, seconds: sharp, breakDue: breakDue && !reached, reached };
}

function ageSeconds(look: PastLook, now: Moment): number {
  if (look.boot === now.boot && look.boot !== "") return Math.max(0, now.bootSeconds - look.bootSeconds);
  return Math.max(0, (now.nowMs - look.atMs) / 1000);
}
