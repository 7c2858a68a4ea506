import assert from "node:assert/strict";
import { test } from "node:test";
import { volumeNamed } from "./volume-named.ts";

function volumeOf(sizeBytes: number, marks: Record<number, string>) {
  const bytes = Buffer.alloc(sizeBytes);
  for (const [at, mark] of Object.entries(marks)) bytes.write(mark, Number(at), "latin1");
  return {
    sizeBytes,
    readSync: (view: Uint8Array, at: number) => bytes.copy(view, 0, at, Math.min(at + view.length, at + 5000)),
  };
}

test("volumeNamed() names file systems that are not read by their marks, and nothing else", () => {
  const cases: [string | null, Record<number, string>][] = [
    ["squashfs", { 0: "hsqs" }],
    ["erofs", { 1024: "\xe2\xe1\xf5\xe0" }],
    ["jfs", { 32768: "JFS1" }],
    ["reiserfs", { 65588: "ReIsEr2Fs" }],
    ["xfs", { 0: "XFSB\0\0\x10\0" }],
    ["hfs", { 1024: "BD", 1044: "\0\0\x10\0" }],
    [null, { 1024: "BD", 1044: "\0\0\x10\x01" }],
    [null, { 32769: "CD001" }],
    [null, {}],
  ];
  for (const [name, marks] of cases) assert.equal(volumeNamed(volumeOf(80_000, marks)), name);
  assert.equal(volumeNamed(volumeOf(600, { 0: "hsqs" })), "squashfs");
  assert.equal(volumeNamed(volumeOf(0, {})), null);
});
