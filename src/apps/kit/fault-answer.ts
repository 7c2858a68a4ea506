import { commandlineAnswers, type RoomAnswers, roomAnswers, sayCommandline } from "#base/commandline";
import { Fault } from "#base/faults";
import { saySigning, signingAnswers } from "#base/signing";
import type { LANGUAGES } from "#base/words";
import { evidenceAnswers, sayEvidence } from "#examination/evidence";
import { filtersAnswers, sayFilters } from "#examination/filters";
import { lanesAnswers, sayLanes } from "#examination/lanes";
import { lookingAnswers, sayLooking } from "#examination/looking";
import { openingAnswers, sayOpening } from "#examination/opening";
import { practiceAnswers, sayPractice } from "#examination/practice";
import { sayShift, shiftAnswers } from "#examination/shift";
import { saySources, sourceAnswers } from "#examination/sources";
import { sayTriage, triageAnswers } from "#examination/triage";
import { kitAnswers } from "./faults.ts";
import type { ActAnswer } from "./kit-view.ts";
import { sayKit } from "./words.ts";

/** Every room whose Faults an officer may meet on a screen. */
const ROOMS: readonly RoomAnswers[] = [
  roomAnswers(kitAnswers, sayKit),
  roomAnswers(shiftAnswers, sayShift),
  roomAnswers(lanesAnswers, sayLanes),
  roomAnswers(lookingAnswers, sayLooking),
  roomAnswers(signingAnswers, saySigning),
  roomAnswers(sourceAnswers, saySources),
  roomAnswers(openingAnswers, sayOpening),
  roomAnswers(filtersAnswers, sayFilters),
  roomAnswers(triageAnswers, sayTriage),
  roomAnswers(evidenceAnswers, sayEvidence),
  roomAnswers(practiceAnswers, sayPractice),
  roomAnswers(commandlineAnswers, sayCommandline),
];

/** What a browser is told of an error: a Fault's sentence in both languages; of what nobody foresaw, nothing but that. */
export function faultAnswer(error: unknown): Extract<ActAnswer, { ok: false }> {
  const fault = error instanceof Fault ? error : new Fault("kit/unforeseen", "Unforeseen");
  const words = (language: (typeof LANGUAGES)[number]): string => {
    for (const room of ROOMS) {
      const sentence = room.sentenceOf(language, fault);
      if (sentence !== undefined) return sentence;
    }
    return sayKit(language, "fault.kit/unforeseen");
  };
  const place = fault.place === undefined ? {} : { place: fault.place };
  return { ok: false, fault: { code: fault.code, words: { en: words("en"), km: words("km") }, ...place } };
}
