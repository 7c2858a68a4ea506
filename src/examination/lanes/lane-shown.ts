import { type Language, number, size } from "#base/words";
import { isolatedText, readPercent, sayEvidence, shownText } from "#examination/evidence";
import { deviceName, exhibitLine, hourText, placesText, serialLine, spokenSize, timeText } from "./device-words.ts";
import type { DeviceKind, LanesAct, LaneView } from "./lanes-view.ts";
import { sayLanes } from "./words.ts";

/** The lane's sentence: what is true now. */
export interface LaneBand {
  look: "plain" | "red" | "amber" | "green" | "ink";
  sentence: string;
  text: string | null;
}

/** What an officer can do with a lane. */
export type LaneButton = { act: Extract<LanesAct, { lane: string }>["act"]; word: string };

/** Everything a lane shows. */
export interface LaneShown {
  key: string;
  kind: DeviceKind;
  name: string;
  serial: string;
  exhibit: string;
  percent: string;
  /** null: the fault stands in its place. */
  band: LaneBand | null;
  fault: { title: string; text: string } | null;
  /** Lines under the sentence: went on, slow. */
  lines: string[];
  /** null: no amount is bounded. */
  bound: { label: string; value: string; bytes: number; spoken: string } | null;
  readouts: { label: string; value: string }[];
  lamp: LampShown;
  buttons: LaneButton[];
  /** What the tape shows, in words. */
  tape: string;
}

/** The lamp's shape and word: the only truth about the plug. */
export interface LampShown {
  state: "keep" | "safe" | "out";
  word: string;
}

const LAMPS = { "do-not-unplug": "keep", safe: "safe", "not-plugged": "out" } as const;

export function lampShown(language: Language, lamp: LaneView["lamp"]): LampShown {
  return { state: LAMPS[lamp], word: sayLanes(language, `lamp.${lamp}`) };
}

const DASH = "–";

/** What one lane shows now. */
export function laneShown(language: Language, lane: LaneView): LaneShown {
  const { key, device, exhibit, lamp, boundBytes, state } = lane;
  return {
    key,
    kind: device.kind,
    name: deviceName(language, device),
    serial: serialLine(language, device),
    exhibit: exhibitLine(language, exhibit),
    percent: readPercent(language, lane.fraction),
    band: bandOf(language, lane),
    fault: faultOf(language, lane),
    lines: linesOf(language, lane),
    bound:
      boundBytes === null || state === "queued" || state === "starting"
        ? null
        : {
            label: sayLanes(language, "examining.bound"),
            value: size(language, boundBytes, "up").replace(" ", "\u00A0"),
            bytes: boundBytes,
            spoken: sayLanes(language, "spoken.bound", { size: spokenSize(language, boundBytes, "up") }),
          },
    readouts: readoutsOf(language, lane),
    lamp: lampShown(language, lamp),
    buttons: buttonsOf(language, state),
    tape: tapeSpoken(language, lane),
  };
}

/** The sentence of a state in which nothing was found, or null where the fault says it all. */
function bandOf(language: Language, lane: LaneView): LaneBand | null {
  const { state, red, hits, answer } = lane;
  const percent = readPercent(language, lane.fraction);
  if (red || answer?.verdict === "red") {
    return { look: "red", sentence: sayLanes(language, "examining.hit"), text: redText(language, lane) };
  }
  if (answer !== null) return answeredBand(language, lane, answer.verdict);
  if (state === "queued") return { look: "plain", sentence: sayLanes(language, "examining.queued"), text: null };
  if (state === "starting") return { look: "plain", sentence: sayLanes(language, "examining.looking"), text: null };
  if (state === "finishing") return { look: "plain", sentence: sayLanes(language, "examining.finishing"), text: null };
  if (state === "paused") {
    return {
      look: "ink",
      sentence: sayLanes(language, "examining.paused", { percent }),
      text: foundText(language, hits),
    };
  }
  if (state !== "reading" && hits === 0) return null;
  return hits > 0
    ? {
        look: "amber",
        sentence: sayLanes(language, "examining.trace"),
        text: state === "reading" ? sayLanes(language, "examining.trace.text") : null,
      }
    : { look: "plain", sentence: sayLanes(language, "examining.so"), text: null };
}

function foundText(language: Language, hits: number): string {
  return sayLanes(language, hits > 0 ? "examining.trace" : "examining.so");
}

function redText(language: Language, { state, fraction }: LaneView): string | null {
  if (state === "reading") return sayLanes(language, "examining.hit.text");
  if (state === "paused") return sayLanes(language, "examining.paused", { percent: readPercent(language, fraction) });
  if (state === "finishing") return sayLanes(language, "examining.finishing");
  return state === "answered" ? sayLanes(language, "examining.done") : null;
}

function answeredBand(language: Language, { fraction, unreadBytes }: LaneView, verdict: "amber" | "green"): LaneBand {
  const word = sayEvidence(language, `verdict.${verdict}`);
  const colon = language === "km" ? "៖" : ":";
  const sentence = `${sayLanes(language, "examining.done")}${colon} ${word}`;
  if (verdict === "amber") return { look: "amber", sentence, text: sayEvidence(language, "what.amber") };
  const whole = fraction >= 1 && unreadBytes === 0;
  const text = whole
    ? sayEvidence(language, "what.green.whole")
    : sayEvidence(language, "what.green", { percent: readPercent(language, fraction) });
  return { look: "green", sentence, text };
}

function faultOf(language: Language, lane: LaneView): LaneShown["fault"] {
  const { state, device, fault } = lane;
  if (state === "pulled") {
    const percent = readPercent(language, lane.fraction);
    return {
      title: sayLanes(language, "examining.pulled", { percent }),
      text: sayLanes(language, "examining.pulled.text"),
    };
  }
  if (state === "other-device") {
    const { serial } = device;
    const title =
      serial === null
        ? sayLanes(language, "examining.other.untold")
        : sayLanes(language, "examining.other", { serial: isolatedText(serial) });
    return { title, text: sayLanes(language, "examining.pulled.text") };
  }
  if (state !== "failed") return null;
  const text = askedText(language, lane) ?? fault?.words?.[language] ?? sayLanes(language, "fault.lanes/failed");
  return { title: sayLanes(language, "examining.failed"), text: shownText(text) };
}

/** A screen knows no command line: what to do about rights and a writable device is said in its own words. */
function askedText(language: Language, { asks, fault }: LaneView): string | null {
  if (asks === "writable") return sayLanes(language, "examining.writable");
  if (asks === "rights") return sayLanes(language, "examining.rights.not");
  return fault?.code === "source/rights" ? sayLanes(language, "devices.rights") : null;
}

function linesOf(language: Language, { wentOn, slowBySeconds, state, comparing }: LaneView): string[] {
  const lines: string[] = [];
  if (wentOn !== null) {
    const values = { percent: readPercent(language, wentOn.fraction), hour: hourText(language, wentOn.atMs) };
    lines.push(sayLanes(language, "examining.wentOn", values));
  }
  if (state === "reading" && slowBySeconds !== undefined && slowBySeconds > 0) {
    lines.push(sayLanes(language, "examining.slow", { time: timeText(language, slowBySeconds) }));
  }
  if (state === "reading" && comparing === "after") lines.push(sayLanes(language, "examining.after"));
  else if (
    comparing !== undefined &&
    comparing !== "after" &&
    comparing.total > 0 &&
    (state === "reading" || state === "paused")
  ) {
    const { done, total } = comparing;
    const values = { done: number(language, done), total: number(language, total) };
    lines.push(sayLanes(language, "examining.comparing", values));
  }
  return lines;
}

function readoutsOf(language: Language, lane: LaneView): LaneShown["readouts"] {
  const { state, secondsLeft, bytesPerSecond, hits, unreadPlaces, unreadBytes } = lane;
  const goes = state === "reading";
  const begun = state !== "queued" && state !== "starting";
  const left = goes && secondsLeft !== null ? timeText(language, secondsLeft) : DASH;
  const speed = goes && bytesPerSecond > 0 ? `${size(language, bytesPerSecond)}/s` : DASH;
  const bad =
    unreadPlaces === 0 && unreadBytes > 0 ? size(language, unreadBytes, "up") : placesText(language, unreadPlaces);
  return [
    { label: sayLanes(language, "examining.left"), value: left },
    { label: sayLanes(language, "examining.speed"), value: speed },
    { label: sayLanes(language, "examining.found"), value: begun ? placesText(language, hits) : DASH },
    { label: sayLanes(language, "examining.bad"), value: begun ? bad : DASH },
  ];
}

function buttonsOf(language: Language, state: LaneView["state"]): LaneButton[] {
  const button = (act: LaneButton["act"], key: Parameters<typeof sayLanes>[1]): LaneButton => ({
    act,
    word: sayLanes(language, key),
  });
  if (state === "starting") return [button("stop", "examining.stop")];
  if (state === "failed") return [button("end-here", "examining.endHere"), button("go-on", "examining.goOn")];
  if (state === "reading") return [button("pause", "examining.pause"), button("stop", "examining.stop")];
  if (state === "paused") return [button("go-on", "examining.goOn"), button("stop", "examining.stop")];
  if (state === "pulled" || state === "other-device") return [button("end-here", "examining.endHere")];
  return [];
}

/** What the tape shows, for whoever hears it. */
export function tapeSpoken(
  language: Language,
  {
    fraction,
    hits,
    red,
    unreadPlaces,
    unreadBytes,
  }: Pick<LaneView, "fraction" | "hits" | "red" | "unreadPlaces" | "unreadBytes">,
): string {
  const parts = [sayLanes(language, "spoken.tape", { percent: readPercent(language, fraction) })];
  if (red) {
    const key = hits === 1 ? "spoken.tape.found.one" : "spoken.tape.found.many";
    parts.push(sayLanes(language, key, { count: hits }));
  } else if (hits > 0) parts.push(sayLanes(language, "spoken.tape.trace"));
  if (unreadPlaces > 0 || unreadBytes > 0) {
    const key = unreadPlaces === 1 ? "spoken.tape.bad.one" : "spoken.tape.bad.many";
    parts.push(
      unreadPlaces > 0
        ? sayLanes(language, key, { count: unreadPlaces })
        : sayLanes(language, "answer.unread.bytes", { bytes: spokenSize(language, unreadBytes, "up") }),
    );
  }
  return parts.join(" ");
}

/** The big button: it appears when a lane has an answer, and names it. null: none yet. */
export function nextPress(language: Language, lanes: readonly LaneView[]): { lane: string; word: string } | null {
  const [first] = inOrderOfAnswers(lanes);
  if (first === undefined) return null;
  const red = first.red || first.answer?.verdict === "red";
  return { lane: first.key, word: sayLanes(language, red ? "examining.answer.red" : "examining.answer") };
}

const RANK = { red: 0, amber: 1, green: 2 } as const;

/** Lanes that have an answer, also a red one that is still being read: red, amber, green; each in the order of plugging. */
export function inOrderOfAnswers(lanes: readonly LaneView[]): LaneView[] {
  const rank = ({ answer, red }: LaneView): number | null =>
    answer !== null ? RANK[answer.verdict] : red ? RANK.red : null;
  return lanes
    .map((lane) => ({ lane, rank: rank(lane) }))
    .filter((one): one is { lane: LaneView; rank: 0 | 1 | 2 } => one.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ lane }) => lane);
}

/** The heading: how many are being examined, that all are finished, or that one stands still. */
export function examiningTitle(language: Language, lanes: readonly LaneView[]): { title: string; sub: string | null } {
  if (lanes.length === 0) return { title: sayLanes(language, "examining.empty"), sub: null };
  const count = lanes.filter(({ state }) => state !== "answered" && state !== "failed").length;
  const failed = lanes.some(({ state }) => state === "failed");
  if (count === 0) return { title: sayLanes(language, failed ? "examining.stands" : "examining.done"), sub: null };
  const key = count === 1 ? "examining.title.one" : "examining.title.many";
  return { title: sayLanes(language, key, { count }), sub: sayLanes(language, "examining.sub") };
}
