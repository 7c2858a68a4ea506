import type { CommandRequest } from "#base/commandline";
import { type Certificate, readPublicKey } from "#base/signing";
import { type Identity, openIdentity, readCertificateFile, readKeyFile, verifyCertificate } from "#base/signing/node";
import { kitStateDir } from "#examination/evidence/node";
import type { ExaminationSetup } from "./examination-setup.node.ts";
import { askedFor, exhibitOf, statedMsOf } from "./examine-options.node.ts";
import { triageFault } from "./faults.ts";
import { prepareExamination, readyFilters } from "./prepare-examination.node.ts";
import { sayTriage } from "./words.ts";

/**
 * Makes an examination of a command's options. Checks in this order: options, identity, certificate, lists, clock, source, evidence.
 * Only the last one writes.
 *
 * @throws {Fault} The first that is not as it must be.
 */
export async function startUp(request: CommandRequest): Promise<Omit<ExaminationSetup, "live">> {
  const asked = askedFor(request);
  const exhibit = exhibitOf(request);
  const statedMs = statedMsOf(request) ?? null;
  const identity = await identityOf(request);
  const certificate = certificateOf(request, identity);
  const trust = [...request.texts("trust").map(readPublicKey), ...(certificate?.agencyKeys ?? [])];
  const paths = request.texts("filter").map((given) => request.path(given));
  const filters = await readyFilters(paths, { trust, identity, nowMs: request.nowMs() });
  const { signal, nowMs } = request;
  return prepareExamination({
    ...{ identity, certificate, filters, exhibit, asked, statedMs, signal, nowMs },
    source: request.path(request.positionals[0] ?? ""),
    basis: request.text("basis") ?? null,
    out: request.path(request.text("out") ?? ""),
    resume: request.flag("resume"),
    consent: request.flag("consent-writable") ? "--consent-writable" : null,
    stateDir: kitStateDir(process.env),
  });
}

/** The officer's identity of a command's options. @throws {Fault} identity/*, passphrase/*. */
export async function identityOf(request: CommandRequest): Promise<Identity> {
  const file = readKeyFile(request.path(request.text("identity") ?? ""));
  const given = request.text("passphrase-file");
  const from = given === undefined || given === "-" ? given : request.path(given);
  return openIdentity(file, await request.passphrase(from, sayTriage(request.language, "question.passphrase")));
}

/** The officer's certificate, if one is given. @throws {Fault} triage/certificate-officer, and what is wrong with it. */
export function certificateOf(request: CommandRequest, identity: Identity): Certificate | null {
  const given = request.text("certificate");
  if (given === undefined) return null;
  const certificate = readCertificateFile(request.path(given));
  verifyCertificate(certificate, request.nowMs());
  if (certificate.signPublic !== identity.public.signPublic) {
    throw triageFault("triage/certificate-officer", "The certificate was made for another officer's key");
  }
  return certificate;
}
