import type { Signer } from "#base/signing/node";
import { filtersFault } from "./faults.ts";
import { copyBytes } from "./filter-file-bundle.node.ts";
import { openBytes } from "./filter-file-bytes.node.ts";
import { readEnvelope } from "./filter-file-envelope.node.ts";
import { startFile } from "./filter-file-output.node.ts";
import { sealSlot } from "./filter-file-slots.node.ts";
import { type Unlocker, unlockFilter } from "./filter-open-unlock.node.ts";
import { verifyFilter } from "./filter-verify.node.ts";

/** Who is added, who opens the file for them, and who signs it again. */
export interface AddRecipientsOptions {
  recipients: string[];
  /** A recipient of the file already. */
  identity: Unlocker;
  /** The agency that signed the file. */
  agency: Pick<Signer, "publicKey" | "sign">;
  nowMs: number;
}

/**
 * Writes a filter file again with further recipients: header and payload stay byte for byte, only the slots and the
 * signatures behind them are new.
 *
 * @param out May be the same path.
 * @returns The file's new digest, and how many of the recipients were not among its own before.
 * @throws {Fault} The codes of verifyFilter(), filter/untrusted also when another agency signed the file;
 *   filter/not-a-recipient, filter/unwritable, sealed/recipient.
 */
export async function addRecipients(
  path: string,
  out: string,
  { recipients, identity, agency, nowMs }: AddRecipientsOptions,
): Promise<{ digest: string; added: number }> {
  await verifyFilter(path, { trust: [agency.publicKey], nowMs });
  const secrets = (await unlockFilter(path, identity)).parts.map((part) => part.releaseSecret);
  const file = openBytes(path);
  try {
    const { kind, header, body, slots, signer } = readEnvelope(file);
    if (signer !== agency.publicKey) {
      throw filtersFault("filter/untrusted", "signed by another", { place: path, values: { place: path, signer } });
    }
    const known = new Set(slots.map((slot) => slot.recipient));
    const fresh = [...new Set(recipients)].filter((recipient) => !known.has(recipient));
    const added = await Promise.all(fresh.map((recipient) => sealSlot(recipient, secrets)));
    const target = startFile(out, { kind, header, bodyBytes: body.sizeBytes });
    try {
      copyBytes(body, target.append);
      const { digest } = target.finish([...slots, ...added], agency);
      return { digest, added: added.length };
    } finally {
      target.discard();
    }
  } finally {
    file.close();
  }
}
