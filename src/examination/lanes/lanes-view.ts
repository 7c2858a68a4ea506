import type { Language } from "#base/words";
import type { Coverage, Report } from "#examination/evidence";

/** What is plugged in, as a drawing knows it. */
export type DeviceKind = "stick" | "card" | "disk" | "disc" | "phone" | "folder" | "image" | "practice";

/** One device that could be examined, or says why not. */
export interface DeviceView {
  /** Stays the same while it is plugged in; never a path or a name. */
  key: string;
  kind: DeviceKind;
  /** As it calls itself, escaped; may be hostile. */
  model: string;
  /** null: it tells none. */
  serial: string | null;
  sizeBytes: number | null;
  state: "ready" | "opening" | "cannot-open" | "phone" | "own" | "examining" | "mounted-writable" | "needs-rights";
  /** This computer's own disk: never chosen here. */
  own: boolean;
  chosen: boolean;
  justPlugged: boolean;
  readOnly: "hardware" | "kernel" | "no";
  /** This computer asks for its administrator's password before it may be read. */
  asksRights: boolean;
  examinedBefore: { atMs: number; exhibit: string } | null;
}

/** A lane's state; closed. */
export type LaneState =
  | "queued"
  | "starting"
  | "reading"
  | "paused"
  | "pulled"
  | "other-device"
  | "finishing"
  | "answered"
  | "failed";

/** What an officer must be asked, in words, before a lane that failed goes on: it can be written to; its opener needs rights. */
export type LaneAsks = "writable" | "rights";

/** One device under examination, or examined. */
export interface LaneView {
  /** Small number as text, counts up over the kit's life. */
  key: string;
  device: Pick<DeviceView, "kind" | "model" | "serial" | "sizeBytes">;
  exhibit: string;
  practice: boolean;
  state: LaneState;
  /** 0 to 1, of the whole device. */
  fraction: number;
  bytesRead: number;
  bytesTotal: number;
  /** 64 cells from start to end. */
  tape: Coverage["tape"];
  /** "Could still be unseen: less than"; null: no amount is bounded. */
  boundBytes: number | null;
  confidence: number;
  bytesPerSecond: number;
  /** null: not yet known. */
  secondsLeft: number | null;
  /** Comparing by likeness, in files; "after": it comes after reading, and `secondsLeft` is without it. Absent: not asked for. */
  comparing?: { done: number; total: number } | "after";
  /** How much longer than first thought, seconds; absent or 0: not slow. */
  slowBySeconds?: number;
  /** Places with listed material, confirmed; and files they stand in where that is known. */
  hits: number;
  /** Red already stands: at least one red finding. */
  red: boolean;
  unreadBytes: number;
  unreadPlaces: number;
  /** The last time reading went on after an interruption. */
  wentOn: { fraction: number; atMs: number } | null;
  lamp: "do-not-unplug" | "safe" | "not-plugged";
  /** After the end: enough for a heading; the whole report comes from its own address. */
  answer: { verdict: Report["verdict"]; reasons: Report["reasons"]; digest: string; sealed: boolean } | null;
  /** Why it failed, as a Fault's code and the values of its sentence; the app, which knows every room, adds the sentence. */
  fault: { code: string; values: Record<string, string | number>; words?: Record<Language, string> } | null;
  /** Going on is asked about first; null: not. */
  asks: LaneAsks | null;
}

/** Everything plugged in, and everything examined in this shift. */
export interface LanesView {
  devices: DeviceView[];
  lanes: LaneView[];
  writeBlocker: boolean;
  /** How many are read at once; the others are queued. */
  atOnce: number;
}

/** What an officer may do here. */
export type LanesAct =
  | { act: "choose"; device: string; chosen: boolean }
  /** consent: keys of devices that are mounted writable and are examined all the same; elevate: of those whose opener gets rights. */
  | { act: "examine"; consent: string[]; elevate?: string[] }
  /** A folder or disk copy; the path is checked like any device. */
  | { act: "add-path"; path: string }
  /** agreed: what was asked before, where the lane asks. */
  | { act: "go-on"; lane: string; agreed?: LaneAsks }
  | { act: "pause" | "stop" | "read-on" | "end-here"; lane: string };
