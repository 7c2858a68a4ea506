import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { isRefusal } from "#examination/images";
import { chainText, treeChain } from "./entry-place.ts";
import type { Medium } from "./medium.ts";
import { openMedium } from "./open-medium.node.ts";
import { mediumByte, walkMedium } from "./walk-medium.ts";

const root = mkdtempSync(join(tmpdir(), "phum-medium-"));
after(() => rmSync(root, { recursive: true, force: true }));

/** A FAT12 volume of 64 KiB with one file of one cluster at cluster 2. */
function fat12(name: string, content: string): Buffer {
  const volume = Buffer.alloc(65_536);
  volume.set([0xeb, 0x3c, 0x90], 0);
  volume.write("MSDOS5.0", 3);
  volume.writeUInt16LE(512, 11);
  volume.set([1, 1, 0, 1], 13); // sectors a cluster, reserved sectors, one table
  volume.writeUInt16LE(16, 17);
  volume.writeUInt16LE(128, 19);
  volume[21] = 0xf8;
  volume.writeUInt16LE(1, 22);
  volume.writeUInt16LE(0xaa55, 510);
  volume.set([0xf8, 0xff, 0xff, 0xff, 0x0f], 512);
  volume.write(name.padEnd(11), 1024);
  volume[1024 + 11] = 0x20;
  volume.writeUInt16LE(2, 1024 + 26);
  volume.writeUInt32LE(content.length, 1024 + 28);
  volume.write(content, 1536);
  return volume;
}

/** A disk with two partitions that begin at sectors 64 and 256. */
function disk(): Buffer {
  const image = Buffer.alloc(262_144);
  fat12("A       TXT", "first").copy(image, 64 * 512);
  fat12("B       TXT", "second").copy(image, 256 * 512);
  for (const [slot, first] of [
    [0, 64],
    [1, 256],
  ] as const) {
    image[446 + slot * 16 + 4] = 1;
    image.writeUInt32LE(first, 446 + slot * 16 + 8);
    image.writeUInt32LE(128, 446 + slot * 16 + 12);
  }
  image.writeUInt16LE(0xaa55, 510);
  return image;
}

async function open(name: string, bytes: Buffer): Promise<Medium> {
  writeFileSync(join(root, name), bytes);
  const medium = await openMedium(join(root, name));
  assert.ok(!isRefusal(medium));
  return medium;
}

test("openMedium() gives every volume's files under the chain of their parents, with their bytes' place in the medium", async () => {
  const medium = await open("disk.dd", disk());
  assert.deepEqual([medium.scheme, medium.problems], ["mbr", []]);
  const found = [...walkMedium(medium, { deleted: false })];
  const places = found.map((entry) => chainText([...treeChain(entry), ...entry.entry.path]).place);
  assert.deepEqual(places, ["disk.dd/p1/fat12/A.TXT", "disk.dd/p2/fat12/B.TXT"]);
  const bytes = found.map(({ volume, entry }) => {
    const at = mediumByte(volume.extents, entry.streams[0]?.extents[0]?.startByte ?? -1);
    const view = new Uint8Array(entry.streams[0]?.sizeBytes ?? 0);
    medium.image.media.readSync(view, at ?? 0);
    return Buffer.from(view).toString();
  });
  assert.deepEqual(bytes, ["first", "second"]);
  medium.close();
});

test("openMedium() of a volume without a table has no link for it", async () => {
  const medium = await open("stick.dd", fat12("C       TXT", "third"));
  const [only] = [...walkMedium(medium, { deleted: false })];
  assert.equal(medium.scheme, "none");
  assert.ok(only !== undefined);
  assert.equal(chainText([...treeChain(only), ...only.entry.path]).place, "stick.dd/fat12/C.TXT");
  medium.close();
});

test("mediumByte() follows a volume that stands in pieces", () => {
  const extents = [
    { startByte: 1000, lengthBytes: 10 },
    { startByte: 50, lengthBytes: 5 },
  ];
  assert.deepEqual(
    [0, 9, 10, 14, 15].map((at) => mediumByte(extents, at)),
    [1000, 1009, 50, 54, null],
  );
});
