import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "#base/faults";
import { utf8 } from "#base/values";
import { type ExtractFolder, extractFolder } from "./extract-files.node.ts";
import { safeName } from "./safe-name.ts";

const root = mkdtempSync(join(tmpdir(), "phum-extract-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** Writes one file. */
function write(folder: ExtractFolder, chain: readonly Uint8Array[], bytes: Uint8Array): string {
  const file = folder.begin(chain);
  file.piece(bytes);
  file.end();
  return file.file;
}

/** Every file below a folder, with the type of what is no file. */
function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath, entry.name).slice(folder.length + 1),
  );
}

const HOSTILE = [
  "..",
  ".",
  "",
  "a/b",
  "a\\b",
  "/etc/passwd",
  "..\\..\\x",
  "con.txt",
  "NUL",
  "x\0y",
  "-rf",
  "~",
  "a:b",
  "x ",
  "x.",
  "%2e%2e",
  "\u202egpj.exe",
  "\n",
];

test("safeName() is one name that no system reads as a path, a device or an option", () => {
  const seen = new Map<string, string>();
  for (const name of HOSTILE) {
    const safe = safeName(utf8(name));
    assert.match(safe, /^[^/\\:*?"<>|\p{Cc}]+$/u, JSON.stringify(name));
    assert.doesNotMatch(safe, /^[.\s~-]|[.\s]$|^(con|nul)(\.|$)/i, JSON.stringify(name));
    assert.equal(seen.get(safe), undefined, `${JSON.stringify(name)} and ${seen.get(safe)} are both ${safe}`);
    seen.set(safe, name);
  }
  for (const plain of ["photo 1.jpg", "រូបភាព.jpg", "ឯក\u200bសារ.txt", "a'b(1).png", "пример.txt"])
    assert.equal(safeName(utf8(plain)), plain);
  assert.equal(safeName(Uint8Array.of(0x61, 0xff, 0x2f)), "a%FF%2F");
  assert.ok(utf8(safeName(utf8(`${"ក".repeat(200)}.jpg`))).length <= 120);
  assert.match(safeName(utf8(`${"x".repeat(300)}.jpg`)), /~\.jpg$/);
});

test("extractFolder() writes hostile chains below its folder only, never twice to one name", () => {
  const out = join(root, "hostile");
  const folder = extractFolder(out);
  const written = HOSTILE.flatMap((name) => [
    write(folder, [utf8("ntfs"), utf8(name), utf8("x.txt")], utf8(name)),
    write(folder, [utf8("ntfs"), utf8(".."), utf8(name)], utf8(name)),
  ]);
  folder.close();
  assert.equal(new Set(written).size, HOSTILE.length * 2);
  assert.deepEqual(readdirSync(root), ["hostile"]);
  for (const [i, file] of written.entries()) {
    assert.equal(readFileSync(join(out, file), "utf8"), HOSTILE[Math.floor(i / 2)]);
    assert.equal(statSync(join(out, file)).mode & 0o777, 0o600);
  }
  assert.ok(tree(out).includes("extracted.jsonl"));
});

test("extractFolder() gives equal names numbers, and a file that is also a folder", () => {
  const folder = extractFolder(join(root, "equal"));
  const at = (...chain: string[]): string => write(folder, chain.map(utf8), utf8("x"));
  assert.deepEqual(
    [at("a", "b"), at("a", "b"), at("a", "b", "c"), at("a", "b", "d")],
    ["a/b", "a/b~2", "a/b~3/c", "a/b~3/d"],
  );
  folder.close();
});

test("extractFolder() puts what is nested too deep for a path into one folder", () => {
  const folder = extractFolder(join(root, "deep"));
  const chain = Array.from({ length: 500 }, (_, i) => utf8(`level ${i}`));
  const file = write(folder, [...chain, utf8("end.jpg")], utf8("x"));
  assert.match(file, /^deep\/[0-9a-f]{32}\/end\.jpg$/);
  folder.close();
});

test("extractFolder() leaves holes for zeros, and hashes what stands there", () => {
  const out = join(root, "holes");
  const folder = extractFolder(out);
  const bytes = Uint8Array.from({ length: 1_500_000 }, (_, i) => 1 + (i % 251));
  const file = folder.begin([utf8("x")]);
  file.piece(bytes);
  file.zeros(3_000_000);
  file.piece(bytes.subarray(0, 5));
  file.zeros(7);
  const digests = file.end();
  folder.close();
  const expected = Buffer.concat([bytes, new Uint8Array(3_000_000), bytes.subarray(0, 5), new Uint8Array(7)]);
  assert.ok(readFileSync(join(out, file.file)).equals(expected));
  assert.equal(digests.sha256, createHash("sha256").update(expected).digest("hex"));
});

test("extractFolder() refuses a folder that is not empty, a file, and a link to elsewhere", () => {
  const used = join(root, "used");
  mkdirSync(used);
  writeFileSync(join(used, "x"), "");
  symlinkSync(join(root, "elsewhere"), join(root, "link"));
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(join(root, "file"), "");
  for (const [path, code] of [
    [used, "opening/out-used"],
    [join(root, "link"), "opening/out-used"],
    [join(root, "file"), "opening/out-write"],
    [join(root, "file", "x"), "opening/out-write"],
  ] as const) {
    assert.throws(
      () => extractFolder(path),
      (error) => error instanceof Fault && error.code === code,
      path,
    );
  }
});
