import { fromHex, toHex } from "#base/values";
import type { InnerProblem } from "#examination/containers";
import type {
  AreaKind,
  AreaMessage,
  CarvePlace,
  CarveTask,
  FoundEndMessage,
  FoundMessage,
  SearchedMessage,
} from "./carve-message.node.ts";
import type { EvidenceMedium } from "./evidence-medium.node.ts";
import type { DisguisedMessage, InnerEndMessage, InnerMessage, InnerProblemMessage } from "./inside-message.ts";
import type { ChildLimits, ChildMessage } from "./limited-child.node.ts";
import type { InsideWork } from "./look-inside.node.ts";
import type { ZerosMessage } from "./reader-message.node.ts";
import { type ReaderOutcome, runReader } from "./run-reader.node.ts";

/** As patient as with any reader. No end of all: whoever asks has a signal. */
const LIMITS: ChildLimits = { silentMs: 20_000, objectMs: 180_000, totalMs: Number.POSITIVE_INFINITY };
/** Passed over where a reader ended. */
const PASSED_BYTES = 2 ** 20;
const ZEROS = new Uint8Array(2 ** 18);

/** A file that was found by its structure alone, or that stands in such a one. */
export interface CarvedPlace {
  /** Names, from the medium on. */
  chain: Uint8Array[];
  what: AreaKind;
  /** Its first byte stands where a sector begins: whoever compared all of the medium's blocks met it. */
  aligned: boolean;
}

/** Takes what is found. */
export interface CarvedTaker {
  begin(file: CarvedPlace): void;
  /** To be done with at return, or copied. */
  piece(bytes: Uint8Array): void;
  /** @param complete Not a byte of it is missing, and its end is its own. */
  end(sizeBytes: number, complete: boolean): void;
  /** Something in such a file was not looked into. */
  problem?(what: InnerProblem, file: CarvedPlace): void;
  /** A file in such a one is a picture or film, and its name says something else. */
  disguised?(file: CarvedPlace): void;
  /** A reader ended within it. */
  takenBack(): void;
}

/** How far a search came. */
export interface CarvedCourse extends ReaderOutcome {
  found: number;
  searchedBytes: number;
  totalBytes: number;
}

/**
 * Searches a medium for pictures, films and files that hold files and no folder names, in a child that is shut in, and gives the bytes of
 * every one, and of what stands in it. They are not decoded: for whoever compares digests a decoy is one more file that is on no list.
 *
 * @param name First link of every place.
 */
export async function lookCarved(
  medium: EvidenceMedium,
  name: Uint8Array,
  work: Pick<InsideWork, "signal" | "passed" | "fault" | "limits" | "onDeath"> & { taker: CarvedTaker },
): Promise<CarvedCourse> {
  const { taker, signal, passed, limits = LIMITS, fault, onDeath } = work;
  const search: Search = { taker, place: { area: 0, byte: 0 }, told: null, found: 0, what: "free", areas: new Map() };
  const outcome = await runReader({
    ...{ medium, signal, limits, goesOn: false, ...(fault === undefined ? {} : { fault }) },
    task: (): CarveTask => ({
      ...{ verb: "carve", name: toHex(name), files: "unknown", everyBytes: 1, filmBytes: true },
      from: search.place,
    }),
    onBytes: (piece) => {
      taker.piece(piece);
      return passed?.();
    },
    onMessage: (message) => {
      hear(search, message);
      return null;
    },
    onDeath: (death, said) => {
      taker.takenBack();
      search.told = null;
      search.place = { area: search.place.area, byte: search.place.byte + PASSED_BYTES };
      onDeath?.({ why: death.why, place: death.step.place }, said);
    },
  });
  const areas = [...search.areas.values()];
  const sum = (of: "sizeBytes" | "searchedBytes"): number => areas.reduce((total, area) => total + area[of], 0);
  return { ...outcome, found: search.found, searchedBytes: sum("searchedBytes"), totalBytes: sum("sizeBytes") };
}

interface Search {
  taker: CarvedTaker;
  place: CarvePlace;
  told: FoundMessage | null;
  found: number;
  what: AreaKind;
  areas: Map<number, { sizeBytes: number; searchedBytes: number }>;
}

function hear(search: Search, message: ChildMessage): void {
  const said = message as unknown;
  if (message.kind === "area") {
    const { area, sizeBytes, what } = said as AreaMessage;
    search.what = what;
    if (area !== search.place.area) search.place = { area, byte: 0 };
    search.areas.set(area, { sizeBytes, searchedBytes: search.place.byte });
  } else if (message.kind === "searched") {
    const { area, count } = said as SearchedMessage;
    search.place = { area, byte: count.nextByte };
    const known = search.areas.get(area);
    if (known !== undefined) known.searchedBytes = count.nextByte;
  } else if (message.kind.startsWith("inner") || message.kind === "disguised") hearInner(search, message);
  else if (message.kind === "found") begin(search, said as FoundMessage);
  else if (message.kind === "zeros") giveZeros(search, (said as ZerosMessage).lengthBytes);
  else if (message.kind === "found-end" && search.told !== null) {
    const { candidate } = search.told;
    const isComplete = (said as FoundEndMessage).unread.length === 0 && candidate.how !== "beginning";
    search.taker.end(candidate.sizeBytes, isComplete);
    search.told = null;
  }
}

/** What stands in a file that was found: compared like it. */
function hearInner(search: Search, message: ChildMessage): void {
  const { taker, what } = search;
  const said = message as unknown;
  const placeOf = ({ chain }: Pick<InnerMessage, "chain">): CarvedPlace => {
    return { chain: chain.map((link) => fromHex(link)), what, aligned: false };
  };
  if (message.kind === "inner") {
    search.found++;
    taker.begin(placeOf(said as InnerMessage));
  } else if (message.kind === "inner-end") {
    const { sizeBytes, complete } = said as InnerEndMessage;
    taker.end(sizeBytes, complete);
  } else if (message.kind === "disguised") taker.disguised?.(placeOf(said as DisguisedMessage));
  else {
    const problem = said as InnerProblemMessage;
    taker.problem?.(problem.what, placeOf(problem));
  }
}

function begin(search: Search, told: FoundMessage): void {
  search.told = told;
  search.found++;
  const aligned = told.what !== "file" && (told.candidate.pieces[0]?.startByte ?? 1) % 512 === 0;
  search.taker.begin({ chain: told.chain.map((link) => fromHex(link)), what: told.what, aligned });
}

function giveZeros({ taker }: Search, lengthBytes: number): void {
  for (let left = lengthBytes; left > 0; left -= ZEROS.length)
    taker.piece(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
}
