import { closeSync, fsyncSync, openSync, readSync, statSync, unlinkSync, writeSync } from "node:fs";
import { readCertificate } from "./certificate.node.ts";
import { signingFault } from "./faults.ts";
import { RECORD_MAX_BYTES } from "./record-text.ts";
import type { Certificate } from "./records.ts";

/** Only its owner reads or writes it. */
const OWN_FILE = 0o600;

/**
 * Bytes of a key file, officer.pub or certificate.
 *
 * @throws {Fault} identity/missing where it cannot be read; identity/damaged where it is too large.
 */
export function readKeyFile(path: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(RECORD_MAX_BYTES + 1);
  let length = 0;
  try {
    if (!statSync(path).isFile()) throw new Error("not a file");
    const file = openSync(path, "r");
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(file, bytes, length, bytes.length - length, null);
      }
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw signingFault("identity/missing", `Cannot read ${path}`, { values: { path }, cause });
  }
  if (length > RECORD_MAX_BYTES) throw signingFault("identity/damaged", "Too large for a key file", { place: path });
  return bytes.slice(0, length);
}

/**
 * The certificate in a file.
 *
 * @throws {Fault} identity/missing, identity/damaged, certificate/damaged, certificate/version.
 */
export function readCertificateFile(path: string): Certificate {
  return readCertificate(readKeyFile(path));
}

/** @throws {Fault} identity/exists when something has that name already: asked before the costly work. */
export function refuseExisting(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) throw exists(path);
}

/**
 * Writes a new file for its owner alone, down to the medium; never over another.
 *
 * @throws {Fault} identity/exists, identity/unwritable.
 */
export function writeOwnFile(path: string, bytes: Uint8Array): void {
  let file: number;
  try {
    file = openSync(path, "wx", OWN_FILE);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") throw exists(path);
    throw unwritable(path, cause);
  }
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } catch (cause) {
    unlinkSync(path);
    throw unwritable(path, cause);
  } finally {
    closeSync(file);
  }
}

/** Takes back a file that was just written, where what belongs to it could not be. */
export function removeOwnFile(path: string): void {
  unlinkSync(path);
}

function exists(path: string): Error {
  return signingFault("identity/exists", `${path} is there already`, { values: { path } });
}

function unwritable(path: string, cause: unknown): Error {
  return signingFault("identity/unwritable", `Cannot write ${path}`, { values: { path }, cause });
}
