import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fromHex, toHex, utf8 } from "#base/values";
import type { FolderEntry } from "./folder-entry.ts";
import { listFolder } from "./list-folder.node.ts";
import { openFolderFile } from "./open-folder-file.node.ts";
import { placeNames, placeText, splitPath } from "./place-text.ts";
import { ReadError } from "./read-error.ts";
import { sortedNames } from "./sorted-names.node.ts";
import type { FolderSpec } from "./source-spec.ts";

const home = mkdtempSync(join(tmpdir(), "phum-folder-"));
after(() => rmSync(home, { recursive: true, force: true }));

function folder(name: string): FolderSpec {
  mkdirSync(join(home, name));
  return { kind: "folder", pathBytes: toHex(utf8(join(home, name))) };
}

function path(spec: FolderSpec, name: string | Uint8Array): Buffer {
  const last = typeof name === "string" ? utf8(name) : name;
  return Buffer.concat([fromHex(spec.pathBytes), utf8("/"), last]);
}

function pipe(at: Buffer): void {
  const program = "mkfifo"; // of the system, not of a package
  execFileSync(program, [at.toString()]);
}

function brief(entries: Iterable<FolderEntry>): string[] {
  return [...entries].map((entry) => {
    const { place } = placeText(splitPath(entry.pathBytes));
    return entry.kind === "unread" ? `${entry.why} ${entry.what} ${place}` : `${entry.kind} ${place}`;
  });
}

// 85 Khmer letters are 255 bytes: the longest name a Linux file system holds.
const HARD_NAMES: [string, Uint8Array][] = [
  ["invalid UTF-8", fromHex("ff61fe")],
  ["a lone surrogate", fromHex("eda08078")],
  ["a right-to-left override", utf8("a\u202egpj.exe")],
  ["255 Khmer bytes", utf8("ក".repeat(85))],
  ["a line feed", utf8("a\nb")],
  ["a backslash", utf8("a\\x2fb")],
  ["spaces alone", utf8("  ")],
  ["a leading dash", utf8("-rf")],
];

test("listFolder() names of any bytes come back and open", () => {
  const spec = folder("names");
  for (const [i, [, name]] of HARD_NAMES.entries()) writeFileSync(path(spec, name), `text ${i}`);
  const found = [...listFolder(spec)];
  assert.deepEqual(
    found.map((entry) => toHex(entry.pathBytes)),
    HARD_NAMES.map(([, name]) => toHex(name)).sort(),
  );
  for (const [i, [label, name]] of HARD_NAMES.entries()) {
    const file = openFolderFile(spec, name);
    const view = new Uint8Array(file.sizeBytes);
    assert.equal(file.readSync(view, 0), view.length, label);
    assert.equal(Buffer.from(view).toString(), `text ${i}`, label);
    file.close();
    assert.deepEqual(placeNames(placeText([name]).place), [Uint8Array.from(name)], label);
  }
});

test("listFolder() lists links, pipes, sockets, hard links and folders, and opens none of them", async () => {
  const spec = folder("kinds");
  mkdirSync(path(spec, "b"));
  writeFileSync(path(spec, "b/one"), "12345");
  linkSync(path(spec, "b/one"), path(spec, "b/two"));
  symlinkSync("..", path(spec, "b/up"));
  symlinkSync("/etc/passwd", path(spec, "link"));
  symlinkSync("nowhere", path(spec, "torn"));
  pipe(path(spec, "pipe"));
  const server = createServer().listen(path(spec, "sock").toString());
  await new Promise((done) => server.once("listening", done));
  const found = [...listFolder(spec)];
  server.close();
  assert.deepEqual(brief(found), [
    "file b/one",
    "file b/two",
    "link b/up",
    "link link",
    "not-regular fifo pipe",
    "not-regular socket sock",
    "link torn",
  ]);
  const [one, two] = found;
  assert.ok(one?.kind === "file" && two?.kind === "file");
  assert.deepEqual([one.sizeBytes, one.names, one.identity], [5, 2, two.identity]);
});

test("listFolder() is the same whatever the order of making, and sorts by bytes within each folder", () => {
  const names = ["z", "a", "B", "é", "a.b", "a-b", "a/c", "០"];
  const make = (label: string, order: string[]): string[] => {
    const spec = folder(label);
    mkdirSync(path(spec, "a.d"));
    for (const name of order) writeFileSync(path(spec, name.replace("a/c", "a.d/c")), "");
    return brief(listFolder(spec));
  };
  const one = make("order1", names);
  assert.deepEqual(one, make("order2", names.toReversed()));
  assert.deepEqual(
    one,
    ["B", "a", "a-b", "a.b", "a.d/c", "z", "é", "០"].map((name) => `file ${name}`),
  );
});

test("sortedNames() gives all names in order with few held at a time", () => {
  const spec = folder("many");
  const want = Array.from({ length: 1000 }, (_, i) => `n${(i * 7919) % 1000}`).sort();
  for (const name of want) writeFileSync(path(spec, name), "");
  for (const held of [7, 300, 999, 1000, 5000]) {
    assert.deepEqual([...sortedNames(path(spec, ""), held)], want, `held ${held}`);
  }
});

test("listFolder() does not enter another file system, and says so", () => {
  const spec = folder("mounts");
  for (const name of ["a", "my stick", "z"]) {
    mkdirSync(path(spec, name));
    writeFileSync(path(spec, `${name}/file`), "");
  }
  const root = Buffer.from(fromHex(spec.pathBytes)).toString();
  mkdirSync(join(home, "proc/self"), { recursive: true });
  const lines = [`27 1 8:2 / / rw - ext4 /dev/sda2 rw`, `40 27 8:17 / ${root}/my\\040stick rw - vfat /dev/sdb1 rw`];
  writeFileSync(join(home, "proc/self/mountinfo"), lines.join("\n"));
  const found = brief(listFolder(spec, { sys: "/sys", proc: join(home, "proc") }));
  assert.deepEqual(found, ["file a/file", "refused mount my stick", "file z/file"]);
});

test("listFolder() of a missing folder is one unread entry", () => {
  const spec: FolderSpec = { kind: "folder", pathBytes: toHex(utf8(join(home, "gone"))) };
  assert.deepEqual(brief(listFolder(spec)), ["vanished folder "]);
});

test("listFolder() a path beyond the system's length is told as refused", () => {
  const spec = folder("deep");
  const back = process.cwd();
  process.chdir(path(spec, "").toString());
  for (let depth = 0; depth < 40; depth++) {
    mkdirSync("x".repeat(200));
    process.chdir("x".repeat(200));
  }
  process.chdir(back);
  const found = brief(listFolder(spec));
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /^refused /);
  execFileSync("rm", ["-rf", path(spec, "").toString()]);
});

test("openFolderFile() refuses links, pipes, folders and another file under the name", () => {
  const spec = folder("swapped");
  writeFileSync(path(spec, "a"), "a");
  symlinkSync("a", path(spec, "link"));
  pipe(path(spec, "pipe"));
  const why = (name: string, identity?: string): string => {
    try {
      openFolderFile(spec, utf8(name), identity === undefined ? undefined : { identity }).close();
      return "opened";
    } catch (error) {
      assert.ok(error instanceof ReadError);
      return error.why;
    }
  };
  assert.deepEqual(
    ["a", "link", "pipe", "gone", ""].map((name) => why(name)),
    ["opened", "refused", "not-regular", "vanished", "not-regular"],
  );
  assert.equal(why("a", "1:1"), "vanished");
});

test("openFolderFile() tells that a file changed while it was read", () => {
  const spec = folder("growing");
  writeFileSync(path(spec, "log"), "0123456789");
  const file = openFolderFile(spec, utf8("log"));
  assert.equal(file.readSync(new Uint8Array(4), 2), 4);
  assert.equal(file.changed(), false);
  appendFileSync(path(spec, "log"), "more");
  assert.equal(file.sizeBytes, 10);
  assert.equal(file.changed(), true);
  assert.equal(file.readSync(new Uint8Array(20), 0), 14);
  file.close();
});

const asNobody = process.getuid?.() === 0 ? false : "needs root to make what it may not read";
test("listFolder() what may not be read is unread: refused", { skip: asNobody }, () => {
  const spec = folder("rights");
  mkdirSync(path(spec, "closed"));
  writeFileSync(path(spec, "closed/inside"), "");
  writeFileSync(path(spec, "secret"), "");
  execFileSync("chmod", ["000", path(spec, "closed").toString(), path(spec, "secret").toString()]);
  execFileSync("chmod", ["755", home, path(spec, "").toString()]);
  process.seteuid?.(65534);
  try {
    const found = brief(listFolder(spec));
    assert.deepEqual(found, ["refused folder closed", "file secret"]);
    assert.throws(
      () => openFolderFile(spec, utf8("secret")),
      (error) => error instanceof ReadError && error.why === "refused",
    );
  } finally {
    process.seteuid?.(0);
  }
});
