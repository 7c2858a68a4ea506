import type { Certificate } from "#base/signing";
import type { Identity } from "#base/signing/node";

/** Who works, with what: as far as it does not change while the shift is open. */
export interface WorkingShift {
  /** Stays the same while the shift is open, also over a restart of the program. */
  id: string;
  practice: boolean;
  identity: Identity;
  certificate: Certificate;
  /** Agencies' public keys that are believed, hexadecimal. */
  trust: string[];
  /** Absolute paths of the lists devices are held against. */
  lists: string[];
  /** Absolute path: each exhibit gets a folder in it. */
  evidenceDir: string;
  /** In practice these files alone are plugged in. */
  practiceDevices?: string[];
}
