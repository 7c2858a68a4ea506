import type { Command } from "#base/commandline";
import { type Language, size } from "#base/words";
import { isRefusal, problemText, refusalText } from "#examination/images";
import { REFUSED_EXIT } from "./list.command.ts";
import type { Medium } from "./medium.ts";
import { openMedium } from "./open-medium.node.ts";
import { type MediaVerification, verifyFile } from "./verify-media.node.ts";
import { sayOpening } from "./words.ts";

/** Exit codes of `phum verify` besides those of Faults. */
const EXITS: Record<MediaVerification["outcome"], number> = {
  verified: 0,
  "nothing-stored": 10,
  mismatch: 65,
  incomplete: 74,
};

/** `phum verify SOURCE`: reads all of an image and compares it with the digests its acquisition stored. */
export const verify: Command = {
  path: ["verify"],
  positionals: { name: "SOURCE", min: 1, max: 1 },
  options: {},
  help: (language) => ({ summary: sayOpening(language, "help.verify"), options: {} }),
  run: async (request) => {
    const { language } = request;
    const path = request.path(request.positionals[0] ?? "");
    const medium = await openMedium(path);
    if (isRefusal(medium)) {
      request.err(refusalText(language, medium));
      return REFUSED_EXIT;
    }
    try {
      const total = size(language, medium.image.media.sizeBytes);
      const verification = await verifyFile(path, medium.image, {
        signal: request.signal,
        progress: (bytes) => request.live(sayOpening(language, "verify.live", { read: size(language, bytes), total })),
      });
      for (const line of verificationLines(medium, verification, language)) request.out(line);
      return EXITS[verification.outcome];
    } finally {
      medium.close();
    }
  },
};

/** What a verification says: the outcome first, then digests, unread ranges and problems. */
function verificationLines(
  { image, place }: Medium,
  { outcome, digests, unread }: MediaVerification,
  language: Language,
): string[] {
  const lines = [sayOpening(language, `verify.${outcome}`, { place })];
  for (const { algorithm, computed, stored } of digests) {
    lines.push(sayOpening(language, "verify.computed", { algorithm, digest: computed }));
    if (stored !== null) lines.push(sayOpening(language, "verify.stored", { algorithm, digest: stored }));
  }
  for (const { startByte, lengthBytes } of unread) {
    const sectors = { first: startByte / 512, last: Math.ceil((startByte + lengthBytes) / 512) - 1 };
    lines.push(
      sayOpening(language, "verify.unread", {
        from: String(startByte),
        to: String(startByte + lengthBytes),
        first: String(Math.floor(sectors.first)),
        last: String(sectors.last),
      }),
    );
  }
  for (const { startByte, lengthBytes } of image.acquisition.badSectors) {
    lines.push(sayOpening(language, "verify.bad", { from: String(startByte), to: String(startByte + lengthBytes) }));
  }
  return [...lines, ...image.problems.map((problem) => problemText(language, problem))];
}
