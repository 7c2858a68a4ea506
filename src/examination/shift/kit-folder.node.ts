import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Certificate } from "#base/signing";
import { readCertificateFile, verifyCertificate } from "#base/signing/node";
import { kitStateDir } from "#examination/evidence/node";
import { shiftFault } from "./faults.ts";
import { type Policy, readPolicy, STANDARD_POLICY } from "./policy.ts";

/** Where everything of a kit lies. docs/formats/kit-folder.md */
export interface KitFolder {
  dir: string;
  officers: string;
  lists: string;
  exhibits: string;
  practice: string;
  policy: string;
  offences: string;
  answers: string;
}

/** The kit's folder: $PHUM_KIT, else the kit's own state folder. */
export function kitFolderOf(environment: Record<string, string | undefined>): KitFolder {
  const { PHUM_KIT: given } = environment;
  return kitFolder(given === undefined || given === "" ? kitStateDir(environment) : resolve(given));
}

/** @param dir Absolute path. */
export function kitFolder(dir: string): KitFolder {
  return {
    dir,
    officers: join(dir, "officers"),
    lists: join(dir, "lists"),
    exhibits: join(dir, "exhibits"),
    practice: join(dir, "practice"),
    policy: join(dir, "policy.json"),
    offences: join(dir, "offences.json"),
    answers: join(dir, "shift.json"),
  };
}

/** Makes the folders that are missing, for their owner alone. @throws {Fault} shift/unwritable. */
export function makeKitFolder({ dir, officers, lists, exhibits }: KitFolder): void {
  try {
    for (const path of [dir, officers, lists, exhibits]) mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw shiftFault("shift/unwritable", `Cannot write ${dir}`, { values: { path: dir }, cause });
  }
}

/** An officer whose key and certificate lie in the kit. */
export interface KitOfficer {
  keyPath: string;
  certificate: Certificate;
}

/** Officers of the kit whose certificate is as it was signed, in the order of their names. */
export function kitOfficers({ officers }: KitFolder): KitOfficer[] {
  const names = existsSync(officers) ? readdirSync(officers).sort() : [];
  const found = names.flatMap((name): KitOfficer[] => {
    if (!name.endsWith(".cert")) return [];
    const keyPath = join(officers, `${name.slice(0, -".cert".length)}.key`);
    if (statSync(keyPath, { throwIfNoEntry: false }) === undefined) return [];
    try {
      const certificate = readCertificateFile(join(officers, name));
      verifyCertificate(certificate, 0);
      return [{ keyPath, certificate }];
    } catch {
      return [];
    }
  });
  return found.sort((a, b) => a.certificate.name.localeCompare(b.certificate.name));
}

const POLICY_MOST_BYTES = 65_536;

/** The unit's policy; the standard one where the kit has none. @throws {Fault} shift/policy where it is no policy. */
export function kitPolicy({ policy: path }: KitFolder): Policy {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return STANDARD_POLICY;
  const policy = facts.size > POLICY_MOST_BYTES ? undefined : readPolicy(readFileSync(path, "utf8"));
  if (policy === undefined) throw shiftFault("shift/policy", `No policy: ${path}`, { values: { path } });
  return policy;
}
