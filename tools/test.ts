// Runs the tests: `node tools/test.ts fast|all [PATTERN...]`. Ends with what was skipped and why, and a closing line;
// fails where no test ran, and, with PHUM_REQUIRE_TESTDATA=1, where a test was skipped for want of test data.

import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const [which = "all", ...patterns] = process.argv.slice(2);
const home = resolve(import.meta.dirname, "..");
const wanted = patterns.length > 0 ? patterns : ["src/**/*.test.ts", "tools/*.test.ts", "journeys/*.test.ts"];
const files = globSync(wanted, { cwd: home })
  .filter((file) => which !== "fast" || !(file.endsWith(".slow.test.ts") || file.startsWith("journeys/")))
  .map((file) => resolve(home, file))
  .sort();
if (files.length === 0) throw new Error(`test: no test file matches ${wanted.join(" ")}`);

/** A journey has the machine for itself: it starts the real app and a browser. */
const atOnce = files.some((file) => file.endsWith(".journey.ts")) ? 1 : Math.min(2, availableParallelism());
const counts = { passed: 0, failed: 0 };
const skipped: string[] = [];
const stream = run({ files, cwd: home, concurrency: atOnce });
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

if (skipped.length > 0) console.log(`\nSkipped, and why:\n${skipped.map((line) => `  ${line}`).join("\n")}`);
const missing = process.env["PHUM_REQUIRE_TESTDATA"] === "1" ? skipped.filter((line) => /test data/i.test(line)) : [];
if (missing.length > 0)
  console.log(`\nTest data is required here, and ${missing.length} tests were skipped for want of it.`);
console.log(`\n${counts.passed} passed, ${counts.failed + missing.length} failed, ${skipped.length} skipped`);
process.exitCode = counts.passed > 0 && counts.failed + missing.length === 0 ? 0 : 1;
