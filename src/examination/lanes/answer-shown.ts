import { type Language, number, size } from "#base/words";
import {
  boundSentences,
  type Coverage,
  foundSentences,
  greenLimits,
  isolatedText,
  localDay,
  noticeSentence,
  type Report,
  readPercent,
  readSentences,
  reasonTexts,
  sayEvidence,
  screenTeller,
  type Verdict,
  whatSentence,
} from "#examination/evidence";
import { answerSpoken } from "./announcer.ts";
import { type Step, stepsOf } from "./answer-steps.ts";
import { deviceName, exhibitLine, placesText } from "./device-words.ts";
import { inOrderOfAnswers, type LampShown, lampShown, tapeSpoken } from "./lane-shown.ts";
import type { DeviceKind, LaneView } from "./lanes-view.ts";
import { sayLanes } from "./words.ts";

/** Everything the Answer screen shows of one device. */
export interface AnswerShown {
  key: string;
  kind: DeviceKind;
  name: string;
  exhibit: string;
  lamp: LampShown;
  verdict: Verdict;
  word: string;
  what: string;
  /** On the same plate: for green the bound. */
  more: string[];
  percent: string;
  fraction: number;
  steps: Step[];
  tape: Coverage["tape"];
  tapeSpoken: string;
  /** Hatched cells are locked, not damaged. */
  locked: boolean;
  read: string[];
  unread: string[];
  lists: string[];
  why: { title: string; items: string[] };
  notices: string[];
  findings: number;
  canReadOn: boolean;
  /** Still being read: red already stands. */
  live: boolean;
  place: { text: string; next: string | null } | null;
  spoken: string;
}

/**
 * What is shown of one answer. All of it comes from the report; from the lane alone only while red is still being read.
 *
 * @param report null: not written yet, or not fetched; then an answer other than red is not shown (null).
 */
export function answerShown(
  language: Language,
  { lane, lanes }: { lane: LaneView; lanes: readonly LaneView[] },
  report: Report | null,
): AnswerShown | null {
  if (report === null && !(lane.red && lane.answer === null)) return null;
  const { key, device, exhibit, lamp } = lane;
  const head = {
    key,
    kind: device.kind,
    name: deviceName(language, device),
    exhibit: exhibitLine(language, exhibit),
    lamp: lampShown(language, lamp),
    place: placeOf(language, lane, lanes),
  };
  return report === null
    ? { ...head, ...liveParts(language, lane) }
    : { ...head, ...reportParts(language, lane, report) };
}

type Parts = Omit<AnswerShown, "key" | "kind" | "name" | "exhibit" | "lamp" | "place">;

function reportParts(language: Language, lane: LaneView, report: Report): Parts {
  const teller = screenTeller(language);
  const { verdict, coverage, findings, bound } = report;
  const canReadOn = coverage.fraction < 1 && !report.reasons.includes("not-examinable");
  const confirmed = findings.filter((finding) => finding.confirmed);
  const { holds, rests } = boundSentences(teller, report);
  const blind = rests.slice(-1);
  const ownBound = bound.targetBytes === null ? holds : boundTexts(language, report);
  return {
    verdict,
    word: sayEvidence(language, `verdict.${verdict}`),
    what: whatSentence(teller, report),
    ...readOf(language, report, ownBound),
    percent: readPercent(language, coverage.fraction),
    fraction: coverage.fraction,
    steps: stepsOf(language, report, { exhibit: report.exhibit, canReadOn, secondsLeft: lane.secondsLeft }),
    ...lockedTape(report),
    tapeSpoken: tapeSpoken(language, {
      fraction: coverage.fraction,
      hits: confirmed.length,
      red: verdict === "red",
      unreadPlaces: report.unread.length,
      unreadBytes: coverage.bytesUnread,
    }),
    unread: unreadLines(language, report),
    lists: listLines(language, report),
    why: whyOf(language, report, verdict === "green" ? [...ownBound.slice(1), ...blind] : []),
    notices: report.notices.filter(({ code }) => code !== "practice").map((one) => noticeSentence(teller, one)),
    findings: findings.length,
    canReadOn,
    live: false,
    spoken: answerSpoken(language, { ...lane, red: verdict === "red", fraction: coverage.fraction }),
  };
}

/** How much was read, and the bound: on green's own plate; what is counted in files, there too. */
function readOf(language: Language, report: Report, bound: string[]): Pick<Parts, "more" | "read"> {
  const { verdict, coverage } = report;
  const [amount = ""] = readSentences(screenTeller(language), report);
  const { bytesBlank, filesTotal } = coverage;
  const blank = bytesBlank > 0 ? [sayEvidence(language, "read.blank", { bytes: size(language, bytesBlank) })] : [];
  if (verdict !== "green") return { more: [], read: [amount, ...blank, ...bound] };
  return filesTotal === undefined
    ? { more: bound.slice(0, 1), read: [amount, ...blank] }
    : { more: [amount, ...bound.slice(0, 1)], read: blank };
}

/** Locked parts are hatched, as long as nothing else is: their bytes were read, but nothing in them can be seen. */
function lockedTape({ coverage, facts = [], source }: Report): Pick<Parts, "tape" | "locked"> {
  const { tape, bytesTotal } = coverage;
  const parts = source.kind === "folder" ? [] : facts.filter(({ reason }) => reason === "encrypted");
  if (parts.length === 0 || tape.some(({ unread }) => unread)) return { tape, locked: false };
  const cellBytes = bytesTotal / tape.length;
  const locked = tape.map((cell, i) => {
    const [from, to] = [i * cellBytes, (i + 1) * cellBytes];
    const within = parts.some(({ offsetBytes, lengthBytes }) => offsetBytes < to && offsetBytes + lengthBytes > from);
    return within ? { ...cell, unread: true } : cell;
  });
  return { tape: locked, locked: true };
}

/** Red while it is still being read: nothing but what the lane knows. */
function liveParts(language: Language, lane: LaneView): Parts {
  const { hits, unreadPlaces, unreadBytes, fraction } = lane;
  const found = placesText(language, hits);
  return {
    verdict: "red",
    word: sayEvidence(language, "verdict.red"),
    what: sayEvidence(language, "what.red"),
    more: [sayLanes(language, "answer.live")],
    percent: readPercent(language, fraction),
    fraction,
    steps: stepsOf(
      language,
      { verdict: "red", reasons: ["listed-blocks"] },
      { exhibit: lane.exhibit, canReadOn: false, secondsLeft: null },
    ),
    tape: lane.tape,
    tapeSpoken: tapeSpoken(language, lane),
    locked: false,
    read: [],
    unread: [
      unreadPlaces === 0 && unreadBytes === 0
        ? sayEvidence(language, "unread.nothing")
        : sayLanes(language, "answer.unread.bytes", { bytes: size(language, unreadBytes, "up") }),
    ],
    lists: [],
    why: {
      title: sayLanes(language, "answer.head.why.red"),
      items: [`${sayLanes(language, "examining.found")} – ${found}`],
    },
    notices: [],
    findings: 0,
    canReadOn: false,
    live: true,
    spoken: answerSpoken(language, lane),
  };
}

/** The bound in an officer's words, and where it is weakest. Sizes are rounded up, chances down. */
function boundTexts(language: Language, { bound }: Report): string[] {
  const { targetBytes, confidence, hardest } = bound;
  if (targetBytes === null) return [];
  const target = size(language, targetBytes, "up");
  const chance = (value: number): string => number(language, Math.floor(value * 1000 + 1e-9) / 10, 1);
  const texts = [sayLanes(language, "answer.holds", { target, percent: chance(confidence) })];
  if (hardest !== undefined && hardest !== null && hardest.confidence < confidence) {
    const each = size(language, hardest.fileBytes, "up");
    texts.push(sayLanes(language, "answer.hardest", { target, size: each, percent: chance(hardest.confidence) }));
  }
  return texts;
}

/** What could not be read: always said, also when it is nothing; locked parts too. */
function unreadLines(language: Language, { unread, coverage, facts = [] }: Report): string[] {
  const locked = facts.filter(({ reason }) => reason === "encrypted");
  const lines: string[] = [];
  if (locked.length > 0) {
    const bytes = locked.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    lines.push(sayLanes(language, "answer.unread.locked", { bytes: size(language, bytes, "up") }));
  }
  const bytes = size(language, coverage.bytesUnread, "up");
  if (unread.length > 0) {
    const why = [...new Set(unread.map((one) => one.why))].map((one) => sayEvidence(language, `why.${one}`)).join(", ");
    const key = unread.length === 1 ? "answer.unread.one" : "answer.unread.many";
    lines.push(sayLanes(language, key, { count: unread.length, bytes, why }));
    lines.push(sayLanes(language, "answer.unread.again"));
  } else if (coverage.bytesUnread > 0) {
    lines.push(sayLanes(language, "answer.unread.bytes", { bytes }), sayLanes(language, "answer.unread.again"));
  } else if (locked.length > 0) lines.push(sayLanes(language, "answer.unread.else"));
  return lines.length > 0 ? lines : [sayEvidence(language, "unread.nothing")];
}

/** The lists it was held against, by name and day of release. */
function listLines(language: Language, { filter }: Report): string[] {
  return filter.map(({ name, releasedAt, expired }) => {
    const day = localDay(language, releasedAt, "UTC");
    const list = sayLanes(language, "answer.list.one", { name: isolatedText(name), day });
    const mark = expired ? ` (${sayLanes(language, "answer.list.expired")})` : "";
    return sayLanes(language, "answer.list", { list: `${list}${mark}` });
  });
}

/** Why it is red or amber; what green does not say. */
function whyOf(language: Language, report: Report, beyond: string[]): AnswerShown["why"] {
  const teller = screenTeller(language);
  const { verdict, findings } = report;
  if (verdict === "green") {
    return { title: sayEvidence(language, "head.not"), items: [...greenLimits(teller, report), ...beyond] };
  }
  const items = reasonTexts(teller, report).map(({ why, facts }) => [why, ...facts].join(" "));
  const found = findings.some(({ confirmed }) => confirmed) ? foundSentences(teller, report) : [];
  const deleted = findings.filter(({ confirmed, standing }) => confirmed && standing === "deleted").length;
  if (deleted > 0) found.splice(-1, 0, sayLanes(language, "answer.deleted", { count: deleted }));
  return { title: sayLanes(language, `answer.head.why.${verdict}`), items: [...items, ...found] };
}

function placeOf(language: Language, lane: LaneView, lanes: readonly LaneView[]): AnswerShown["place"] {
  const answers = inOrderOfAnswers(lanes);
  const at = answers.findIndex(({ key }) => key === lane.key);
  if (at < 0 || answers.length < 2) return null;
  const text = sayLanes(language, "answer.count", { n: at + 1, all: answers.length });
  return { text, next: answers[at + 1]?.key ?? null };
}
