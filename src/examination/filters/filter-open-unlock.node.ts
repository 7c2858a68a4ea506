import type { Identity } from "#base/signing/node";
import { filtersFault } from "./faults.ts";
import { openBytes } from "./filter-file-bytes.node.ts";
import { type Envelope, readEnvelope } from "./filter-file-envelope.node.ts";
import { tampered } from "./filter-file-layout.ts";
import { openSlot } from "./filter-file-slots.node.ts";
import { readBundleHeader } from "./filter-header-read.ts";
import { bundleParts } from "./filter-verify.node.ts";

/** What opens a filter, without an officer's identity: secrets, in JSON for the scanning process. Never written down. */
export interface FilterUnlock {
  parts: { releaseSecret: string }[];
}

/** Of an identity, what unlocking needs. */
export type Unlocker = Pick<Identity, "ageSecret"> & { public: { recipient: string } };

/**
 * Takes the release secrets out of the slots that are sealed to this officer.
 *
 * @throws {Fault} filter/not-a-recipient, and the codes of a damaged file.
 */
export async function unlockFilter(path: string, identity: Unlocker): Promise<FilterUnlock> {
  const file = openBytes(path);
  try {
    const envelope = readEnvelope(file);
    const parts =
      envelope.kind === "filter" ? [envelope] : bundleParts(envelope, readBundleHeader(envelope.header, path));
    const secrets = (await ownSecrets(envelope, identity)) ?? (await eachSecret(parts, identity));
    if (secrets.length !== parts.length) throw tampered(path, "a slot for another number of parts");
    return { parts: secrets.map((releaseSecret) => ({ releaseSecret })) };
  } finally {
    file.close();
  }
}

async function ownSecrets({ slots, file }: Envelope, identity: Unlocker): Promise<string[] | undefined> {
  const slot = slots.find(({ recipient }) => recipient === identity.public.recipient);
  return slot === undefined ? undefined : openSlot(slot, identity.ageSecret, file.place);
}

async function eachSecret(parts: Envelope[], identity: Unlocker): Promise<string[]> {
  const secrets: string[] = [];
  for (const part of parts) {
    const own = await ownSecrets(part, identity);
    const [secret] = own ?? [];
    if (secret === undefined) {
      const place = part.file.place;
      throw filtersFault("filter/not-a-recipient", "not sealed to this identity", { place, values: { place } });
    }
    secrets.push(secret);
  }
  return secrets;
}
