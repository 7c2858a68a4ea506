import { Fault } from "#base/faults";
import { openSealed, type ReadAt, type SealedReader } from "#base/signing/node";
import { filtersFault } from "./faults.ts";
import { type FileBytes, openBytes } from "./filter-file-bytes.node.ts";
import { type Envelope, readEnvelope } from "./filter-file-envelope.node.ts";
import { tampered } from "./filter-file-layout.ts";
import { readBundleHeader, readFilterHeader } from "./filter-header-read.ts";
import { type OpenPart, openPart } from "./filter-open-part.node.ts";
import type { FilterUnlock } from "./filter-open-unlock.node.ts";
import { bundleParts, isExpired } from "./filter-verify.node.ts";

/** An opened filter; holds its file open until close(). */
export interface OpenFilter {
  /** One part, or a bundle's parts in order. */
  parts: OpenPart[];
  close(): void;
}

/**
 * Opens the sealed payloads, checks the test vectors, reads keys and whole-file tables; planes come on loadScanPlane().
 * It does not prove who signed the file: verifyFilter() goes before it.
 *
 * @throws {Fault} filter/wrong-key, filter/tampered, filter/truncated, filter/version, filter/category, filter/expired,
 *   filter/self-test, and the codes of a file that cannot be read.
 */
export async function openFilter(path: string, unlock: FilterUnlock, nowMs: number): Promise<OpenFilter> {
  const file = openBytes(path);
  try {
    const envelope = readEnvelope(file);
    const envelopes =
      envelope.kind === "filter" ? [envelope] : bundleParts(envelope, readBundleHeader(envelope.header, path));
    const parts: OpenPart[] = [];
    for (const [i, part] of envelopes.entries()) {
      parts.push(await opened(part, unlock.parts[i]?.releaseSecret ?? "", nowMs));
    }
    return { parts, close: () => file.close() };
  } catch (cause) {
    file.close();
    throw cause;
  }
}

const SEALED_READ_BYTES = 2 ** 17;

async function opened({ header: headerBytes, body, file }: Envelope, secret: string, nowMs: number): Promise<OpenPart> {
  const { place } = file;
  const header = readFilterHeader(headerBytes, place);
  isExpired(header, nowMs, place);
  const sealed = await openBody(body, secret, place);
  const readInto: SealedReader["readInto"] = (target, offset) => {
    try {
      sealed.readInto(target, offset);
    } catch (cause) {
      throw inOurWords(cause, place);
    }
  };
  return openPart({ header, headerBytes, payload: { plainBytes: sealed.plainBytes, readInto }, place });
}

async function openBody(body: FileBytes, secret: string, place: string): Promise<SealedReader> {
  const buffer = new Uint8Array(SEALED_READ_BYTES);
  const readAt: ReadAt = (offset, length) => body.read(offset, length, length <= buffer.length ? buffer : undefined);
  try {
    return await openSealed(readAt, body.sizeBytes, secret);
  } catch (cause) {
    // A secret that is none at all is a wrong one.
    throw cause instanceof RangeError ? wrongKey(place, cause) : inOurWords(cause, place);
  }
}

/** What the seal says, said of a filter. */
function inOurWords(cause: unknown, place: string): unknown {
  if (!(cause instanceof Fault) || !cause.code.startsWith("sealed/")) return cause;
  if (cause.code === "sealed/not-a-recipient") return wrongKey(place, cause);
  return tampered(place, "the seal is broken", cause);
}

function wrongKey(place: string, cause: unknown): Fault {
  return filtersFault("filter/wrong-key", "this release secret does not open it", { place, values: { place }, cause });
}
