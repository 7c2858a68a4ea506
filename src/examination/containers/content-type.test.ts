// The fears: a picture that is named like a letter or a program is not told; every file with a strange name is, until nobody reads it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/values";
import { isDisguised, isMisnamed } from "./content-type.ts";

for (const [name, type, disguised] of [
  ["letter.txt", "jpeg", true],
  ["system.dll", "jpeg", true],
  ["report.docx", "png", true],
  ["song.mp3", "mp4", true],
  ["a.zip", "avi", true],
  ["photo.jpg", "jpeg", false],
  ["photo.jpg", "png", false],
  ["sound.m4a", "mp4", false],
  ["f_00001a", "jpeg", false],
  ["cache.dat", "jpeg", false],
  ["letter.txt", "unknown", false],
  ["letter.txt", "eml", false],
  ["letter.doc", "rtf", false],
] as const) {
  test(`isDisguised() of ${name} that is ${type} is ${disguised}`, () => {
    assert.equal(isDisguised(utf8(name), type), disguised);
    if (disguised) assert.ok(isMisnamed(utf8(name), type));
  });
}
