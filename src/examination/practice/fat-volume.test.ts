import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type FatShape, fatLayout } from "./fat-layout.ts";
import { addFile, beginFat, clusterBytes, finishFat, removeFile } from "./fat-volume.ts";
import { noiseFile } from "./plain-file.ts";

const SHAPE: FatShape = { firstSector: 63, sectors: 20000, sectorsPerCluster: 4, reservedSectors: 2 };

/** Reads a FAT16 volume by its boot sector alone: every file that is not deleted, by path. */
function readBack(image: Uint8Array, firstSector: number): Map<string, Buffer> {
  const volume = Buffer.from(image.subarray(firstSector * 512));
  const [perCluster, reserved, entries] = [volume[13] ?? 0, volume.readUInt16LE(14), volume.readUInt16LE(17)];
  const tableSectors = volume.readUInt16LE(22);
  const rootAt = (reserved + 2 * tableSectors) * 512;
  const clusterAt = (cluster: number) => rootAt + entries * 32 + (cluster - 2) * perCluster * 512;
  const content = (first: number): Buffer => {
    const parts: Buffer[] = [];
    for (let own = first; own >= 2 && own < 0xfff8; own = volume.readUInt16LE(reserved * 512 + 2 * own)) {
      parts.push(volume.subarray(clusterAt(own), clusterAt(own) + perCluster * 512));
    }
    return Buffer.concat(parts);
  };
  const found = new Map<string, Buffer>();
  const walk = (folder: Buffer, parent: string): void => {
    for (let at = 0; at < folder.length && folder[at] !== 0; at += 32) {
      if (folder[at] === 0xe5 || folder[at] === 0x2e || ((folder[at + 11] ?? 0) & 8) !== 0) continue;
      const base = folder.toString("latin1", at, at + 8).trim();
      const ending = folder.toString("latin1", at + 8, at + 11).trim();
      const name = parent + base + (ending === "" ? "" : `.${ending}`);
      const whole = content(folder.readUInt16LE(at + 26));
      if (((folder[at + 11] ?? 0) & 0x10) !== 0) walk(whole, `${name}/`);
      else found.set(name, whole.subarray(0, folder.readUInt32LE(at + 28)));
    }
  };
  walk(volume.subarray(rootAt, rootAt + entries * 32), "");
  return found;
}

function filled() {
  const image = new Uint8Array((63 + 20000) * 512);
  const volume = beginFat(image, SHAPE);
  const files = {
    "A.BIN": noiseFile("a", 5000),
    "DIR/B.BIN": noiseFile("b", 2048),
    "DIR/C.BIN": noiseFile("c", 40000),
  };
  const added = Object.entries(files).map(([path, content]) =>
    addFile(volume, { path, content, pieces: path === "DIR/C.BIN" ? 3 : 1 }),
  );
  const gone = addFile(volume, { path: "DIR/GONE.BIN", content: noiseFile("gone", 9000) });
  removeFile(volume, "DIR/GONE.BIN");
  finishFat(volume);
  return { image, volume, files, added, gone };
}

test("finishFat() makes a volume in which a reader finds every file and none that was deleted", () => {
  const { image, files } = filled();
  const found = readBack(image, 63);
  assert.deepEqual([...found.keys()].sort(), Object.keys(files).sort());
  for (const [path, content] of Object.entries(files)) assert.ok(found.get(path)?.equals(content), path);
});

test("addFile() says where every byte lies, in pieces too; a deleted file's bytes stay", () => {
  const { image, added, gone, volume } = filled();
  const contents = [noiseFile("a", 5000), noiseFile("b", 2048), noiseFile("c", 40000), noiseFile("gone", 9000)];
  assert.equal(clusterBytes(volume), 2048);
  assert.equal(added[2]?.extents.length, 3);
  for (const [i, { extents }] of [...added, gone].entries()) {
    const content = contents[i] ?? new Uint8Array(0);
    let covered = 0;
    for (const { offsetBytes, lengthBytes, fileOffsetBytes } of extents) {
      const want = content.subarray(fileOffsetBytes, fileOffsetBytes + lengthBytes);
      assert.deepEqual(image.subarray(offsetBytes, offsetBytes + lengthBytes), want);
      covered += lengthBytes;
    }
    assert.equal(covered, content.length);
  }
});

test("addFile() at a cluster takes what a deleted file left, and refuses what is taken", () => {
  const { volume, added, gone, image } = filled();
  const content = noiseFile("over", 3000);
  addFile(volume, { path: "DIR/OVER.BIN", content, cluster: gone.cluster });
  finishFat(volume);
  assert.ok(readBack(image, 63).get("DIR/OVER.BIN")?.equals(content));
  const cluster = added[0]?.cluster ?? 0;
  assert.throws(() => addFile(volume, { path: "X.BIN", content, cluster }), /clusters must be free/);
  assert.throws(() => addFile(volume, { path: "X.BIN", content, cluster: 60000 }), /clusters must be free/);
});

test("addFile(), removeFile() and fatLayout() refuse what FAT16 cannot hold", () => {
  const { volume } = filled();
  assert.throws(() => addFile(volume, { path: "lower.bin", content: new Uint8Array(1) }), /8\.3/);
  assert.throws(() => removeFile(volume, "DIR/GONE.BIN"), /must be there/);
  assert.throws(() => fatLayout({ ...SHAPE, sectors: 4000 }), /4,085 to 65,524/);
  assert.throws(() => fatLayout({ ...SHAPE, sectors: 400_000 }), RangeError);
  for (let i = 0; i < 61; i++) addFile(volume, { path: `DIR/F${i}.BIN`, content: new Uint8Array(1) });
  assert.throws(() => finishFat(volume), /room for 64/);
});

const checker = "fsck.fat";
const fsck = spawnSync(checker, ["--help"]).error === undefined ? false : "no fsck.fat on this machine";
test("finishFat() makes a volume fsck.fat has nothing to say about", { skip: fsck }, () => {
  const folder = mkdtempSync(join(tmpdir(), "phum-fat-"));
  try {
    const path = join(folder, "volume.dd");
    writeFileSync(path, filled().image.subarray(63 * 512));
    const { status, stdout } = spawnSync(checker, ["-n", path], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assert.equal(stdout.trim().split("\n").length, 2, stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
