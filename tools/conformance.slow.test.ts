import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const home = resolve(import.meta.dirname, "..");
const testdata = process.env["PHUM_TESTDATA"] ?? resolve(home, "../shared/testdata");
const manifest = join(testdata, "devices/manifest.jsonl");
const skip = existsSync(manifest) ? false : "test data absent: devices/manifest.jsonl";

test("conformance: every image of the test data is read as its truth says, or refused by name", { skip }, () => {
  const tool = join(home, "tools/conformance.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, "--no-write", "--testdata", testdata], {
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /conformance: \d+ media read, 0 with failures/);
});
