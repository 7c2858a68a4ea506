// Runs the tests: `node tools/test.ts fast|all [PATTERN...]`. Ends with what was skipped and why, and a closing line;
// fails where no test ran, and, with PHUM_REQUIRE_TESTDATA=1, where a test was skipped for want of test data.

import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";

/** The officer's journeys that every run of all tests makes: practice to its answer, Khmer to the paper, what is refused. */
const JOURNEYS = ["practice", "khmer", "refused"].map((name) => `journeys/officer-${name}.journey.ts`);
const [which = "all", ...patterns] = process.argv.slice(2);
const home = resolve(import.meta.dirname, "..");
const wanted =
  patterns.length > 0 ? patterns : ["src/**/*.test.ts", "tools/*.test.ts", "journeys/*.test.ts", ...JOURNEYS];
const files = globSync(wanted, { cwd: home })
  .filter((file) => which !== "fast" || !(file.endsWith(".slow.test.ts") || file.startsWith("journeys/")))
  .map((file) => resolve(home, file))
  .sort();
if (files.length === 0) throw new Error(`test: no test file matches ${wanted.join(" ")}`);

const counts = { passed: 0, failed: 0 };
const skipped: string[] = [];

async function runFiles(some: string[], atOnce: number): Promise<void> {
  if (some.length === 0) return;
  const stream = run({ files: some, cwd: home, concurrency: atOnce });
  stream.on("test:pass", ({ name, skip, details }) => {
    if (details.type === "suite") return;
    if (skip !== undefined) skipped.push(`${name}: ${skip === true ? "no reason given" : skip}`);
    else counts.passed++;
  });
  stream.on("test:fail", ({ details }) => {
    if (details.type !== "suite") counts.failed++;
  });
  const reporter = stream.compose(spec);
  reporter.pipe(process.stdout, { end: false });
  await finished(reporter, { writable: false });
}

const isJourney = (file: string): boolean => file.endsWith(".journey.ts");
await runFiles(
  files.filter((file) => !isJourney(file)),
  Math.min(2, availableParallelism()),
);
// A journey has the machine for itself: it starts the real app and a browser.
await runFiles(files.filter(isJourney), 1);

if (skipped.length > 0) console.log(`\nSkipped, and why:\n${skipped.map((line) => `  ${line}`).join("\n")}`);
const missing = process.env["PHUM_REQUIRE_TESTDATA"] === "1" ? skipped.filter((line) => /test data/i.test(line)) : [];
if (missing.length > 0)
  console.log(`\nTest data is required here, and ${missing.length} tests were skipped for want of it.`);
console.log(`\n${counts.passed} passed, ${counts.failed + missing.length} failed, ${skipped.length} skipped`);
process.exitCode = counts.passed > 0 && counts.failed + missing.length === 0 ? 0 : 1;
