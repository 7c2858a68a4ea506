// Volumes made by the system's own programs (mkfs.ext4 -d, debugfs); skipped where those are not installed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "#base/values";
import { openExt } from "./ext-volume.ts";
import type { FileEntry } from "./file-entry.ts";
import { memoryVolume } from "./sample-entries.ts";

const PLACES = ["/usr/sbin", "/sbin", "/usr/bin", "/usr/local/sbin", "/opt/homebrew/sbin"];
const MKFS = PLACES.map((place) => join(place, "mkfs.ext4")).find((path) => existsSync(path));
const DEBUGFS = PLACES.map((place) => join(place, "debugfs")).find((path) => existsSync(path));
const NO_MKFS = MKFS === undefined ? "mkfs.ext4 is not installed" : false;
const FOLDER = mkdtempSync(join(tmpdir(), "phum-ext-"));
after(() => rmSync(FOLDER, { recursive: true, force: true }));

const FILES = new Map<string, Buffer>();
const random = seededRandom("ext-tools-1");
for (const length of [0, 1, 59, 60, 61, 150, 1023, 1024, 4097, 50_000, 400_000]) {
  FILES.set(`folder/file-${length}`, Buffer.from(Array.from({ length }, () => random.below(256))));
}
for (let i = 0; i < 900; i++) FILES.set(`many/a file with a rather long name ${i}`, Buffer.from(String(i)));

/** Makes a volume of 16 MiB with the files in it. */
function makeVolume(name: string, options: string[]): string {
  const tree = join(FOLDER, "tree");
  if (!existsSync(tree)) {
    for (const [path, bytes] of FILES) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), bytes);
    }
    symlinkSync("folder/file-1", join(tree, "short"));
    symlinkSync("x".repeat(200), join(tree, "long"));
  }
  const image = join(FOLDER, `${name}.img`);
  execFileSync(MKFS ?? "", ["-q", "-F", ...options, "-d", tree, image, "16M"], { stdio: "pipe" });
  return image;
}

function entriesOf(image: string): Map<string, FileEntry> {
  const fileSystem = openExt(memoryVolume(readFileSync(image)));
  assert.ok(fileSystem);
  const entries = [...fileSystem.entries()];
  assert.deepEqual(fileSystem.problems, []);
  return new Map(entries.map((entry) => [entry.path.map((part) => Buffer.from(part).toString()).join("/"), entry]));
}

function contentOf(entry: FileEntry | undefined): Buffer {
  const read = entry?.streams[0]?.read;
  assert.ok(read);
  const bytes = Buffer.alloc(read.sizeBytes);
  read.readSync(bytes, 0);
  return bytes;
}

const VARIANTS: Record<string, string[]> = {
  ext2: ["-O", "^has_journal,^extent,^64bit,^metadata_csum,^flex_bg"],
  ext3: ["-O", "^extent,^64bit,^metadata_csum"],
  ext4: ["-b", "4096"],
  "small blocks in small groups": ["-b", "1024", "-g", "2048", "-O", "^flex_bg"],
  "groups that keep their own descriptors": ["-b", "1024", "-g", "1024", "-O", "meta_bg,^resize_inode"],
  "bytes in the inode": ["-O", "inline_data", "-I", "256"],
  "clusters of blocks": ["-O", "bigalloc", "-C", "4096", "-b", "1024"],
  "two copies only": ["-O", "sparse_super2", "-b", "1024"],
};

for (const [name, options] of Object.entries(VARIANTS)) {
  test(`openExt() of ${name} made by mkfs.ext4 gives every file its bytes`, { skip: NO_MKFS }, () => {
    const entries = entriesOf(makeVolume(name.replaceAll(" ", "-"), options));
    for (const [path, bytes] of FILES) {
      const entry = entries.get(path);
      assert.equal(entry?.state, "allocated", path);
      assert.deepEqual(contentOf(entry), bytes, path);
    }
    assert.equal(Buffer.from(entries.get("short")?.target ?? []).toString(), "folder/file-1");
    assert.equal(Buffer.from(entries.get("long")?.target ?? []).toString(), "x".repeat(200));
    assert.ok([...entries.values()].every((entry) => entry.state === "allocated" && entry.certainty === "proven"));
  });
}

test("unallocated() of mkfs.ext4's volume is as many blocks as it says", { skip: NO_MKFS }, () => {
  for (const [name, options] of Object.entries(VARIANTS)) {
    const image = readFileSync(makeVolume(`${name.replaceAll(" ", "-")}-free`, options));
    const fileSystem = openExt(memoryVolume(image));
    assert.ok(fileSystem);
    let free = 0;
    for (const { lengthBytes } of fileSystem.unallocated()) free += lengthBytes;
    assert.equal(free, image.readUInt32LE(1024 + 12) * fileSystem.blockBytes + 1024, name);
  }
});

const NO_TOOLS = NO_MKFS || (DEBUGFS === undefined ? "debugfs is not installed" : false);
for (const name of ["ext2", "ext4"]) {
  test(`openExt() of ${name} after debugfs removed files gives them back by their pointers`, { skip: NO_TOOLS }, () => {
    const image = makeVolume(`${name}-removed`, VARIANTS[name] ?? []);
    const removed = ["folder/file-4097", "folder/file-400000", "many/a file with a rather long name 77"];
    const commands = join(FOLDER, `${name}-commands`);
    writeFileSync(commands, removed.map((path) => `rm "/${path}"\n`).join(""));
    execFileSync(DEBUGFS ?? "", ["-w", "-f", commands, image], { stdio: "pipe" });
    const entries = entriesOf(image);
    for (const path of removed) {
      const entry = entries.get(path);
      assert.deepEqual([entry?.state, entry?.certainty], ["deleted", "proven"], path);
      assert.deepEqual(contentOf(entry), FILES.get(path));
    }
    assert.equal([...entries.values()].filter((entry) => entry.state !== "allocated").length, removed.length);
  });
}
