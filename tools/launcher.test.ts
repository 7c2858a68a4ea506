import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

test("phum.mjs starts the built file while it is newer than every source, else the sources", () => {
  const home = mkdtempSync(join(tmpdir(), "phum-launcher-"));
  try {
    cpSync(resolve(import.meta.dirname, "../phum.mjs"), join(home, "phum.mjs"));
    for (const folder of ["build/entries", "src/apps/cli", "src/base/words"])
      mkdirSync(join(home, folder), { recursive: true });
    writeFileSync(join(home, "src/apps/cli/main.ts"), "console.log('sources');");
    writeFileSync(join(home, "src/base/words/en.json"), "{}");
    const said = (): string =>
      spawnSync(process.execPath, [join(home, "phum.mjs")], { encoding: "utf8" }).stdout.trim();
    assert.equal(said(), "sources", "nothing is built");
    const built = join(home, "build/entries/phum.mjs");
    writeFileSync(built, "console.log('built');");
    const at = (file: string, seconds: number): void => utimesSync(join(home, file), seconds, seconds);
    for (const file of ["src/apps/cli/main.ts", "src/base/words/en.json"]) at(file, 1_000_000);
    at("build/entries/phum.mjs", 1_000_001);
    assert.equal(said(), "built");
    at("src/base/words/en.json", 1_000_002);
    assert.equal(said(), "sources", "one word is newer");
  } finally {
    rmSync(home, { recursive: true });
  }
});
