import { createHash, randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { CommandRequest } from "#base/commandline";
import { projectHome } from "#base/machine/node";
import { type Certificate, checkClock, readPublicKey } from "#base/signing";
import { type Identity, openIdentity, readCertificateFile, readKeyFile, verifyCertificate } from "#base/signing/node";
import { toHex, utf8 } from "#base/values";
import { type Notice, notice } from "#examination/evidence";
import { type Evidence, kitLog, kitStateDir, openEvidence } from "#examination/evidence/node";
import { unlockFilter, verifyFilter } from "#examination/filters/node";
import type { SourceLook } from "#examination/sources";
import { askToRead } from "#examination/sources/node";
import type { Asked, ExaminationSetup, ReadyFilter } from "./examination-setup.node.ts";
import { askedFor, exhibitOf, statedMsOf } from "./examine-options.node.ts";
import { triageFault } from "./faults.ts";
import { lookAtMedium, type MediumLook } from "./look-at-medium.node.ts";
import { lookNotices } from "./look-notices.ts";
import { sayTriage } from "./words.ts";

/** Everything that is checked before a byte of the source is read and before anything is written. */
interface Checked {
  asked: Asked;
  exhibit: string;
  identity: Identity;
  certificate: Certificate | undefined;
  filters: ReadyFilter[];
  look: SourceLook;
  clock: { zone: string; statedAt: string | null; offsetMs: number | null };
}

/**
 * Checks in this order: options, identity, certificate, lists, clock, source, evidence. Only the last one writes.
 *
 * @throws {Fault} The first that is not as it must be.
 */
export async function startUp(request: CommandRequest): Promise<Omit<ExaminationSetup, "live">> {
  const asked = askedFor(request);
  const exhibit = exhibitOf(request);
  const statedMs = statedMsOf(request);
  const identity = await identityOf(request);
  const certificate = certificateOf(request, identity);
  const filters = await filtersOf(request, { identity, certificate });
  const clock = clockOf(request, { filters, certificate, statedMs });
  const medium = await sourceOf(request);
  const { look } = medium;
  const checked = { asked, exhibit, identity, certificate, filters, look, clock };
  const evidence = await evidenceOf(request, checked);
  const notices = [...lookNotices(look), ...medium.notices, ...consentGiven(request, look, evidence)];
  const { signal, nowMs } = request;
  return {
    ...{ look, medium, filters, evidence, asked, notices, signal, nowMs },
    freshSeed: toHex(randomBytes(8)),
    contentKey: createHash("sha256")
      .update(identity.sign(utf8(`phum-hits/1\n${exhibit}`)))
      .digest(),
    annexRecipients: certificate === undefined ? [] : [certificate.agencyRecipient],
  };
}

async function identityOf(request: CommandRequest): Promise<Identity> {
  const file = readKeyFile(request.path(request.text("identity") ?? ""));
  const given = request.text("passphrase-file");
  const from = given === undefined || given === "-" ? given : request.path(given);
  return openIdentity(file, await request.passphrase(from, sayTriage(request.language, "question.passphrase")));
}

function certificateOf(request: CommandRequest, identity: Identity): Certificate | undefined {
  const given = request.text("certificate");
  if (given === undefined) return undefined;
  const certificate = readCertificateFile(request.path(given));
  verifyCertificate(certificate, request.nowMs());
  if (certificate.signPublic !== identity.public.signPublic) {
    throw triageFault("triage/certificate-officer", "The certificate was made for another officer's key");
  }
  return certificate;
}

async function filtersOf(
  request: CommandRequest,
  { identity, certificate }: { identity: Identity; certificate: Certificate | undefined },
): Promise<ReadyFilter[]> {
  const trust = [...request.texts("trust").map(readPublicKey), ...(certificate?.agencyKeys ?? [])];
  if (trust.length === 0) throw triageFault("triage/no-trust", "No agency's key is believed");
  const filters: ReadyFilter[] = [];
  for (const given of request.texts("filter")) {
    const path = request.path(given);
    const verified = await verifyFilter(path, { trust, nowMs: request.nowMs() });
    filters.push({ path, verified, unlock: await unlockFilter(path, identity) });
  }
  return filters;
}

function clockOf(
  request: CommandRequest,
  { filters, certificate, statedMs }: Pick<Checked, "filters" | "certificate"> & { statedMs: number | undefined },
): Checked["clock"] {
  const releases = filters.flatMap(({ verified }) => verified.parts.map(({ header }) => header.releasedAt));
  const releaseMs = [...releases, ...(certificate === undefined ? [] : [certificate.issuedAt])].map((at) =>
    Date.parse(at),
  );
  const facts = { nowMs: request.nowMs(), buildMs: buildMs(), releaseMs };
  const { offsetMs } = checkClock(statedMs === undefined ? facts : { ...facts, statedMs });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { zone, statedAt: statedMs === undefined ? null : new Date(statedMs).toISOString(), offsetMs };
}

/** When this Phum came to this computer: no examination is earlier. */
function buildMs(): number {
  return Math.floor(statSync(join(projectHome, "package.json")).mtimeMs);
}

async function sourceOf(request: CommandRequest): Promise<MediumLook> {
  const medium = await lookAtMedium(request.path(request.positionals[0] ?? ""));
  const { look } = medium;
  const { mountedWritable } = look.readOnly;
  if (look.spec.kind === "device" && mountedWritable && !request.flag("consent-writable")) {
    const values = { path: look.place };
    throw triageFault("triage/consent", `${look.place} is mounted writable`, { place: look.place, values });
  }
  if (look.spec.kind === "device" && request.text("elevate") === undefined) askToRead(look.spec.path);
  return medium;
}

async function evidenceOf(request: CommandRequest, checked: Checked): Promise<Evidence> {
  const { identity: signer, certificate, exhibit, filters, clock, look } = checked;
  const stateDir = kitStateDir(process.env);
  const { nowMs } = request;
  const evidence = await openEvidence(request.path(request.text("out") ?? ""), {
    ...{ signer, exhibit, basis: request.text("basis") ?? null, clock, nowMs, stateDir },
    resume: request.flag("resume"),
    sourcePath: request.path(request.positionals[0] ?? ""),
    ...(certificate === undefined ? {} : { certificate }),
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
function consentGiven(request: CommandRequest, { readOnly }: SourceLook, evidence: Evidence): Notice[] {
  if (!readOnly.mountedWritable) return [];
  const asked = request.flag("consent-writable");
  evidence.append("consent", {
    what: "mounted-writable",
    by: asked ? "--consent-writable" : "going on after the notice",
  });
  return asked ? [notice("consent", { what: "--consent-writable" })] : [];
}
