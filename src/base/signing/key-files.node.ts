import type { Certificate } from "./records.ts";

/** Bytes of a small key file. @throws {Fault} identity/missing, identity/damaged (too large). */
export function readKeyFile(path: string): Uint8Array<ArrayBuffer> {
  throw new Error(`not written yet ${path}`);
}

/** The certificate in a file. @throws {Fault} identity/missing, certificate/damaged, certificate/version. */
export function readCertificateFile(path: string): Certificate {
  throw new Error(`not written yet ${path}`);
}
