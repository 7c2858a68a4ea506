import type { Notice } from "#examination/evidence";
import type { Evidence } from "#examination/evidence/node";
import type { FilterUnlock, VerifiedFilter } from "#examination/filters/node";
import type { ChildLimits, PlantedFault } from "#examination/opening/node";
import type { KnownPhases, ReadFaults, SourceLook } from "#examination/sources";
import { defaultWorkers } from "./engine.node.ts";
import type { EngineStart, RunDigest } from "./engine-message.ts";
import { triageFault } from "./faults.ts";
import type { FolderState } from "./folder-reading.node.ts";
import type { SetFacts } from "./hits.ts";
import { setFacts } from "./list-sets.ts";
import type { MediumLook } from "./look-at-medium.node.ts";
import type { CourseFacts, LiveFacts } from "./pace.ts";
import type { Mode, Plan } from "./plan.ts";
import type { RawState } from "./raw-reading.node.ts";
import type { ReadingControl } from "./reading-control.ts";
import type { RegionCounts } from "./region-counts.ts";
import { CHUNK_BYTES, READ_TIMEOUT_MS, RETRY_SECONDS } from "./thresholds.ts";

/** A filter file, verified and unlocked. */
export interface ReadyFilter {
  path: string;
  verified: VerifiedFilter;
  unlock: FilterUnlock;
}

/** What the officer asked for; null: not asked. */
export interface Asked {
  mode: Mode | null;
  seed: string | null;
  /** The plan of an earlier report. */
  plan: Plan | null;
  phases: "all" | "known" | null;
  workers: number | null;
  /** A program that may open the device, and its arguments. */
  elevate: string[] | null;
}

/** Everything an examination needs; all of it was checked before. */
export interface ExaminationSetup {
  look: SourceLook;
  filters: ReadyFilter[];
  evidence: Evidence;
  asked: Asked;
  /** Used where no seed was asked for. */
  freshSeed: string;
  /** See HitRecordOptions.contentKey. */
  contentKey: Uint8Array;
  /** Said on page one, found before the first read. */
  notices: Notice[];
  /** age1… to whom digests of hit files are sealed; none: no annex. */
  annexRecipients: string[];
  signal: AbortSignal;
  nowMs(): number;
  live(facts: LiveFacts): void;
  /** The officer's hand on it, where there is a screen. */
  control?: ReadingControl;
  /** Told when reading begins, with what tells how far it is; and when it has ended and the answer is made. */
  course?: { reading(look: () => CourseFacts): void; finishing(): void };
  /** What was learnt of an image's container. */
  medium?: MediumLook;
  /** Tests and practice only. */
  mediumFault?: PlantedFault;
  mediumLimits?: ChildLimits;
  likenessLimits?: ChildLimits;
  faults?: ReadFaults;
  stuckMs?: number;
  retrySeconds?: number;
  engineMemoryBytes?: number;
}

/** An examination that need not end with a report when its device is pulled out. */
export interface LeavableSetup extends ExaminationSetup {
  /**
   * Asked when the device was pulled out, after all that was read is safe: "report" ends with what was read, "leave" leaves the
   * folder of evidence interrupted, to go on from.
   */
  whenPulled(): Promise<"report" | "leave">;
}

/** What a signed checkpoint keeps: docs/design/0008-engine.md. */
export interface ExaminationState {
  version: 2;
  source: Record<string, string | number>;
  filters: string[];
  plan: Plan;
  readsDigest: RunDigest;
  known: KnownPhases | null;
  regions: RegionCounts[];
  raw: RawState | null;
  folder: FolderState | null;
  unconfirmed: string[];
  /** Engines given up so far. */
  replaced: number;
  planRepeated: boolean;
}

/** What the source must still be when an examination goes on; a device may have another name meanwhile. */
export function sourceKey({ spec, sizeBytes, serial, model, segments }: SourceLook): Record<string, string | number> {
  const known = { serial, model, segments };
  const told = Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { kind: spec.kind, sizeBytes, ...Object.fromEntries(told) };
}

/** The last checkpoint's state, if there is one, checked against what is asked for now. @throws {Fault} triage/other-*. */
export function resumedState({ evidence, look, filters }: ExaminationSetup): ExaminationState | undefined {
  const kept = evidence.resumed?.state ?? null;
  if (kept === null) return undefined;
  const state = kept as unknown as ExaminationState;
  if (state.version !== 2) throw triageFault("triage/other-version", "The checkpoint is of another version");
  if (JSON.stringify(sorted(state.source)) !== JSON.stringify(sorted(sourceKey(look)))) {
    throw triageFault("triage/other-source", "This is another device than the one the examination began with");
  }
  const digests = filters.map(({ verified }) => verified.digest).join();
  if (state.filters.join() !== digests) {
    throw triageFault("triage/other-filter", "These are other lists than the examination began with");
  }
  return state;
}

function sorted(record: Record<string, unknown>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Parts of all filters, and the lists in them, in the order in which the engine numbers them. */
export function setsOf(filters: readonly ReadyFilter[]): SetFacts[] {
  return setFacts(filters.flatMap(({ verified }) => verified.parts));
}

/**
 * How the digests of read runs are made. SHA-256 of the bytes where the medium is slower than that (disks, sticks, cards); of
 * the keyed sector hashes that the scan makes anyway where it is not (images, loop devices, built-in flash) and in folders: there a run is
 * often a whole file, whose plain digest stands in the sealed annex alone.
 */
export function readsDigestOf(look: SourceLook): RunDigest {
  return look.spec.kind === "folder" || isFast(look) ? "sha256-of-sector-hashes" : "sha256";
}

/** Images, loop devices (an image that the system shows as a disk), flash that is built in. */
function isFast({ spec, medium, removable }: SourceLook): boolean {
  if (spec.kind === "device") return /^\/dev\/loop\d/.test(spec.path) || (medium === "flash" && removable === false);
  return spec.kind === "image";
}

/** Threads that read and scan where the officer did not say: an image that is shown as a disk has no head to move. */
export function workersFor(look: SourceLook): number {
  return defaultWorkers(look.spec.kind === "device" && isFast(look) ? "flash" : look.medium);
}

/** The engine's first line. */
export function engineStart(setup: ExaminationSetup, workers: number, readsDigest: RunDigest): EngineStart {
  const { filters, look, faults, stuckMs = READ_TIMEOUT_MS } = setup;
  const start: EngineStart = {
    filters: filters.map(({ path, unlock }) => ({ path, unlock })),
    source: look.spec,
    inherited: look.spec.kind === "device",
    workers,
    chunkBytes: CHUNK_BYTES,
    digest: readsDigest,
    nowMs: setup.nowMs(),
    stuckMs,
  };
  if (setup.engineMemoryBytes !== undefined) start.freeBytes = setup.engineMemoryBytes;
  return faults === undefined ? start : { ...start, faults };
}

/** Seconds for going back to damaged places. */
export function retrySecondsOf({ retrySeconds = RETRY_SECONDS }: ExaminationSetup): number {
  return retrySeconds;
}

/** Whether a list holds fingerprints: nothing of this costs anything where none does. */
export function asksForLikeness({ filters }: Pick<ExaminationSetup, "filters">): boolean {
  return filters.some(({ verified }) => verified.parts.some(({ header }) => header.likeness !== undefined));
}
