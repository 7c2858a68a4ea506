import { type Finding, type Notice, notice } from "#examination/evidence";
import { findingsOf } from "./findings.ts";
import { comparePlaces, type HitPlace } from "./hit-place.ts";
import { type FileHit, type Hit, openHits, type SetFacts } from "./hits.ts";

/** How looking into files ended. */
export type InsideEnd = "all" | "time" | "stopped" | "reader";

/** Why something was not looked into, as page one puts it together. */
const KINDS = {
  encrypted: "inside-locked",
  unsupported: "inside-unsupported",
  split: "inside-split",
  damaged: "inside-damaged",
  unread: "inside-damaged",
  "too-deep": "inside-limits",
  "too-many": "inside-limits",
  "too-large": "inside-limits",
  "too-long": "inside-limits",
  bomb: "inside-limits",
} as const;

type InnerProblemCode = keyof typeof KINDS;
type Told = (typeof KINDS)[InnerProblemCode];
const TOLD: readonly Told[] = [
  "inside-locked",
  "inside-limits",
  "inside-unsupported",
  "inside-split",
  "inside-damaged",
];

/** Where an inner file stands: its place, and how its outermost file does. */
export interface InnerStanding extends HitPlace {
  standing?: NonNullable<Finding["standing"]>;
  certainty?: NonNullable<Finding["certainty"]>;
}

/** What looking into files has to say in a report. */
export interface InsideSeen {
  findings: Finding[];
  notices: Notice[];
  /** Whether what stands at a place is a picture or film whose name says something else. */
  isDisguised(at: HitPlace): boolean;
}

/** Collects what is found in files; what is taken stands when its outermost file is done. */
export interface InsideBook {
  hit(at: InnerStanding, hit: Omit<Hit, keyof HitPlace>): void;
  file(at: InnerStanding, hit: Omit<FileHit, keyof HitPlace>): void;
  problem(what: InnerProblemCode, at: HitPlace): void;
  /** A picture or film whose name says something else: never a finding by itself. */
  disguised(at: HitPlace): void;
  /** @param inner Files found in an outermost file that is done. */
  looked(inner: number): void;
  takenBack(): void;
  readonly outer: number;
  readonly inner: number;
  /** @param lost Outermost files that ended their reader. */
  seen(sets: readonly SetFacts[], how: { ended: InsideEnd; lost: number }): InsideSeen;
}

interface Counted {
  count: number;
  first: HitPlace;
}

/** One more, and the first of them by place. */
function count(told: Counted, at: HitPlace): void {
  if (told.count++ === 0 || comparePlaces(at, told.first) < 0) told.first = at;
}

/** Places that are kept: findings beyond are told without it. */
const DISGUISED_MOST = 200_000;

/** Opens the book of one examination. */
export function insideBook(): InsideBook {
  const ledger = openHits();
  const standings = new Map<string, InnerStanding>();
  const counts = new Map<Told, Counted>();
  const disguised: Counted = { count: 0, first: { place: "" } };
  const places = new Set<string>();
  let waiting: (() => void)[] = [];
  let [outer, inner] = [0, 0];
  const stand = (at: InnerStanding): HitPlace => {
    standings.set(keyOf(at), at);
    return at.placeBytes === undefined ? { place: at.place } : { place: at.place, placeBytes: at.placeBytes };
  };
  return {
    hit: (at, hit) => void waiting.push(() => ledger.add({ ...stand(at), ...hit })),
    file: (at, hit) => void waiting.push(() => ledger.addFile({ ...stand(at), ...hit })),
    problem: (what, at) =>
      void waiting.push(() => {
        const told = counts.get(KINDS[what]) ?? { count: 0, first: at };
        counts.set(KINDS[what], told);
        count(told, at);
      }),
    disguised: (at) =>
      void waiting.push(() => {
        count(disguised, at);
        if (places.size < DISGUISED_MOST) places.add(keyOf(at));
      }),
    looked(found) {
      for (const take of waiting) take();
      waiting = [];
      if (found > 0) outer++;
      inner += found;
    },
    takenBack: () => {
      waiting = [];
    },
    get outer() {
      return outer;
    },
    get inner() {
      return inner;
    },
    seen(sets, { ended, lost }) {
      const findings = findingsOf(ledger, sets).map((finding) => {
        const { standing, certainty } = standings.get(keyOf(finding)) ?? {};
        const stands = standing === undefined ? {} : { standing };
        return { ...finding, inside: true, ...stands, ...(certainty === undefined ? {} : { certainty }) };
      });
      const told = TOLD.flatMap((code) => {
        const found = counts.get(code);
        return found === undefined ? [] : [notice(code, { count: found.count, first: found.first.place })];
      });
      const short = ended === "all" ? [] : [notice("inside-rest", {})];
      const ends = lost === 0 ? [] : [notice("inside-reader", { count: lost })];
      const looked = outer === 0 ? [] : [notice("inside-looked", { inner, outer })];
      const named = { count: disguised.count, first: disguised.first.place };
      const hidden = disguised.count === 0 ? [] : [notice("names-differ", named)];
      return {
        ...{ findings, notices: [...looked, ...hidden, ...told, ...short, ...ends] },
        isDisguised: (at) => places.has(keyOf(at)),
      };
    },
  };
}

function keyOf({ place, placeBytes }: HitPlace): string {
  return placeBytes === undefined ? place : `${place}\0${placeBytes}`;
}
