// Archives as other programs write them: RAR from libarchive's own tests (nothing here can write it), the others by their programs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import rar from "#vectors/archives/rar.json" with { type: "json" };
import { tarHead, tarOf, zipOf } from "./archive-samples.node.ts";
import { look, noise } from "./inside-lab.node.ts";
import { startSevenZip } from "./seven-zip-module.node.ts";

const WORDS = Buffer.from("benign words, again and again. ".repeat(400));
const NOISE = noise(100_000, 3);

for (const { name, bytes, files, problems } of rar.cases)
  test(`lookInside() of ${name} gives what bsdtar takes out of it`, () => {
    const looked = look(Buffer.from(bytes, "base64"));
    for (const [place, sha256] of Object.entries(files)) {
      const found = looked.files.get(`f/${place}`);
      assert.equal(found?.sha256, sha256, place);
      assert.equal(found?.complete, true);
    }
    assert.deepEqual(looked.problems, problems);
  });

/** A program of Windows whose one section ends after 1,024 bytes. */
function programOf(behind: Uint8Array): Buffer {
  const head = Buffer.alloc(1024);
  head.write("MZ");
  head.writeUInt32LE(64, 60);
  head.write("PE\0\0", 64);
  head.writeUInt16LE(1, 70);
  head.writeUInt32LE(512, 88 + 16);
  head.writeUInt32LE(512, 88 + 20);
  return Buffer.concat([head, behind]);
}

test("lookInside() finds the archive of a program that unpacks itself, and no other", () => {
  const [first] = rar.cases;
  const archive = Buffer.from(first?.bytes ?? "", "base64");
  const looked = look(
    programOf(Buffer.concat([Buffer.from("7z\xbc\xaf\x27\x1c no header", "latin1"), Buffer.alloc(40), archive])),
  );
  for (const [place, sha256] of Object.entries(first?.files ?? {}))
    assert.equal(looked.files.get(`f/archive-1080.rar/${place}`)?.sha256, sha256, [...looked.files.keys()].join(" "));
  assert.equal(look(programOf(Buffer.from("Rar!\x1a\x07\0, as a text".repeat(9), "latin1"))).files.size, 0);
});

test("lookInside() says that an archive is one part of several", () => {
  const archive = Buffer.from(rar.cases[0]?.bytes ?? "", "base64");
  archive[10] = (archive[10] ?? 0) | 1;
  const cut = archive.subarray(0, archive.length - 40);
  assert.ok(look(cut).problems.includes("split f"));
  const zip = zipOf([{ name: "a", bytes: WORDS }]);
  assert.deepEqual(look(zip.subarray(0, zip.length - 30), {}, "a.zip.001").problems, ["split a.zip.001"]);
  zip.writeUInt16LE(2, zip.length - 18);
  zip.fill(0, 0, 4);
  assert.deepEqual(look(zip, {}, "a.zip").problems, ["split a.zip"]);
});

test("lookInside() finds a zip behind other bytes, by its end", () => {
  const zip = Buffer.concat([NOISE, zipOf([{ name: "a", bytes: WORDS }])]);
  assert.ok(look(zip, {}, "a.zip").files.get("a.zip/a")?.bytes.equals(WORDS));
});

test("lookInside() of tar goes on behind a damaged map of holes", () => {
  const edit = (head: Buffer): void => void head.write("ustar  \x0000000099999\x00", 257 + 0, "latin1");
  const damaged = tarHead("holes", 0, {
    kind: "S",
    edit: (head) => {
      edit(head);
      head.write("77777777777\x0000000000777\x00", 386, "latin1");
    },
  });
  const looked = look(Buffer.concat([damaged, tarOf([{ name: "b", bytes: WORDS }])]));
  assert.ok(looked.files.get("f/b")?.bytes.equals(WORDS));
  assert.deepEqual(looked.problems, ["damaged f/holes"]);
});

/** Runs a program in a folder with the two files; its archive's bytes, or null where the program is not installed. */
function written(command: string, args: readonly string[], out: RegExp): Buffer | null {
  const folder = mkdtempSync(join(tmpdir(), "phum-archives-"));
  try {
    writeFileSync(join(folder, "a.txt"), WORDS);
    writeFileSync(join(folder, "b.bin"), NOISE);
    const { error } = spawnSync(command, args, { cwd: folder });
    const name = readdirSync(folder).find((one) => out.test(one));
    return error !== undefined || name === undefined ? null : readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const WRITERS: readonly [kind: string, command: string, args: readonly string[], out: RegExp][] = [
  ["ARJ", "arj", ["a", "-y", "x.arj", "a.txt", "b.bin"], /\.arj$/i],
  ["CAB", "gcab", ["-c", "x.cab", "a.txt", "b.bin"], /\.cab$/],
  ["CAB, packed", "gcab", ["-c", "-z", "x.cab", "a.txt", "b.bin"], /\.cab$/],
  ["zip with bzip2", "zip", ["-q", "-Z", "bzip2", "x.zip", "a.txt", "b.bin"], /\.zip$/],
  ["zip, locked", "zip", ["-q", "-P", "secret", "x.zip", "a.txt"], /\.zip$/],
  ["zip in parts", "zip", ["-q", "-0", "-s", "64k", "x.zip", "a.txt", "b.bin"], /\.zip$/],
];
for (const [kind, command, args, out] of WRITERS) {
  const bytes = written(command, args, out);
  test(`lookInside() of ${kind} as ${command} writes it`, {
    skip: bytes === null && `${command} is not installed`,
  }, () => {
    const { files, problems } = look(bytes ?? NOISE, {}, "x.zip");
    if (kind.endsWith("locked")) assert.deepEqual(problems, ["encrypted x.zip/a.txt"]);
    else if (kind.endsWith("parts")) assert.deepEqual(problems, ["split x.zip"]);
    else {
      assert.ok(files.get("x.zip/a.txt")?.bytes.equals(WORDS), [...files.keys(), ...problems].join(" "));
      assert.ok(files.get("x.zip/b.bin")?.bytes.equals(NOISE));
      assert.deepEqual(problems, []);
    }
  });
}

const PACKERS: readonly [command: string, args: readonly string[], ending: string][] = [
  ["compress", ["-f", "b.bin"], "Z"],
  ["lzip", ["-b", "100000", "b.bin"], "lz"],
  ["lz4", ["-q", "-BD", "b.bin", "b.bin.lz4"], "lz4"],
  ["lz4", ["-q", "-l", "b.bin", "b.bin.lz4"], "lz4"],
  ["xz", ["--format=lzma", "b.bin"], "lzma"],
];
for (const [command, args, ending] of PACKERS) {
  const bytes = written(command, args, new RegExp(`\\.${ending}$`));
  test(`lookInside() of .${ending} as ${command} ${args[0]} writes it`, {
    skip: bytes === null && `${command} is not installed`,
  }, () => {
    const { files, problems } = look(bytes ?? NOISE, {}, `b.bin.${ending}`);
    assert.ok(files.get(`b.bin.${ending}/b.bin`)?.bytes.equals(NOISE), problems.join(" "));
    assert.deepEqual(problems, []);
  });
}

test("lookInside() tells a damaged entry of 7z from a sound one", () => {
  const seven = startSevenZip(() => undefined) as ReturnType<typeof startSevenZip> & {
    FS: { readFile(path: string): Uint8Array };
  };
  seven.FS.writeFile("/a", NOISE);
  seven.FS.writeFile("/b", NOISE.subarray(1));
  assert.equal(seven.callMain(["a", "-m0=Copy", "-ms=off", "/x.7z", "/a", "/b"]), 0);
  const bytes = seven.FS.readFile("/x.7z");
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  const looked = look(bytes);
  assert.deepEqual([looked.files.get("f/a")?.complete, looked.files.get("f/b")?.complete], [false, true]);
  assert.deepEqual(looked.problems, ["damaged f/a"]);
  assert.notEqual(crc32(looked.files.get("f/a")?.bytes ?? ""), crc32(NOISE));
});
