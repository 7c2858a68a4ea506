import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import type { Report } from "./report-record.ts";

let known: Report["tool"] | undefined;

/**
 * What examines: name, version, and the digest of all that runs: SHA-256 over the sorted lines "<SHA-256>  <path>\n" of
 * Phum's own sources, built files and pinned dependencies. Computed once a process.
 */
export function ownTool(): Report["tool"] {
  if (known !== undefined) return known;
  const patterns = ["package.json", "package-lock.json", "phum", "phum.mjs", "src/**/*", "build/**/*"];
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: projectHome }));
  const whole = createHash("sha256");
  for (const file of files.map((path) => path.replaceAll("\\", "/")).sort()) {
    const path = join(projectHome, file);
    if (!statSync(path).isFile()) continue;
    whole.update(`${createHash("sha256").update(readFileSync(path)).digest("hex")}  ${file}\n`);
  }
  const { name, version } = JSON.parse(readFileSync(join(projectHome, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  known = { name: name ?? "phum", version: version ?? "0", digest: whole.digest("hex") };
  return known;
}
