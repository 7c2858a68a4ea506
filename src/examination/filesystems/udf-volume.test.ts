// The fears: files of a disc not seen, a disc written piece by piece that seems empty, a loop that never ends.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openFileSystems } from "./open-file-systems.ts";
import { entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";
import { addUdfSession, UDF_BLOCK, UDF_START, udfSample } from "./udf-sample.ts";
import { openUdf } from "./udf-volume.ts";

const A = Buffer.alloc(5000, "a");
const B = Buffer.from("in its entry");
const FILES = [
  { name: "រូបភាព.jpg", bytes: A },
  { name: "small", bytes: B, inline: true },
  { name: "gone", bytes: B, gone: true },
];

for (const virtual of [false, true]) {
  test(`openUdf() reads files of a ${virtual ? "disc whose blocks are found by a table" : "plain disc"}`, () => {
    const fileSystem = openUdf(memoryVolume(udfSample(FILES, virtual)));
    assert.deepEqual([fileSystem?.kind, fileSystem?.label, fileSystem?.blockBytes], ["udf", "Disc", UDF_BLOCK]);
    const entries = entriesByPlace(fileSystem);
    assert.deepEqual(
      [...entries].map(([place, { state, certainty }]) => `${state} ${certainty} ${place}`),
      ["allocated proven រូបភាព.jpg", "allocated proven small", "deleted name-only gone"],
    );
    assert.deepEqual(mainBytes(entries.get("small")), Uint8Array.from(B));
    assert.equal(entries.get("small")?.times.modifiedMs, Date.UTC(2024, 5, 15, 12, 30));
    if (!virtual) assert.deepEqual(mainBytes(entries.get("រូបភាព.jpg")), Uint8Array.from(A));
    assert.deepEqual(fileSystem?.problems, []);
  });
}

test("openFileSystems() gives a disc written piece by piece as it is now, and behind it what it had before", () => {
  const image = udfSample(FILES, true);
  addUdfSession(image, Buffer.from("written anew"));
  const [now, before, ...others] = openFileSystems(memoryVolume(image));
  assert.deepEqual([now?.kind, now?.link, before?.link, others], ["udf", undefined, "udf-session1", []]);
  assert.equal(Buffer.from(mainBytes(entriesByPlace(now ?? null).get("រូបភាព.jpg")) ?? []).toString(), "written anew");
  const former = entriesByPlace(before ?? null);
  assert.deepEqual([...former.keys()], ["រូបភាព.jpg"]);
  assert.equal(former.get("រូបភាព.jpg")?.streams[0]?.sizeBytes, A.length);
});

test("unallocated() of a UDF disc leaves out entries, folders and files", () => {
  const ranges = [...(openUdf(memoryVolume(udfSample([{ name: "a", bytes: A }])))?.unallocated() ?? [])];
  const start = UDF_START * UDF_BLOCK;
  assert.deepEqual(ranges, [
    { startByte: 0, lengthBytes: start + UDF_BLOCK },
    { startByte: start + 7 * UDF_BLOCK, lengthBytes: 57 * UDF_BLOCK },
  ]);
});

test("openUdf() of a folder that contains itself, a damaged entry, an unknown partition, and of no disc", () => {
  const looped = udfSample([{ name: "self", bytes: A }]);
  looped.copy(looped, (UDF_START + 3) * UDF_BLOCK, (UDF_START + 1) * UDF_BLOCK, (UDF_START + 2) * UDF_BLOCK);
  const fileSystem = openUdf(memoryVolume(looped));
  assert.ok(entriesByPlace(fileSystem).size < 5);
  const damaged = udfSample([{ name: "a", bytes: A }]);
  damaged.fill(0, (UDF_START + 3) * UDF_BLOCK, (UDF_START + 4) * UDF_BLOCK);
  const left = openUdf(memoryVolume(damaged));
  assert.deepEqual(
    [...entriesByPlace(left).values()].map(({ certainty }) => certainty),
    ["name-only"],
  );
  assert.deepEqual(
    left?.problems.map(({ what }) => what),
    ["inode-damaged"],
  );
  const unknown = udfSample(FILES, true);
  unknown.write("*UDF Other Partition!!", 33 * UDF_BLOCK + 451, "latin1");
  assert.ok(openUdf(memoryVolume(unknown))?.problems.some(({ what }) => what === "partition-unknown"));
  assert.equal(openUdf(memoryVolume(Buffer.alloc(1_000_000))), null);
});

const MAKER = ["/usr/bin/genisoimage", "/usr/bin/mkisofs"].find((path) => existsSync(path));
const NO_MAKER = MAKER === undefined ? "genisoimage is not installed" : false;

test("openUdf() of a disc by genisoimage gives every file its bytes", { skip: NO_MAKER }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "phum-udf-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const deep = "tree/1/2/3/4/5/6/7/8/9";
  mkdirSync(join(folder, deep), { recursive: true });
  writeFileSync(join(folder, deep, "ជ្រៅ.bin"), A);
  for (let i = 0; i < 100; i++) writeFileSync(join(folder, "tree", `file number ${i}`), String(i));
  const out = join(folder, "out.iso");
  execFileSync(MAKER ?? "", ["-quiet", "-udf", "-R", "-J", "-o", out, join(folder, "tree")], { stdio: "pipe" });
  const entries = entriesByPlace(openUdf(memoryVolume(readFileSync(out))));
  assert.deepEqual(mainBytes(entries.get("1/2/3/4/5/6/7/8/9/ជ្រៅ.bin")), Uint8Array.from(A));
  for (let i = 0; i < 100; i++) {
    assert.deepEqual(mainBytes(entries.get(`file number ${i}`)), Uint8Array.from(Buffer.from(String(i))));
  }
});
