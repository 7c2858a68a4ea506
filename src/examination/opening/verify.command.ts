import type { Command } from "#base/commandline";
import { type Language, size } from "#base/words";
import { problemText, refusalText } from "#examination/images";
import type { UnreadRange } from "./digests.ts";
import { type EvidenceMedium, evidenceMedium } from "./evidence-medium.node.ts";
import { REFUSED_EXIT } from "./list.command.ts";
import { lostLines } from "./lost-lines.ts";
import type { FactsMessage, RefusedMessage } from "./reader-message.node.ts";
import { type ReaderOutcome, runReader } from "./run-reader.node.ts";
import { type FilesVerification, verifyFiles } from "./verify-files.node.ts";
import { type MediaVerification, verifyEvidence } from "./verify-media.node.ts";
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
    const medium = await evidenceMedium(request.path(request.positionals[0] ?? ""));
    try {
      const facts = await factsOf(medium, request.signal);
      if ("refusal" in facts) {
        request.err(refusalText(language, facts.refusal));
        return REFUSED_EXIT;
      }
      if ("lost" in facts) {
        for (const line of lostLines(facts.lost, language)) request.err(line);
        return EXITS.incomplete;
      }
      if (facts.logical) {
        const files = await verifyFiles(medium, request.signal);
        for (const line of filesLines(medium, { facts, files }, language)) request.out(line);
        return EXITS[files.outcome];
      }
      const total = size(language, facts.sizeBytes);
      const verification = await verifyEvidence(medium, facts, {
        signal: request.signal,
        progress: (bytes) => request.live(sayOpening(language, "verify.live", { read: size(language, bytes), total })),
      });
      for (const line of verificationLines(medium, { facts, verification }, language)) request.out(line);
      return EXITS[verification.outcome];
    } finally {
      medium.close();
    }
  },
};

/** What kind of image it is, as a limited child says it. */
async function factsOf(
  medium: EvidenceMedium,
  signal: AbortSignal,
): Promise<FactsMessage | RefusedMessage | Pick<ReaderOutcome, "lost">> {
  let told: FactsMessage | RefusedMessage | undefined;
  const { lost } = await runReader({
    ...{ medium, signal, goesOn: false },
    task: () => ({ verb: "facts" }),
    onMessage: (message) => {
      if (message.kind === "facts" || message.kind === "refused") told = message as unknown as typeof told;
      return null;
    },
  });
  return told ?? { lost };
}

interface Verified {
  facts: FactsMessage;
  verification: MediaVerification & { broken: UnreadRange[] };
}

/** What a verification says: the outcome first, then digests, unread ranges and problems. */
function verificationLines(
  { place }: EvidenceMedium,
  { facts, verification: { outcome, digests, unread, broken } }: Verified,
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
  for (const { startByte, lengthBytes } of broken) {
    lines.push(sayOpening(language, "verify.broken", { from: String(startByte), to: String(startByte + lengthBytes) }));
  }
  for (const { startByte, lengthBytes } of facts.acquisition.badSectors) {
    lines.push(sayOpening(language, "verify.bad", { from: String(startByte), to: String(startByte + lengthBytes) }));
  }
  return [...lines, ...facts.problems.map((problem) => problemText(language, problem))];
}

/** What comparing a logical image's files says: the outcome, then each file that differs or cannot be read. */
function filesLines(
  { place }: EvidenceMedium,
  { facts, files }: { facts: FactsMessage; files: FilesVerification },
  language: Language,
): string[] {
  const { outcome, counts, named, lost } = files;
  const lines = [
    sayOpening(language, `verify.files.${outcome}`, { place, same: counts.same, differs: counts.differs }),
  ];
  if (counts["not-stored"] > 0 && outcome !== "nothing-stored") {
    lines.push(sayOpening(language, "verify.files.not-stored", { count: counts["not-stored"] }));
  }
  for (const { place: file, outcome: how } of named) {
    lines.push(sayOpening(language, how === "differs" ? "verify.file.differs" : "verify.file.unread", { place: file }));
  }
  return [...lines, ...lostLines(lost, language), ...facts.problems.map((problem) => problemText(language, problem))];
}
