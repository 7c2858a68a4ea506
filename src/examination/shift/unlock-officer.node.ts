import { Fault } from "#base/faults";
import { type Identity, openIdentity, readKeyFile, verifyCertificate } from "#base/signing/node";
import { shiftFault } from "./faults.ts";
import { type KitFolder, type KitOfficer, kitOfficers } from "./kit-folder.node.ts";

/** The officer with this public key. @throws {Fault} shift/no-officer. */
export function officerOf(folder: KitFolder, id: string): KitOfficer {
  const officer = kitOfficers(folder).find(({ certificate }) => certificate.signPublic === id);
  if (officer === undefined) throw shiftFault("shift/no-officer", "This officer is not known to the kit");
  return officer;
}

/**
 * Opens an officer's identity and holds it against the certificate.
 *
 * @throws {Fault} identity/*, certificate/*, shift/certificate (it has ended), shift/other-certificate.
 */
export async function unlockOfficer(officer: KitOfficer, passphrase: string, nowMs: number): Promise<Identity> {
  const { certificate, keyPath } = officer;
  if (verifyCertificate(certificate, nowMs).expired) {
    const values = { until: certificate.validUntil.slice(0, 10) };
    throw shiftFault("shift/certificate", "The certificate has ended", { values });
  }
  const given = passphrase.normalize("NFC");
  if (given === "") throw wrongPassphrase();
  const identity = await openIdentity(readKeyFile(keyPath), given);
  if (identity.public.signPublic !== certificate.signPublic) {
    throw shiftFault("shift/other-certificate", "Key and certificate are of two officers");
  }
  return identity;
}

/** Whether a refusal means that another passphrase may open it. */
export function isWrongPassphrase(error: unknown): boolean {
  return error instanceof Fault && error.code === "identity/passphrase";
}

function wrongPassphrase(): Fault {
  return new Fault("identity/passphrase", "No passphrase");
}
