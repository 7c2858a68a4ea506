import { join } from "node:path";
import { fromHex } from "#base/values";
import type { Language } from "#base/words";
import { NAMES } from "./evidence-folder.node.ts";
import { evidenceFault } from "./faults.ts";
import { journalRows } from "./finish-report.node.ts";
import { reportPaper } from "./report-pdf.node.ts";
import { spokenDigits, spokenWords } from "./spoken-words.ts";
import { verifyReport } from "./verify-report.node.ts";

/**
 * The paper of a finished folder of evidence, made anew in the languages asked for; the folder is verified first. report.pdf,
 * which the seal covers, is in Khmer and English; a paper in one language is a copy for reading and leads to the report by its digest.
 *
 * @param languages At left and at right, or one alone.
 * @throws {Fault} What verifyReport throws; report/missing where the examination was interrupted.
 */
export async function reportPdf(
  dir: string,
  { languages, nowMs }: { languages: readonly Language[]; nowMs: number },
): Promise<Uint8Array> {
  const verification = verifyReport(dir, { trust: [], nowMs });
  if (verification.outcome === "interrupted") {
    throw evidenceFault("report/missing", `No finished report in ${dir}`, { place: dir, values: { path: dir } });
  }
  const { digest } = verification;
  const { seal: _, ...report } = verification.report;
  const bytes = fromHex(digest);
  const source = {
    report,
    digest,
    words: spokenWords(bytes),
    digits: spokenDigits(bytes),
    journal: journalRows(join(dir, NAMES.journal)),
  };
  return (await reportPaper(source, languages)).pdf;
}
