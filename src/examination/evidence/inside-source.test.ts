import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { refuseInsideSource } from "./inside-source.node.ts";
import { sampleFolder } from "./sample-examination.node.ts";

function fault(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Fault && error.code === code;
}

test("refuseInsideSource() takes no folder around what is examined, a folder or an image", () => {
  const around = sampleFolder();
  mkdirSync(join(around, "source"));
  writeFileSync(join(around, "stick.dd"), "");
  for (const sourcePath of [join(around, "source"), join(around, "stick.dd")]) {
    assert.throws(() => refuseInsideSource(around, sourcePath), fault("evidence/around-source"));
  }
  assert.deepEqual(readdirSync(around).sort(), ["source", "stick.dd"]);
});

test("refuseInsideSource() writes nothing on the plugged-in medium whose folder is examined", () => {
  const [here, sys] = [sampleFolder(), sampleFolder()];
  mkdirSync(join(here, "DCIM"));
  const refuse = (): void => refuseInsideSource(join(here, "report"), join(here, "DCIM"), sys);
  refuse();
  const { dev } = statSync(here);
  const number = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >>> 12) & 0xfff00)}`;
  const disk = join(sys, "devices/disk");
  mkdirSync(join(disk, "part"), { recursive: true });
  mkdirSync(join(sys, "dev/block"), { recursive: true });
  symlinkSync(join(disk, "part"), join(sys, "dev/block", number));
  for (const [word, refused] of [
    ["0", false],
    ["1", true],
  ] as const) {
    writeFileSync(join(disk, "removable"), `${word}\n`);
    if (refused) assert.throws(refuse, fault("evidence/inside-source"));
    else refuse();
  }
  rmSync(join(sys, "dev/block", number));
  mkdirSync(join(sys, "devices/usb2/2-1/disk"), { recursive: true });
  symlinkSync(join(sys, "devices/usb2/2-1/disk"), join(sys, "dev/block", number));
  assert.throws(refuse, fault("evidence/inside-source"));
});
