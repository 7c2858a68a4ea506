// The fears: a file hidden from one tree not seen; a name read wrongly; a disc made to harm that never ends.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { ReadError } from "#examination/sources";
import { isoSample } from "./iso-sample.ts";
import { openIso } from "./iso-volume.ts";
import { openFileSystems } from "./open-file-systems.ts";
import { bytesOfStream, entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";

const A = Buffer.from("first file");
const B = Buffer.alloc(5000, "b");

function field(name: string, rest: number[] | string): Buffer {
  const bytes = typeof rest === "string" ? Buffer.from(rest) : Buffer.from(rest);
  return Buffer.concat([Buffer.from(name), Buffer.from([bytes.length + 4, 1]), bytes]);
}

test("openIso() of a plain disc: names without versions, times with their zone, bytes, what is free", () => {
  const image = isoSample([
    { name: "A.TXT;1", bytes: A },
    { name: "B.;1", bytes: B },
  ]);
  const fileSystem = openIso(memoryVolume(image));
  assert.deepEqual([fileSystem?.kind, fileSystem?.label, fileSystem?.sizeBytes], ["iso9660", "DISC", image.length]);
  const entries = entriesByPlace(fileSystem);
  assert.deepEqual([...entries.keys()], ["A.TXT", "B"]);
  assert.deepEqual(mainBytes(entries.get("B")), Uint8Array.from(B));
  assert.equal(entries.get("B")?.times.modifiedMs, Date.UTC(2024, 5, 15, 5, 30));
  assert.deepEqual(entries.get("A.TXT")?.streams[0]?.slack, [{ startByte: 22 * 2048 + 10, lengthBytes: 2038 }]);
  assert.deepEqual(
    [...(fileSystem?.unallocated() ?? [])],
    [
      { startByte: 0, lengthBytes: 16 * 2048 },
      { startByte: 18 * 2048, lengthBytes: 2 * 2048 },
      { startByte: 21 * 2048, lengthBytes: 2048 },
      { startByte: 26 * 2048, lengthBytes: 2 * 2048 },
    ],
  );
  assert.deepEqual(fileSystem?.problems, []);
});

test("openIso() takes Joliet's names, and lists too what only the plain tree has", () => {
  const image = isoSample([
    { name: "A.TXT;1", jolietName: "រូបភាព.txt;1", bytes: A },
    { name: "HIDDEN.BIN;1", jolietName: null, bytes: B },
    { name: null, jolietName: "only here", bytes: Buffer.from("second tree") },
  ]);
  const entries = entriesByPlace(openIso(memoryVolume(image)));
  assert.deepEqual([...entries.keys()], ["រូបភាព.txt", "only here", "HIDDEN.BIN"]);
});

test("openIso() takes Rock Ridge's names, links, kinds and times, over continuations", () => {
  const sp = field("SP", [0xbe, 0xef, 0]);
  const continued = Buffer.alloc(2048);
  field("NM", "\0part").copy(continued);
  const at = 22;
  const ce = Buffer.concat([Buffer.from([0x43, 0x45, 28, 1]), Buffer.alloc(24)]);
  ce.writeUInt32LE(at, 4);
  ce.writeUInt32LE(9, 20);
  const image = isoSample(
    [
      { name: "CE.;1", bytes: continued },
      { name: "A.;1", bytes: A, systemUse: Buffer.concat([field("NM", "\x01long "), ce]) },
      {
        name: "L.;1",
        bytes: Buffer.alloc(0),
        systemUse: Buffer.concat([
          field("NM", "\0link"),
          field("PX", [0xff, 0xa1, 0, 0]),
          field("SL", [0, 4, 0, 0, 3, 0x61, 0x2f, 0x62].slice(0, 3).concat([0, 3, 0x61, 0x62, 0x63])),
          field("TF", [1, 120, 1, 2, 3, 4, 5, 0]),
        ]),
      },
    ],
    sp,
  );
  const entries = entriesByPlace(openIso(memoryVolume(image)));
  assert.deepEqual([...entries.keys()], ["CE", "long part", "link"]);
  const link = entries.get("link");
  assert.equal(link?.kind, "link");
  assert.equal(Buffer.from(link?.target ?? []).toString(), "../abc");
  assert.equal(link?.times.createdMs, Date.UTC(2020, 0, 2, 3, 4, 5));
});

test("openIso() of a folder that contains itself, of sizes beyond the disc, and of no disc", () => {
  const image = isoSample([{ name: "A;1", bytes: A }]);
  const record = 20 * 2048 + 34 + 34;
  image[record + 25] = 2;
  image.writeUInt32LE(20, record + 2);
  const looped = openIso(memoryVolume(image));
  assert.deepEqual([...entriesByPlace(looped).keys()], ["A"]);
  assert.deepEqual(
    looped?.problems.map(({ what }) => what),
    ["directory-loop"],
  );
  image[record + 25] = 0;
  image.writeUInt32LE(0xfffffff0, record + 10);
  const [entry] = entriesByPlace(openIso(memoryVolume(image))).values();
  assert.throws(() => entry?.streams[0]?.read.readSync(new Uint8Array(10), 2 ** 31), ReadError);
  assert.equal(openIso(memoryVolume(Buffer.alloc(100_000))), null);
});

const DEVICES = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices");
const REAL = resolve(DEVICES, "raw/dfvfs-iso9660.raw");
const NO_REAL = existsSync(REAL) ? false : "test data absent: devices/raw/dfvfs-iso9660.raw";

test("openIso() of a real disc is what fiwalk lists", { skip: NO_REAL }, () => {
  const entries = entriesByPlace(openIso(memoryVolume(readFileSync(REAL))));
  const dfxml = readFileSync(resolve(DEVICES, "truth/dfvfs-iso9660.raw.dfxml"), "utf8");
  const wanted = new Map<string, string>();
  for (const object of dfxml.split("<fileobject>").slice(1)) {
    const name = /<filename>([^<]*)</u.exec(object)?.[1] ?? "";
    const digest = /<hashdigest type='md5'>([0-9a-f]+)</u.exec(object)?.[1];
    if (digest !== undefined && !/(?:^|\/)\.{1,2}$|^\$/u.test(name)) wanted.set(name, digest);
  }
  const found = new Map<string, string>();
  for (const [place, { streams }] of entries) {
    for (const stream of streams) found.set(place, createHash("md5").update(bytesOfStream(stream)).digest("hex"));
  }
  assert.equal(wanted.size, 5);
  assert.deepEqual(found, wanted);
});

const MAKER = ["/usr/bin/genisoimage", "/usr/bin/mkisofs"].find((path) => existsSync(path));
const NO_MAKER = MAKER === undefined ? "genisoimage is not installed" : false;

test("openIso() of a disc by genisoimage: deep folders moved away, links, long names", { skip: NO_MAKER }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "phum-iso-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const deep = "tree/1/2/3/4/5/6/7/8/9/10/11";
  mkdirSync(join(folder, deep), { recursive: true });
  writeFileSync(join(folder, deep, "ជ្រៅ.bin"), B);
  writeFileSync(join(folder, "tree", `${"long name ".repeat(15)}.txt`), A);
  symlinkSync("1/../1/2", join(folder, "tree/link"));
  const out = join(folder, "out.iso");
  execFileSync(MAKER ?? "", ["-quiet", "-R", "-o", out, join(folder, "tree")], { stdio: "pipe" });
  const entries = entriesByPlace(openIso(memoryVolume(readFileSync(out))));
  assert.deepEqual(mainBytes(entries.get("1/2/3/4/5/6/7/8/9/10/11/ជ្រៅ.bin")), Uint8Array.from(B));
  assert.deepEqual(mainBytes(entries.get(`${"long name ".repeat(15)}.txt`)), Uint8Array.from(A));
  assert.equal(Buffer.from(entries.get("link")?.target ?? []).toString(), "1/../1/2");
});

test("openFileSystems() gives a disc of several sessions as the newest has it, and behind it what earlier ones had", () => {
  const first = isoSample([
    { name: "A.TXT;1", bytes: A },
    { name: "B.;1", bytes: B },
  ]);
  const gap = 6900 * 2048;
  const second = isoSample(
    [
      { name: "A.TXT;1", bytes: Buffer.from("newer") },
      { name: "C.;1", bytes: B },
    ],
    undefined,
    (first.length + gap) / 2048,
  );
  const image = Buffer.concat([first, Buffer.alloc(gap), second]);
  const [newest, earlier, ...others] = openFileSystems(memoryVolume(image));
  assert.deepEqual(others, []);
  assert.deepEqual([newest?.kind, newest?.link, earlier?.link], ["iso9660", undefined, "iso9660-session1"]);
  const now = entriesByPlace(newest ?? null);
  assert.deepEqual([...now.keys()], ["A.TXT", "C"]);
  assert.deepEqual(Buffer.from(mainBytes(now.get("A.TXT")) ?? []).toString(), "newer");
  const before = entriesByPlace(earlier ?? null);
  assert.deepEqual([...before.keys()], ["A.TXT", "B"]);
  assert.deepEqual(mainBytes(before.get("A.TXT")), Uint8Array.from(A));
  const free = [...(newest?.unallocated() ?? [])].reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  assert.equal(free, image.length - first.length - second.length - gap + gap + 2 * (16 + 2 + 1 + 2) * 2048);
});

test("openFileSystems() takes a disc's image within a disc for a file, and no session of the outer one", () => {
  // Inner numbers count from the inner start: sector 20 of the outer disc is a folder, but not the one they mean.
  const inner = isoSample([{ name: "INNER.TXT;1", bytes: B }]);
  const outer = isoSample([
    { name: "A.TXT;1", bytes: A },
    { name: "INNER.ISO;1", bytes: inner },
  ]);
  const moved = isoSample([{ name: "C.TXT;1", bytes: B }], undefined, 4);
  for (const image of [
    outer,
    isoSample([
      { name: "A.TXT;1", bytes: A },
      { name: "MOVED.ISO;1", bytes: moved },
    ]),
  ]) {
    const systems = openFileSystems(memoryVolume(image));
    assert.deepEqual(
      systems.map(({ kind, link }) => link ?? kind),
      ["iso9660"],
    );
    assert.equal([...entriesByPlace(systems[0] ?? null).keys()][0], "A.TXT");
  }
});
