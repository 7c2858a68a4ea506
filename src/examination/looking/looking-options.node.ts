import type { Certificate } from "#base/signing";
import type { SignedReport } from "#examination/evidence";
import type { EvidenceSigner } from "#examination/evidence/node";
import type { PictureAnswer } from "#examination/pictures";
import type { LookingPolicy, Moment } from "./exposure.ts";
import type { FindingsPage, LookingAct, LookingView } from "./looking-view.ts";

/** A lane that has an answer, as lanes tells it. */
export interface LookedLane {
  report: SignedReport;
  /** Folder of evidence. */
  dir: string;
  /** What was examined, where it is plugged in. */
  source: string;
  practice: boolean;
}

/** Who looks: the working shift has this shape. */
export interface LookingOfficer {
  practice: boolean;
  identity: EvidenceSigner;
  certificate: Pick<Certificate, "signPublic" | "name">;
}

/** Gives the bytes of the file a finding stands in; null where it cannot be had, and why. */
export type FileReader = (
  lane: LookedLane,
  index: number,
  signal: AbortSignal,
) => Promise<Uint8Array | { refused: "gone" | "other-device" | "not-shown" | "rights" }>;

export interface LookingOptions {
  /** The kit's folder: the log of looks and the key of its marks lie there. */
  stateDir: string;
  policy: { looking: LookingPolicy; secondOfficer: boolean };
  officer: LookingOfficer;
  /** The report of a lane; null: it has none. @throws {Fault} where there is no such lane. */
  laneOf(lane: string): LookedLane | null;
  /** Opens with another officer's passphrase. @throws {Fault} as unlocking does. */
  second(officer: string, passphrase: string): Promise<{ id: string; name: string }>;
  /** Something changed that a screen shows. */
  changed(): void;
  moment?(): Moment;
  /** In tests; else the file is read through a child that is shut in. */
  readFile?: FileReader;
  /** In tests; else children that are shut in decode it. */
  decode?(bytes: Uint8Array): Promise<PictureAnswer>;
}

/** Findings of finished reports, and the rare look at one. */
export interface Looking {
  view(): LookingView;
  /** @throws {Fault} looking/*, report/tampered, evidence/*, and those of a second officer's unlocking. */
  act(act: LookingAct): Promise<void>;
  /** @throws {Fault} of laneOf, report/tampered. */
  findings(lane: string, from: number, count: number): FindingsPage;
  /** The open look, blurred, as PNG; null: none is open. */
  blurred(): Uint8Array<ArrayBuffer> | null;
  /** The open look while it is held; null: it is not held. */
  sharp(): Uint8Array<ArrayBuffer> | null;
  /** Covers what is open. */
  close(): void;
}
