import type { Signer } from "#base/signing/node";
import { canonicalBytes } from "#base/values";
import { type FileBytes, openBytes } from "./filter-file-bytes.node.ts";
import { type Envelope, readEnvelope } from "./filter-file-envelope.node.ts";
import { startFile } from "./filter-file-output.node.ts";
import { type Slot, sealSlot } from "./filter-file-slots.node.ts";
import type { BundleHeader, FilterHeader } from "./filter-header.ts";
import { bundleHeaderProblem } from "./filter-header-check.ts";
import { readBundleHeader, readFilterHeader } from "./filter-header-read.ts";
import { type Unlocker, unlockFilter } from "./filter-open-unlock.node.ts";
import { bundleParts, verifyFilter } from "./filter-verify.node.ts";

/** How a bundle is made. */
export interface BundleOptions {
  about: Pick<BundleHeader, "name" | "agency" | "bundledAt">;
  /** Signs the bundle and so vouches for every part. */
  agency: Pick<Signer, "publicKey" | "sign">;
  /** Whose filters are taken in: Ed25519 public keys, hexadecimal. */
  trust: readonly string[];
  nowMs: number;
  /** Seals the whole bundle to further recipients; the identity must open every part. Without it each part's own recipients stand. */
  seal?: { identity: Unlocker; recipients: string[] };
}

/** What was written. */
export interface WrittenBundle {
  header: BundleHeader;
  parts: FilterHeader[];
  digest: string;
  sizeBytes: number;
}

const COPY_BYTES = 2 ** 20;

/**
 * Joins filter files to one signed bundle. Each part goes in whole, with its own header, keys, recipients and signature;
 * of a bundle its parts.
 *
 * @throws {Fault} The codes of verifyFilter() for each file, filter/not-a-recipient, filter/unwritable.
 * @throws {RangeError} When the header is not of its form (more than 64 parts, a name with control characters).
 */
export async function writeBundle(
  out: string,
  paths: readonly string[],
  options: BundleOptions,
): Promise<WrittenBundle> {
  const files: FileBytes[] = [];
  try {
    const parts: Envelope[] = [];
    const secrets: string[] = [];
    for (const path of paths) {
      await verifyFilter(path, options);
      const file = openBytes(path);
      files.push(file);
      const envelope = readEnvelope(file);
      const isBundle = envelope.kind === "bundle";
      parts.push(...(isBundle ? bundleParts(envelope, readBundleHeader(envelope.header, path)) : [envelope]));
      if (options.seal !== undefined) {
        const unlock = await unlockFilter(path, options.seal.identity);
        secrets.push(...unlock.parts.map((part) => part.releaseSecret));
      }
    }
    const headers = parts.map((part) => readFilterHeader(part.header, part.file.place));
    const header = headerOf(options.about, parts, headers);
    const recipients = [...new Set(options.seal?.recipients)];
    const slots = await Promise.all(recipients.map((recipient) => sealSlot(recipient, secrets)));
    return { header, parts: headers, ...copyParts(out, { header, parts, slots, agency: options.agency }) };
  } finally {
    for (const file of files) file.close();
  }
}

function headerOf(about: BundleOptions["about"], parts: Envelope[], headers: FilterHeader[]): BundleHeader {
  let offsetBytes = 0;
  const header: BundleHeader = {
    format: "phum-filter-bundle",
    version: 1,
    ...about,
    parts: parts.map(({ file: { sizeBytes } }, i) => {
      const part = { name: headers[i]?.name ?? "", release: headers[i]?.release ?? "", offsetBytes, sizeBytes };
      offsetBytes += sizeBytes;
      return part;
    }),
    falseHitsPerTib: {
      aligned: headers.reduce((sum, { falseHitsPerTib }) => sum + falseHitsPerTib.aligned, 0),
      allPhases: headers.reduce((sum, { falseHitsPerTib }) => sum + falseHitsPerTib.allPhases, 0),
    },
  };
  const problem = bundleHeaderProblem(header);
  if (problem !== undefined) throw new RangeError(`Cannot write a bundle: ${problem.kind}, ${problem.detail}`);
  return header;
}

interface Copying {
  header: BundleHeader;
  parts: Envelope[];
  slots: Slot[];
  agency: BundleOptions["agency"];
}

function copyParts(out: string, { header, parts, slots, agency }: Copying): { digest: string; sizeBytes: number } {
  const bodyBytes = parts.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  const target = startFile(out, { kind: "bundle", header: canonicalBytes(header), bodyBytes });
  try {
    for (const { file } of parts) copyBytes(file, target.append);
    return target.finish(slots, agency);
  } finally {
    target.discard();
  }
}

/** Hands a file's bytes on in pieces; each is good until the next. @throws {Fault} filter/truncated. */
export function copyBytes(file: FileBytes, append: (bytes: Uint8Array) => void): void {
  for (let at = 0; at < file.sizeBytes; at += COPY_BYTES) {
    append(file.exactly(at, Math.min(COPY_BYTES, file.sizeBytes - at)));
  }
}
