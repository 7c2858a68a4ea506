// The fear: that looking at evidence changes it. Bytes and times of a folder and an image before and after all reading.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { knownPhases } from "./known-phases.ts";
import { listFolder } from "./list-folder.node.ts";
import { lookAtSource } from "./look-at-source.node.ts";
import { openFolderFile } from "./open-folder-file.node.ts";
import { openSource } from "./open-source.node.ts";

const home = mkdtempSync(join(tmpdir(), "phum-untouched-"));
after(() => rmSync(home, { recursive: true, force: true }));

// Older than a day and than the last change: with "relatime" every ordinary read would renew the time of access.
const LONG_AGO = new Date("2001-02-03T04:05:06Z");
const CHANGED = new Date("2002-02-03T04:05:06Z");

/** All that stat tells; without the access time for folders, whose listing has no way to leave it (docs/design/0006). */
function metadata(path: string): Record<string, string> {
  const facts = lstatSync(path, { bigint: true });
  const { mtimeNs, ctimeNs, atimeNs, size, mode, nlink, uid, gid, ino } = facts;
  const kept = { mtimeNs, ctimeNs, size, mode, nlink, uid, gid, ino, ...(facts.isDirectory() ? {} : { atimeNs }) };
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
}

/** Metadata first: the digest itself reads the file, and would renew its time of access. */
function snapshot(paths: string[]): unknown[] {
  return paths.map((path) => [path, metadata(path)]);
}

function digests(paths: string[]): unknown[] {
  return paths.map((path) => createHash("sha256").update(readFileSync(path)).digest("hex"));
}

test("a folder is the same in bytes and metadata after it was looked at, listed and read", async () => {
  const files = ["a.txt", "sub/b.bin", "sub/c"].map((name) => join(home, "folder", name));
  mkdirSync(join(home, "folder/sub"), { recursive: true });
  for (const [i, path] of files.entries()) writeFileSync(path, Buffer.alloc(5000 * (i + 1), i));
  symlinkSync("a.txt", join(home, "folder/link"));
  const all = [...files, join(home, "folder"), join(home, "folder/sub"), join(home, "folder/link")];
  const before = digests(files);
  for (const path of files) utimesSync(path, LONG_AGO, CHANGED);
  const beforeFacts = snapshot(all);

  const look = await lookAtSource(join(home, "folder"));
  assert.ok(look.spec.kind === "folder");
  let read = 0;
  for (const entry of listFolder(look.spec)) {
    if (entry.kind !== "file") continue;
    const file = openFolderFile(look.spec, entry.pathBytes, entry);
    read += file.readSync(new Uint8Array(entry.sizeBytes), 0);
    file.close();
  }
  assert.equal(read, 30_000);
  assert.deepEqual(snapshot(all), beforeFacts);
  assert.deepEqual(digests(files), before);
});

test("an image is the same in bytes and metadata after it was looked at and read", async () => {
  const paths = ["d.001", "d.002"].map((name) => join(home, name));
  for (const [i, path] of paths.entries()) writeFileSync(path, Buffer.alloc(1024 * 1024, i + 1));
  const before = digests(paths);
  for (const path of paths) utimesSync(path, LONG_AGO, CHANGED);
  const beforeFacts = snapshot(paths);

  const look = await lookAtSource(paths[0] ?? "");
  assert.ok(look.spec.kind === "image");
  for (const direct of [false, true]) {
    const open = openSource(look.spec, { direct });
    knownPhases(open.readSync, open.sizeBytes);
    assert.equal(open.readSync(new Uint8Array(2 * 1024 * 1024), 0), 2 * 1024 * 1024);
    open.close();
  }
  assert.deepEqual(snapshot(paths), beforeFacts);
  assert.deepEqual(digests(paths), before);
});
