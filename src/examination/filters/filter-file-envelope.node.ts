import { createHash } from "node:crypto";
import { verifySignature } from "#base/signing/node";
import { concatBytes, toHex } from "#base/values";
import type { FileBytes } from "./filter-file-bytes.node.ts";
import {
  CONTENTS_STATEMENT,
  decodePreamble,
  type FileKind,
  PREAMBLE_BYTES,
  SIGNATURE_BYTES,
  SIGNER_BYTES,
  SLOTS_LENGTH_BYTES,
  SLOTS_MAX_BYTES,
  SLOTS_STATEMENT,
  TAIL_BYTES,
  tampered,
  truncated,
} from "./filter-file-layout.ts";
import { readSlots, type Slot } from "./filter-file-slots.node.ts";

/** A filter file taken apart, nothing of it proved. */
export interface Envelope {
  file: FileBytes;
  kind: FileKind;
  /** Preamble and header as they were read. */
  head: Uint8Array;
  header: Uint8Array;
  body: FileBytes;
  bodyAt: number;
  /** Length and slots, signer and signatures as they were read. */
  tail: Uint8Array;
  slots: Slot[];
  /** Ed25519 public key, hexadecimal. */
  signer: string;
}

/**
 * Takes a filter file apart.
 *
 * @throws {Fault} filter/not-a-filter, filter/version, filter/truncated, filter/tampered.
 */
export function readEnvelope(file: FileBytes): Envelope {
  const { place, sizeBytes } = file;
  const { kind, headerBytes, bodyBytes } = decodePreamble(file.read(0, PREAMBLE_BYTES), place);
  const bodyAt = PREAMBLE_BYTES + headerBytes;
  const tailAt = bodyAt + bodyBytes;
  if (tailAt + SLOTS_LENGTH_BYTES + TAIL_BYTES > sizeBytes) throw truncated(place);
  const lengthBytes = file.exactly(tailAt, SLOTS_LENGTH_BYTES);
  const slotsBytes = new DataView(lengthBytes.buffer, lengthBytes.byteOffset).getUint32(0, true);
  if (slotsBytes > SLOTS_MAX_BYTES) throw tampered(place, "impossible length of slots");
  const end = tailAt + SLOTS_LENGTH_BYTES + slotsBytes + TAIL_BYTES;
  if (end > sizeBytes) throw truncated(place);
  if (end < sizeBytes) throw tampered(place, `${sizeBytes - end} bytes after the end`);
  const head = file.exactly(0, bodyAt);
  const tail = file.exactly(tailAt, end - tailAt);
  const signerAt = SLOTS_LENGTH_BYTES + slotsBytes;
  return {
    file,
    kind,
    head,
    header: head.subarray(PREAMBLE_BYTES),
    body: file.part(bodyAt, bodyBytes),
    bodyAt,
    tail,
    slots: readSlots(tail.subarray(SLOTS_LENGTH_BYTES, signerAt), place),
    signer: toHex(tail.subarray(signerAt, signerAt + SIGNER_BYTES)),
  };
}

const READ_BYTES = 2 ** 20;

/**
 * Reads the whole file once and checks both signatures.
 *
 * @returns SHA-256 of the file and of its signed contents.
 * @throws {Fault} filter/tampered, filter/truncated.
 */
export function proveEnvelope({ file, head, body, tail, signer }: Envelope): {
  digest: string;
  contents: Uint8Array;
} {
  const hash = createHash("sha256").update(head);
  const buffer = new Uint8Array(READ_BYTES);
  for (let at = 0; at < body.sizeBytes; ) {
    const bytes = body.read(at, READ_BYTES, buffer);
    if (bytes.length === 0) throw truncated(file.place);
    hash.update(bytes);
    at += bytes.length;
  }
  const contents = Uint8Array.from(hash.copy().digest());
  const signaturesAt = tail.length - 2 * SIGNATURE_BYTES;
  const slots = tail.subarray(SLOTS_LENGTH_BYTES, tail.length - TAIL_BYTES);
  const first = tail.subarray(signaturesAt, signaturesAt + SIGNATURE_BYTES);
  const second = tail.subarray(signaturesAt + SIGNATURE_BYTES);
  if (!verifySignature(signer, contentsStatement(contents), first)) {
    throw tampered(file.place, "the signature over the contents does not stand");
  }
  if (!verifySignature(signer, slotsStatement(contents, slots), second)) {
    throw tampered(file.place, "the signature over the recipients does not stand");
  }
  return { digest: hash.update(tail).digest("hex"), contents };
}

/** What the agency signs first. */
export function contentsStatement(contents: Uint8Array): Uint8Array {
  return concatBytes(CONTENTS_STATEMENT, contents);
}

/** What the agency signs again when a recipient is added. */
export function slotsStatement(contents: Uint8Array, slots: Uint8Array): Uint8Array {
  return concatBytes(SLOTS_STATEMENT, contents, createHash("sha256").update(slots).digest());
}
