import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { foldersOfProgram } from "./project-home.node.ts";

test("foldersOfProgram() names the packages too where node_modules leads out of the project", (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "phum-home-")));
  t.after(() => rmSync(folder, { recursive: true }));
  const home = join(folder, "home");
  mkdirSync(join(home, "packages"), { recursive: true });
  mkdirSync(join(folder, "shared"));
  assert.deepEqual(foldersOfProgram(home), [home]);
  symlinkSync("packages", join(home, "node_modules"));
  assert.deepEqual(foldersOfProgram(home), [home]);
  rmSync(join(home, "node_modules"));
  symlinkSync("../shared", join(home, "node_modules"));
  assert.deepEqual(foldersOfProgram(home), [home, join(folder, "shared")]);
});
