import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { askToRead } from "./device-rights.node.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

test("askToRead() lets through what may be read, and names what is gone", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "phum-rights-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "device"), "");
  askToRead(join(folder, "device"));
  assert.throws(
    () => askToRead(join(folder, "gone")),
    (error) => error instanceof Fault && error.code === "source/missing",
  );
});

test("askToRead() as another user is source/rights", {
  skip: isRoot ? false : "only root can become another user",
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "phum-rights-"));
  t.after(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "device"), "", { mode: 0o600 });
  const script = `
      process.setuid(${NOBODY});
      try { askToRead(${JSON.stringify(join(folder, "device"))}); } catch (error) { console.log(error.code, error.values.path); }`;
  const code = `import { askToRead } from ${JSON.stringify(join(import.meta.dirname, "device-rights.node.ts"))};${script}`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(stdout.trim(), `source/rights ${join(folder, "device")}`);
});
