// What list and extract say of files within files, and what they keep when looking into one ends their reader.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { gzipSync, inflateRawSync } from "node:zlib";
import type { CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { projectHome } from "#base/machine/node";
import { toHex, utf8 } from "#base/values";
import { FatSample } from "#examination/filesystems/node";
import { extractMedium } from "./extract.command.ts";
import { fileBytes } from "./file-bytes.node.ts";
import { listMedium } from "./list.command.ts";
import type { PlantedFault } from "./walk-guard.node.ts";

const root = mkdtempSync(join(tmpdir(), "phum-inside-"));
after(() => rmSync(root, { recursive: true, force: true }));

const MS = Date.UTC(2026, 10, 25);
const inner = Buffer.from("what stands in a packed file, again and again ".repeat(3000));
const sample = new FatSample({ kind: "fat16", clusters: 6000 });
const folder = sample.addDirectory(sample.root, "DOCS", MS);
for (const name of ["A.GZ", "B.GZ"]) sample.addFile(folder, name, { content: gzipSync(inner), ms: MS });
sample.addFile(folder, "BOMB.GZ", { content: gzipSync(gzipSync(Buffer.alloc(2 ** 30 + 2 ** 24))), ms: MS });
sample.addFile(folder, "C.TXT", { content: utf8("no file of files"), ms: MS });
sample.remove(sample.addFile(folder, "GONE.GZ", { content: gzipSync(inner), ms: MS }));
sample.addFile(folder, "P.GZ", { content: gzipSync(gzipSync(inner)), ms: MS });
const nameless = gzipSync(utf8("what no folder names ".repeat(90)));
sample.bytes.set(nameless, sample.at(4000));
writeFileSync(join(root, "v.dd"), sample.image());

async function run(
  command: (request: CommandRequest, fault?: PlantedFault) => Promise<number>,
  positionals: string[],
  { options = {}, fault }: { options?: Record<string, string | boolean>; fault?: PlantedFault } = {},
) {
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(...line.split("\n"));
  const request: CommandRequest = {
    ...{ positionals, language: "en", out, err: out, live: () => {}, nowMs: () => 0, passphrase: async () => "" },
    text: (option) => (typeof options[option] === "string" ? options[option] : undefined),
    texts: () => [],
    flag: (option) => options[option] === true,
    path: (path) => resolve(root, path),
    signal: new AbortController().signal,
  };
  return { code: await command(request, fault), lines };
}

test("list --inside says what is in files, and what was not looked into", async () => {
  const { code, lines } = await run(listMedium, ["v.dd"], { options: { inside: true } });
  assert.equal(code, 0);
  const found = lines.filter((line) => line.startsWith("i\t")).map((line) => line.split("\t")[4]);
  assert.deepEqual(found.slice(0, 2), ["v.dd/fat16/DOCS/A.GZ/A", "v.dd/fat16/DOCS/B.GZ/B"]);
  assert.ok(
    lines.some((line) => /^! v\.dd\/fat16\/DOCS\/BOMB\.GZ.*far more would come out/.test(line)),
    lines.join("\n"),
  );
  const json = await run(listMedium, ["v.dd"], { options: { inside: true, format: "json" } });
  const records = json.lines.map((line) => JSON.parse(line));
  const one = records.find(({ place }) => place === "v.dd/fat16/DOCS/A.GZ/A");
  const sha256 = createHash("sha256").update(inner).digest("hex");
  assert.deepEqual([one.record, one.sizeBytes, one.digests.sha256], ["inner", inner.length, sha256]);
  assert.ok(records.some(({ record, what }) => record === "inner-problem" && what === "bomb"));
});

test("list --inside goes on after a crash at one file: all others are looked into", async () => {
  const fault = { how: "crash" as const, name: toHex(utf8("A.GZ")) };
  const { code, lines } = await run(listMedium, ["v.dd"], { options: { inside: true }, fault });
  assert.equal(code, 74);
  const found = lines.filter((line) => /^[fi]\t/.test(line)).map((line) => line.split("\t")[4]);
  assert.ok(found.includes("v.dd/fat16/DOCS/A.GZ") && !found.includes("v.dd/fat16/DOCS/A.GZ/A"));
  assert.ok(found.includes("v.dd/fat16/DOCS/B.GZ/B"));
  assert.equal(new Set(found).size, found.length, "nothing stands in the list twice");
  assert.ok(lines.some((line) => line.startsWith("! v.dd/fat16/DOCS/A.GZ:")));
});

test("extract copies what stands in a file, and says where nothing does", async () => {
  const place = "v.dd/fat16/DOCS/B.GZ/B";
  const { code, lines } = await run(extractMedium, ["v.dd", place], { options: { out: "out" } });
  assert.equal(code, 0, lines.join("\n"));
  assert.ok(readFileSync(join(root, "out/fat16/DOCS/B.GZ/B")).equals(inner));
  await assert.rejects(
    run(extractMedium, ["v.dd", `${place}/nothing`], { options: { out: "none" } }),
    (error) => error instanceof Fault && error.code === "opening/place-unknown",
  );
  const names = place.split("/").map((name) => utf8(name));
  const signal = new AbortController().signal;
  const bytes = await fileBytes(join(root, "v.dd"), names, { mostBytes: 2 ** 20, signal });
  assert.ok(bytes !== null && Buffer.from(bytes).equals(inner));
});

test("fileBytes() gives what is deleted or has no name where it is asked for, and of a file in a file none of what stands in it", async () => {
  const given = async (place: string, deleted: boolean, within = "DOCS/") => {
    const names = ["v.dd", "fat16", ...`${within}${place}`.split("/")].map((name) => utf8(name));
    const most = { mostBytes: 2 ** 20, signal: new AbortController().signal, deleted };
    const bytes = await fileBytes(join(root, "v.dd"), names, most);
    return bytes && Buffer.from(bytes);
  };
  assert.ok((await given("_ONE.GZ/_ONE", true))?.equals(inner));
  assert.equal(await given("_ONE.GZ/_ONE", false), null);
  assert.equal(await given("A.GZ/A", true), null);
  assert.ok((await given("P.GZ/P", false))?.equals(gzipSync(inner)));
  assert.ok((await given("P.GZ/P/content", false))?.equals(inner));
  const carved = `unallocated@${sample.at(4000)}`;
  assert.ok((await given(carved, true, ""))?.equals(nameless));
  assert.equal(await given(carved, false, ""), null);
});

test("list --inside and extract take files of a folder and files alone", async () => {
  const mail = `From: a@example.org\nSubject: b\nMIME-Version: 1.0\nContent-Type: text/plain; name=c.txt\nContent-Transfer-Encoding: base64\n\n${inner.toString("base64")}\n`;
  mkdirSync(join(root, "papers/more"), { recursive: true });
  writeFileSync(join(root, "papers/more/letter.eml"), mail);
  writeFileSync(join(root, "papers/a.gz"), gzipSync(inner));
  symlinkSync("a.gz", join(root, "papers/link.gz"));
  const places = (lines: string[]): unknown[] =>
    lines.filter((line) => line.startsWith("{")).map((line) => [JSON.parse(line).place, JSON.parse(line).sizeBytes]);
  const listed = async (source: string) => run(listMedium, [source], { options: { inside: true, format: "json" } });
  const all = await listed("papers");
  assert.equal(all.code, 0, all.lines.join("\n"));
  assert.deepEqual(places(all.lines), [
    ["papers/a.gz/a", inner.length],
    ["papers/more/letter.eml/c.txt", inner.length],
  ]);
  assert.equal(all.lines.at(-1), "2 files were looked into. 2 files stand in them.");
  assert.deepEqual(places((await listed("papers/more/letter.eml")).lines), [["letter.eml/c.txt", inner.length]]);
  assert.deepEqual(places((await listed("papers/a.gz")).lines), [["a.gz/a", inner.length]]);
  for (const [i, place] of ["papers/more/letter.eml/c.txt", "papers/a.gz/a"].entries()) {
    const { code } = await run(extractMedium, ["papers", place], { options: { out: `plain-${i}` } });
    assert.equal(code, 0);
    assert.ok(readFileSync(join(root, `plain-${i}`, place.split("/").slice(1).join("/"))).equals(inner));
  }
  const alone = await run(extractMedium, ["papers/a.gz", "a.gz/a"], { options: { out: "plain-2" } });
  assert.deepEqual([alone.code, readFileSync(join(root, "plain-2/a")).equals(inner)], [0, true]);
  await assert.rejects(
    run(extractMedium, ["papers", "papers/a.gz/b"], { options: { out: "plain-3" } }),
    (error) => error instanceof Fault && error.code === "opening/place-unknown",
  );
});

const zip = resolve(
  process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"),
  "devices/dftt/8-jpeg-search.zip",
);
const missing = existsSync(zip) ? false : "no test data: 8-jpeg-search";

test("list --inside of Carrier's image 8 has its JPEGs of archives and of the document", {
  skip: missing,
}, async () => {
  writeFileSync(join(root, "8.dd"), memberOf(readFileSync(zip), "8-jpeg-search.dd"));
  const { lines } = await run(listMedium, ["8.dd"], { options: { inside: true, format: "json" } });
  const inside = lines
    .map((line) => JSON.parse(line))
    .filter(({ record, type }) => record === "inner" && type === "jpeg");
  assert.deepEqual(
    inside.map(({ place }) => place),
    [
      "8.dd/ntfs/archive/file10.tar.gz/file10.tar/file10.jpg",
      "8.dd/ntfs/archive/file8.zip/file8.jpg",
      "8.dd/ntfs/archive/file9.boo/file9.jpg",
      "8.dd/ntfs/misc/file12.doc/Data/offset-329.jpg",
    ],
  );
  const md5s = [];
  for (const [i, { place }] of inside.slice(0, 3).entries()) {
    await run(extractMedium, ["8.dd", place], { options: { out: `out8-${i}` } });
    const path = join(root, `out8-${i}`, place.split("/").slice(1).join("/"));
    md5s.push(createHash("md5").update(readFileSync(path)).digest("hex"));
  }
  const published = [
    "c476a66ccdc2796b4f6f8e27273dd788",
    "f9956284a89156ef6967b49eced9d1b1",
    "c5a6917669c77d20f30ecb39d389eb7d",
  ];
  assert.deepEqual(md5s, published);
});

/** One deflated member of a zip, by its name's end. */
function memberOf(bytes: Buffer, name: string): Buffer {
  for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4)) {
    const nameBytes = bytes.readUInt16LE(at + 28);
    if (!bytes.toString("latin1", at + 46, at + 46 + nameBytes).endsWith(name)) continue;
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    return inflateRawSync(bytes.subarray(from, from + bytes.readUInt32LE(at + 20)));
  }
  throw new RangeError(`Cannot find ${name} in the test data`);
}
