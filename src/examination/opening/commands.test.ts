import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import type { Command } from "#base/commandline";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { logicalImageOf, writeEwf } from "#examination/images/node";
import { extract } from "./extract.command.ts";
import { list } from "./list.command.ts";
import { verify } from "./verify.command.ts";

const root = mkdtempSync(join(tmpdir(), "phum-opening-"));
after(() => rmSync(root, { recursive: true, force: true }));

const random = seededRandom("opening");
const media = Uint8Array.from({ length: 700_416 }, () => random.below(4));
const source = {
  sizeBytes: media.length,
  readSync: (view: Uint8Array, at: number) => {
    const part = media.subarray(at, at + view.length);
    view.set(part);
    return part.length;
  },
};

function image(stem: string, md5?: string): string[] {
  const wishes = { stem, media: source, segmentBytes: 100_000, chunkSectors: 64, level: 0, badSectors: [] };
  const paths: string[] = [];
  writeEwf(md5 === undefined ? wishes : { ...wishes, md5 }, (name, bytes) => {
    paths.push(join(root, name));
    writeFileSync(join(root, name), bytes);
  });
  return paths;
}

/** Runs a command. @returns Its exit code and what it wrote. */
async function run(command: Command, positionals: string[], options: Record<string, string | boolean> = {}) {
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(...line.split("\n"));
  const code = await command.run({
    positionals,
    text: (option) => (typeof options[option] === "string" ? options[option] : undefined),
    texts: () => [],
    flag: (option) => options[option] === true,
    path: (given) => resolve(root, given),
    language: "en",
    out,
    err: out,
    live: () => {},
    passphrase: async () => "",
    signal: new AbortController().signal,
    nowMs: () => 0,
  });
  return { code, lines, text: lines.join("\n") };
}

test("verify of an image that is what was acquired ends with 0 and says so first", async () => {
  const [first = ""] = image("good");
  const { code, lines } = await run(verify, [first]);
  assert.equal(code, 0);
  assert.match(lines[0] ?? "", /^Verified/);
});

test("verify of an image with another digest ends with 65 and says NOT VERIFIED first", async () => {
  const [first = ""] = image("other", "00112233445566778899aabbccddeeff");
  const { code, lines, text } = await run(verify, [first]);
  assert.equal(code, 65);
  assert.match(lines[0] ?? "", /^NOT VERIFIED/);
  assert.match(text, /md5 stored: 00112233445566778899aabbccddeeff/);
});

test("verify of an image with one flipped bit or a missing segment ends with 74 and names the range", async () => {
  const [, second = ""] = image("bit");
  const bytes = readFileSync(second);
  bytes[50_000] = (bytes[50_000] ?? 0) ^ 4;
  writeFileSync(second, bytes);
  const flipped = await run(verify, [second]);
  assert.equal(flipped.code, 74);
  assert.match(flipped.text, /Not read: bytes \d+ to \d+ \(sectors \d+ to \d+\)/);
  const paths = image("gap");
  rmSync(paths[2] ?? "");
  const gap = await run(verify, [paths[0] ?? ""]);
  assert.equal(gap.code, 74);
  assert.match(gap.text, /Segments 3 are missing/);
});

test("verify of a logical image compares each file with its own digest, and names those that differ", async () => {
  const files = { "a.bin": media.subarray(0, 200_000), "b.txt": media.subarray(7, 5000) };
  writeFileSync(join(root, "phone.ad1"), logicalImageOf(files));
  const good = await run(verify, ["phone.ad1"]);
  assert.deepEqual([good.code, good.lines.length], [0, 1]);
  assert.match(good.lines[0] ?? "", /^Verified: 2 files of .*phone.ad1/);
  const bytes = Buffer.from(logicalImageOf(files));
  const digest = createHash("md5").update(files["b.txt"]).digest("hex");
  bytes.write("0".repeat(32), bytes.indexOf(digest));
  writeFileSync(join(root, "other.ad1"), bytes);
  const other = await run(verify, ["other.ad1"]);
  assert.deepEqual([other.code, other.lines.length], [65, 2]);
  assert.match(other.lines[0] ?? "", /^NOT VERIFIED: 1 files/);
  assert.match(other.lines[1] ?? "", /b.txt is not what was acquired/);
  bytes.fill(255, bytes.length - 600, bytes.length - 300);
  writeFileSync(join(root, "torn.ad1"), bytes);
  const torn = await run(verify, ["torn.ad1"]);
  assert.equal(torn.code, 74);
});

test("list says that a medium holds no file system it reads, and refuses an image by name with 65", async () => {
  const [first = ""] = image("list");
  const listed = await run(list, [first]);
  assert.equal(listed.code, 0);
  assert.match(listed.text, /E01 \(EWF\).*\n.*no file system/);
  writeFileSync(join(root, "x.Ex01"), Buffer.concat([Buffer.from("EVF2\r\n\x81\0", "latin1"), Buffer.alloc(4096)]));
  const refused = await run(list, ["x.Ex01"]);
  assert.equal(refused.code, 65);
  assert.match(refused.text, /Ex01/);
});

test("list, extract and verify refuse a folder, a missing file, an unknown format, place and number", async () => {
  const [first = ""] = image("wrong");
  const refused: [Command, string[], Record<string, string>, string][] = [
    [list, ["."], {}, "opening/folder"],
    [verify, ["gone.E01"], {}, "source/missing"],
    [list, [first], { format: "html" }, "opening/format"],
    [extract, [first, "wrong.E01/../x"], { out: "o1" }, "opening/place-form"],
    [extract, [first, "wrong.E01/ntfs/x"], { out: "o1" }, "opening/place-unknown"],
    [extract, [first, "wrong.E01"], { out: "o1", id: "x" }, "opening/number"],
  ];
  for (const [command, positionals, options, code] of refused) {
    await assert.rejects(run(command, positionals, options), { code });
  }
  assert.ok(!existsSync(join(root, "o1")));
});

const testdata = process.env["PHUM_TESTDATA"] ?? resolve(projectHome, "../shared/testdata");
const emails = join(testdata, "devices/e01/nps-2010-emails.E01");
const skip = existsSync(emails) ? false : "test data absent: devices/e01/nps-2010-emails.E01";

test("list and extract of a real E01 agree with each other", { skip }, async () => {
  const { lines } = await run(list, [emails], { format: "json", hash: true, deleted: true });
  const records = lines.map((line) => JSON.parse(line));
  const files = records.filter(
    ({ record, kind, streams }) => record === "entry" && kind === "file" && streams.length > 0,
  );
  assert.equal(files.filter(({ state }) => state === "allocated").length, 29);
  const out = join(root, "extracted");
  const { code } = await run(extract, [emails, "nps-2010-emails.E01"], { out });
  assert.equal(code, 0);
  const extracted = readFileSync(join(out, "extracted.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(extracted.length, 29);
  const digestOf = new Map(files.map(({ place, streams }) => [place, streams[0].digests.sha256]));
  for (const { place, digests } of extracted) assert.equal(digests.sha256, digestOf.get(place), place);
});

// @see dfxml.xsd 1.1.0, complexType of fileobject
const ORDER =
  "parent_object filename partition id name_type filesize unalloc alloc used unused orphan compressed inode meta_type mode nlink uid gid mtime ctime atime crtime seq dtime bkup_time link_target libmagic byte_runs hashdigest".split(
    " ",
  );

test("list --format dfxml writes every element in the order of the schema", { skip }, async () => {
  const { text } = await run(list, [emails], { format: "dfxml", deleted: true });
  assert.match(text, /^<\?xml [^\n]*\n<dfxml [^>]*version="1.1.0">\n {2}<metadata>/);
  const objects = [...text.matchAll(/ {4}<fileobject>\n([\s\S]*?)\n {4}<\/fileobject>/g)].map(([, body = ""]) => body);
  assert.ok(objects.length >= 32);
  for (const body of objects) {
    const elements = [...body.matchAll(/^ {6}<(\w+)/gm)].map(([, element = ""]) => ORDER.indexOf(element));
    assert.ok(!elements.includes(-1), body);
    assert.deepEqual(
      elements,
      [...elements].sort((a, b) => a - b),
      body,
    );
  }
});
