import { createHash, randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { type Certificate, checkClock } from "#base/signing";
import type { Identity } from "#base/signing/node";
import { toHex, utf8 } from "#base/values";
import { type Notice, notice } from "#examination/evidence";
import { type Evidence, kitLog, openEvidence } from "#examination/evidence/node";
import { unlockFilter, verifyFilter } from "#examination/filters/node";
import type { SourceLook } from "#examination/sources";
import { askToRead } from "#examination/sources/node";
import type { Asked, ExaminationSetup, ReadyFilter } from "./examination-setup.node.ts";
import { triageFault } from "./faults.ts";
import { lookAtMedium, type MediumLook } from "./look-at-medium.node.ts";
import { lookNotices } from "./look-notices.ts";

/** What an examination is asked for, in plain values; the command line and the officer's screen alike make one. */
export interface ExaminationOrder {
  /** Absolute path of what is examined. */
  source: string;
  /** What was seen there before it was pulled out for good: only its report is left to make. */
  gone?: MediumLook;
  identity: Identity;
  certificate: Certificate | null;
  filters: ReadyFilter[];
  exhibit: string;
  basis: string | null;
  /** Folder of evidence. */
  out: string;
  /** Go on in a used folder of evidence. */
  resume: boolean;
  asked: Asked;
  /** The time the officer read from a phone. */
  statedMs: number | null;
  /** By which word of the officer a device that is mounted writable is read all the same; null: it is not. */
  consent: string | null;
  /** The kit's own folder. */
  stateDir: string;
  signal: AbortSignal;
  nowMs(): number;
}

type Clock = { zone: string; statedAt: string | null; offsetMs: number | null };

/**
 * Proves lists and opens them with the officer's identity.
 *
 * @param how `prove`: does what verifyFilter does, e.g. in a thread.
 * @throws {Fault} triage/no-trust, filter/*.
 */
export async function readyFilters(
  paths: readonly string[],
  {
    trust,
    identity,
    nowMs,
    prove = verifyFilter,
  }: { trust: string[]; identity: Identity; nowMs: number; prove?: typeof verifyFilter },
): Promise<ReadyFilter[]> {
  if (trust.length === 0) throw triageFault("triage/no-trust", "No agency's key is believed");
  const filters: ReadyFilter[] = [];
  for (const path of paths) {
    const verified = await prove(path, { trust, nowMs });
    filters.push({ path, verified, unlock: await unlockFilter(path, identity) });
  }
  return filters;
}

/**
 * Checks clock, source and evidence, in this order, before a byte of the source is read; only the last one writes.
 *
 * @returns Everything that examination() needs but who watches it; its `evidence` is to be closed by the caller.
 * @throws {Fault} The first that is not as it must be.
 */
export async function prepareExamination(order: ExaminationOrder): Promise<Omit<ExaminationSetup, "live">> {
  const { identity, certificate, filters, asked, exhibit, signal, nowMs } = order;
  const clock = clockOf(order);
  const medium = order.gone ?? (await sourceOf(order));
  const { look } = medium;
  const evidence = await evidenceOf(order, { clock, look });
  const notices = [...lookNotices(look), ...medium.notices, ...consentGiven(order, look, evidence)];
  return {
    ...{ look, medium, filters, evidence, asked, notices, signal, nowMs },
    freshSeed: toHex(randomBytes(8)),
    contentKey: createHash("sha256")
      .update(identity.sign(utf8(`phum-hits/1\n${exhibit}`)))
      .digest(),
    annexRecipients: certificate === null ? [] : [certificate.agencyRecipient],
  };
}

function clockOf({ filters, certificate, statedMs, nowMs }: ExaminationOrder): Clock {
  const releases = filters.flatMap(({ verified }) => verified.parts.map(({ header }) => header.releasedAt));
  const releaseMs = [...releases, ...(certificate === null ? [] : [certificate.issuedAt])].map((at) => Date.parse(at));
  const facts = { nowMs: nowMs(), buildMs: buildMs(), releaseMs };
  const { offsetMs } = checkClock(statedMs === null ? facts : { ...facts, statedMs });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { zone, statedAt: statedMs === null ? null : new Date(statedMs).toISOString(), offsetMs };
}

/** When this Phum came to this computer: no examination is earlier. */
function buildMs(): number {
  return Math.floor(statSync(join(projectHome, "package.json")).mtimeMs);
}

async function sourceOf({ source, consent, asked }: ExaminationOrder): Promise<MediumLook> {
  const medium = await lookAtMedium(source);
  const { look } = medium;
  if (look.spec.kind !== "device") return medium;
  if (look.readOnly.mountedWritable && consent === null) {
    const values = { path: look.place };
    throw triageFault("triage/consent", `${look.place} is mounted writable`, { place: look.place, values });
  }
  if (asked.elevate === null) askToRead(look.spec.path);
  return medium;
}

async function evidenceOf(
  order: ExaminationOrder,
  { clock, look }: { clock: Clock; look: SourceLook },
): Promise<Evidence> {
  const { identity: signer, certificate, exhibit, basis, filters, source, out, resume, stateDir, nowMs } = order;
  const evidence = await openEvidence(out, {
    ...{ signer, exhibit, basis, clock, nowMs, stateDir, resume },
    ...(order.gone === undefined ? { sourcePath: source } : {}),
    ...(certificate === null ? {} : { certificate }),
  });
  try {
    const lastAt = evidence.entries.at(-1)?.at;
    if (lastAt !== undefined) {
      const stated = clock.statedAt === null ? {} : { statedMs: Date.parse(clock.statedAt) };
      checkClock({ nowMs: nowMs(), buildMs: 0, lastEntryMs: Date.parse(lastAt), ...stated });
    }
    const lists = filters.map(({ verified: { digest, signedBy } }) => ({ digest, signedBy }));
    const opening = { exhibit, officer: signer.public.signPublic, source: look.place, lists };
    kitLog(join(stateDir, "openings.jsonl")).append(new Date(nowMs()).toISOString(), opening);
    return evidence;
  } catch (error) {
    evidence.close();
    throw error;
  }
}

/** Reading what can be written to meanwhile is the officer's decision; it stands in the journal. */
function consentGiven({ consent }: ExaminationOrder, { readOnly }: SourceLook, evidence: Evidence): Notice[] {
  if (!readOnly.mountedWritable) return [];
  evidence.append("consent", { what: "mounted-writable", by: consent ?? "going on after the notice" });
  return consent === null ? [] : [notice("consent", { what: consent })];
}
