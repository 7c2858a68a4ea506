import type { Command } from "#base/commandline";
import { readPublicKey } from "#base/signing";
import { fromHex } from "#base/values";
import { number, size } from "#base/words";
import { spokenDigits, spokenWords } from "./spoken-words.ts";
import { plainTeller, type Teller } from "./teller.ts";
import { type Verification, verifyReport } from "./verify-report.node.ts";
import { sayEvidence } from "./words.ts";

/** Exit codes of `phum report verify` besides those of Faults. */
const EXITS = { verified: 0, "not-vouched-for": 10, interrupted: 11 } as const satisfies Record<
  Verification["outcome"],
  number
>;

/** `phum report verify DIR [--trust K]`: proves a folder of evidence and says who signed it. */
export const reportVerify: Command = {
  path: ["report", "verify"],
  positionals: { name: "DIR", min: 1, max: 1 },
  options: { trust: { value: "K", multiple: true } },
  help: (language) => ({
    summary: sayEvidence(language, "help.verify"),
    options: { trust: sayEvidence(language, "help.verify.trust") },
  }),
  run: async (request) => {
    const [dir = ""] = request.positionals;
    const trust = request.texts("trust").map(readPublicKey);
    const verification = verifyReport(request.path(dir), { trust, nowMs: request.nowMs() });
    for (const line of verificationLines(verification, plainTeller(request.language), trust.length > 0))
      request.out(line);
    return EXITS[verification.outcome];
  },
};

/** What a verification says, line by line. */
function verificationLines(verification: Verification, teller: Teller, trusted: boolean): string[] {
  const { language, say } = teller;
  const { journal } = verification;
  if (verification.outcome === "interrupted") {
    const lines = [say("verify.interrupted", { entries: journal.entries })];
    if (journal.tornBytes > 0) lines.push(say("verify.torn", { tornBytes: size(language, journal.tornBytes, "up") }));
    return [
      ...lines,
      ...earlierLines(verification, teller),
      journalLine(verification, teller),
      say("verify.resumable"),
    ];
  }
  const { outcome, report, digest, signer, agencyKey, why } = verification;
  // Without a key of the reader's own, anybody could have made the agency.
  const lines = [say(outcome === "verified" && !trusted ? "verify.consistent" : `verify.${outcome}`)];
  if (report.practice) lines.push(`${say("page.practice")}: ${say("page.practice.note")}`);
  const { name, unit, signPublic: key } = signer;
  lines.push(name === "" ? say("verify.signed.key", { key }) : say("verify.signed", { name, unit, key }));
  if (agencyKey !== null) lines.push(say("verify.agency", { key: agencyKey }));
  if (agencyKey !== null && !trusted) lines.push(say("verify.agency.compare"));
  if (why === "no-certificate") lines.push(say("verify.why.no-certificate"));
  if (why === "expired")
    lines.push(say("verify.why.expired", { until: String(report.seal.certificate?.["validUntil"] ?? "") }));
  const { exhibit, clock } = report;
  lines.push(say("verify.verdict", { verdict: say(`verdict.${report.verdict}`), exhibit, until: clock.endedAt }));
  if (verification.fromFuture) lines.push(say("verify.future"));
  const bytes = fromHex(digest);
  lines.push(say("verify.words", { words: spokenWords(bytes).join(" ") }));
  lines.push(say("verify.numbers", { numbers: spokenDigits(bytes).join(" ") }));
  lines.push(`${say("page.digest")}: ${digest}`, ...earlierLines(verification, teller));
  if (verification.looks > 0) lines.push(say("verify.looks", { count: verification.looks }));
  return [...lines, journalLine(verification, teller)];
}

function earlierLines({ earlier }: Verification, { say }: Teller): string[] {
  return earlier.map(({ verdict, clock }) =>
    say("verify.earlier", { verdict: say(`verdict.${verdict}`), until: clock.endedAt }),
  );
}

function journalLine({ journal }: Verification, { language, say }: Teller): string {
  const counts = { entries: journal.entries, runs: journal.runs, checkpoints: journal.checkpoints };
  const written = Object.entries(counts).map(([name, count]) => [name, number(language, count)]);
  return say("verify.journal", Object.fromEntries(written) as Record<string, string>);
}
