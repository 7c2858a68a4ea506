import type { SignedReport } from "#examination/evidence";
import type { CourseFacts } from "#examination/triage";
import type { LaneRecord, LaneSeen } from "./lane-record.ts";
import type { LanesOptions } from "./lanes-options.node.ts";
import type { LaneAsks, LaneState } from "./lanes-view.ts";
import type { ListProver } from "./proved-lists.node.ts";

/** One device's examination, over all interruptions. */
export interface Lane {
  readonly record: LaneRecord;
  readonly state: LaneState;
  /** Key of where it is plugged in; null while it is out. */
  readonly device: string | null;
  /** Since when it is out. */
  readonly outSinceMs: number;
  /** How far it is. */
  look(): LaneLook;
  /** Waits for its turn: new, come back, or tried again. @param device Key of where it is plugged in. @param agreed What was asked before. */
  queue(device: string, agreed?: LaneAsks): void;
  /** Begins, or goes on. @param path Of its device; may be another one than before. @param mayRead Without more rights. */
  start(path: string, mayRead: boolean): void;
  pause(): void;
  goOn(): void;
  /** Ends with an answer for what was read. */
  stop(): void;
  /** After an answer: reads on to the end, in its turn. */
  readOn(device: string): void;
  /** Its answer stands already: the program ended before it was noted. */
  takeReport(report: SignedReport): void;
  /** Its device is out. */
  pulledOut(): void;
  /** Out: ends with what was read. @throws {Fault} lanes/not-plugged where that cannot be said without it. */
  endHere(): void;
  /** Out, and this is another device; or it is out of the socket again. */
  otherDevice(there: boolean): void;
  /** Whether a device was tried and was another one, or was this one and nobody saw it go. */
  refused(device: string): boolean;
  /** Whether a device was tried and was another one. */
  isOther(device: string): boolean;
  sealed(): void;
  /** Ends without an answer, at a checkpoint. */
  close(): Promise<void>;
}

export interface LaneLook {
  seen: LaneSeen | null;
  bytesPerSecond: number;
  secondsLeft: number | null;
  slowBySeconds: number;
  readsUnderWay: number;
  comparing?: NonNullable<CourseFacts["comparing"]>;
}

export interface LanePorts {
  options: LanesOptions;
  /** The record changed: it is to be written down. */
  keep(record: LaneRecord): void;
  /** Something changed that a screen shows. */
  changed(): void;
  prove: ListProver;
  /** Threads for this lane; null: as many as it likes. */
  workers(): number | null;
}
