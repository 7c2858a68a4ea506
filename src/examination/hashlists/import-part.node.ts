import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { openSealed, type Signer, sealFile, verifySignature } from "#base/signing/node";
import { concatBytes, utf8 } from "#base/values";
import type { ReaderMark } from "./list-record.ts";

// What an import that was interrupted leaves beside its place, docs/formats/hash-list.md: `.part`, the sealed list so far, which no key
// opens because its last chunk is missing; and `.part.state`, sealed and signed by the agency, which says how far that counts.

const STATEMENT = utf8("phum-hash-list-part/1\0");
const SIGNATURE_BYTES = 64;

/** How far an import came. */
export interface PartState {
  format: "phum-hash-list-part";
  version: 1;
  /** Canonical JSON of the list and of what was asked: another one does not go on from here. */
  asked: string;
  /** Where the list is read on. */
  mark: ReaderMark;
  /** The import's own counts, JSON. */
  tally: unknown;
  /** Bytes of records, of `.part`; and SHA-256 of what is sealed in it and held here. */
  recordsBytes: number;
  sealedBytes: number;
  plainSha256: string;
}

/** A state, and plain bytes that wait for their chunk. */
export interface KeptPart {
  state: PartState;
  held: Uint8Array;
}

/** Where they stand. */
export function partPaths(path: string): { part: string; state: string } {
  return { part: `${path}.part`, state: `${path}.part.state` };
}

/** Writes a state in one step: the one before stands until the new one does. */
export async function keepPart(path: string, { state, held }: KeptPart, agency: Signer): Promise<void> {
  const json = utf8(JSON.stringify(state));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, json.length, true);
  const plain = concatBytes(json, held, length);
  const signed = concatBytes(plain, agency.sign(statementOf(plain)));
  const target = partPaths(path).state;
  const fd = openSync(`${target}.new`, "w", 0o600);
  try {
    await sealFile([signed], [agency.recipient], (bytes) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    });
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${target}.new`, target);
}

/** What stands there; undefined where it is not whole, not the agency's, or of another import. */
export async function keptPart(path: string, asked: string, agency: Signer): Promise<KeptPart | undefined> {
  const { part, state: at } = partPaths(path);
  if (!existsSync(at) || !existsSync(part)) return undefined;
  try {
    const sealed = readFileSync(at);
    const readAt = (offset: number, length: number): Uint8Array => sealed.subarray(offset, offset + length);
    const reader = await openSealed(readAt, sealed.length, agency.ageSecret);
    const bytes = new Uint8Array(reader.plainBytes);
    reader.readInto(bytes, 0);
    const plain = bytes.subarray(0, -SIGNATURE_BYTES);
    if (!verifySignature(agency.publicKey, statementOf(plain), bytes.subarray(-SIGNATURE_BYTES))) return undefined;
    const jsonBytes = new DataView(plain.buffer, plain.byteOffset).getUint32(plain.length - 4, true);
    const state: PartState = JSON.parse(new TextDecoder().decode(plain.subarray(0, jsonBytes)));
    const fits = state.format === "phum-hash-list-part" && state.version === 1 && state.asked === asked;
    return fits ? { state, held: plain.slice(jsonBytes, -4) } : undefined;
  } catch {
    return undefined;
  }
}

/** Takes away what an import left. */
export function dropPart(path: string): void {
  const { part, state } = partPaths(path);
  for (const file of [state, `${state}.new`, part]) rmSync(file, { force: true });
}

function statementOf(plain: Uint8Array): Uint8Array {
  return concatBytes(STATEMENT, createHash("sha256").update(plain).digest());
}
