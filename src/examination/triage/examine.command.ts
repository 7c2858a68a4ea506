import type { Command, CommandRequest } from "#base/commandline";
import { canonicalText } from "#base/values";
import { number } from "#base/words";
import { type Verdict, verdictLines } from "#examination/evidence";
import type { FinishedReport } from "#examination/evidence/node";
import { saySources } from "#examination/sources";
import { examination } from "./examination.node.ts";
import { liveLine } from "./live-line.ts";
import { mediumSentences } from "./look-at-medium.node.ts";
import { startUp } from "./start-up.node.ts";
import { sayTriage } from "./words.ts";

const EXIT: Record<Verdict, number> = { green: 0, red: 20, amber: 30 };

const OPTIONS = [
  "filter",
  "trust",
  "certificate",
  "identity",
  "passphrase-file",
  "exhibit",
  "out",
  "quick",
  "full",
  "seed",
  "plan",
  "workers",
  "phases",
  "basis",
  "stated-time",
  "consent-writable",
  "elevate",
  "json",
  "resume",
] as const;

/** `phum examine`: looks for listed material in a folder, an image or a device; exits 0 green, 20 red, 30 amber. */
export const examine: Command = {
  path: ["examine"],
  positionals: { name: "SOURCE", min: 1, max: 1 },
  options: {
    filter: { value: "F.phumf", required: true, multiple: true },
    trust: { value: "K", multiple: true },
    certificate: { value: "C" },
    identity: { value: "I", required: true },
    "passphrase-file": { value: "P" },
    exhibit: { value: "ID", required: true },
    out: { value: "DIR", required: true },
    quick: {},
    full: {},
    seed: { value: "S" },
    plan: { value: "REPORT" },
    workers: { value: "N" },
    phases: { value: "all|known" },
    basis: { value: "TEXT" },
    "stated-time": { value: "TIME" },
    "consent-writable": {},
    elevate: { value: "CMD" },
    json: {},
    resume: {},
  },
  help: (language) => ({
    summary: sayTriage(language, "help.examine"),
    options: Object.fromEntries(OPTIONS.map((option) => [option, sayTriage(language, `help.examine.${option}`)])),
  }),
  run: runExamine,
};

async function runExamine(request: CommandRequest): Promise<number> {
  const { language } = request;
  const setup = await startUp(request);
  try {
    for (const { code, values } of setup.look.notices) request.err(saySources(language, `notice.${code}`, values));
    for (const sentence of mediumSentences(language, setup.medium)) request.err(sentence);
    const stopping = (): void => request.err(sayTriage(language, "stopping"));
    setup.signal.addEventListener("abort", stopping, { once: true });
    const finished = await examination({
      ...setup,
      live: (facts) => request.live(liveLine(language, facts)),
      looking: (entries) => request.live(sayTriage(language, "live.looking", { count: number(language, entries) })),
    });
    setup.signal.removeEventListener("abort", stopping);
    tell(request, finished);
    return EXIT[finished.report.verdict];
  } finally {
    setup.evidence.close();
  }
}

function tell(request: CommandRequest, { report, reportPath, htmlPath, words }: FinishedReport): void {
  const { language } = request;
  if (request.flag("json")) {
    request.out(canonicalText(report));
    return;
  }
  for (const line of verdictLines(report, language)) request.out(line);
  request.out("");
  request.out(sayTriage(language, "report.where", { json: reportPath, html: htmlPath }));
  request.out(sayTriage(language, "report.words", { words: words.join(" ") }));
}
