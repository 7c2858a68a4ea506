import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Signer } from "#base/signing/node";
import { concatBytes, fromHex } from "#base/values";
import { filtersFault } from "./faults.ts";
import { contentsStatement, slotsStatement } from "./filter-file-envelope.node.ts";
import { encodePreamble, type FileKind, SLOTS_LENGTH_BYTES } from "./filter-file-layout.ts";
import { type Slot, writeSlots } from "./filter-file-slots.node.ts";

/** A filter file being written beside its place; it takes the place only when whole, signed and on the disk. */
export interface OutputFile {
  append(bytes: Uint8Array): void;
  finish(slots: Slot[], agency: Pick<Signer, "publicKey" | "sign">): { digest: string; sizeBytes: number };
  /** Takes an unfinished file away; does nothing after finish(). */
  discard(): void;
}

/**
 * Begins a filter file.
 *
 * @throws {Fault} filter/unwritable.
 */
export function startFile(
  out: string,
  { kind, header, bodyBytes }: { kind: FileKind; header: Uint8Array; bodyBytes: number },
): OutputFile {
  const fresh = `${out}.${process.pid}.part`;
  const hash = createHash("sha256");
  let written = 0;
  let open = true;
  const orFault = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw filtersFault("filter/unwritable", String(cause), { place: out, values: { place: out }, cause });
    }
  };
  const fd = orFault(() => openSync(fresh, "w", 0o644));
  const append = (bytes: Uint8Array): void => {
    hash.update(bytes);
    orFault(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    });
    written += bytes.length;
  };
  const head = concatBytes(encodePreamble({ kind, headerBytes: header.length, bodyBytes }), header);
  append(head);
  return {
    append,
    finish: (slots, agency) => {
      if (written !== head.length + bodyBytes) throw new Error(`wrote ${written - head.length} of ${bodyBytes} bytes`);
      const contents = hash.copy().digest();
      const slotsBytes = writeSlots(slots);
      const length = new Uint8Array(SLOTS_LENGTH_BYTES);
      new DataView(length.buffer).setUint32(0, slotsBytes.length, true);
      append(concatBytes(length, slotsBytes, fromHex(agency.publicKey)));
      append(agency.sign(contentsStatement(contents)));
      append(agency.sign(slotsStatement(contents, slotsBytes)));
      orFault(() => {
        fsyncSync(fd);
        closeSync(fd);
        open = false;
        renameSync(fresh, out);
      });
      return { digest: hash.digest("hex"), sizeBytes: written };
    },
    discard: () => {
      if (open) closeSync(fd);
      open = false;
      rmSync(fresh, { force: true });
    },
  };
}
