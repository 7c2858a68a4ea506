// The fears: an encrypted Mac shown as an empty one; two states of one file under one place.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { apfsSample } from "#examination/filesystems/node";
import { isRefusal } from "#examination/images";
import { chainText, entryChain } from "./entry-place.ts";
import type { Medium } from "./medium.ts";
import { openMedium } from "./open-medium.node.ts";
import { walkMedium } from "./walk-medium.ts";

const root = mkdtempSync(join(tmpdir(), "phum-copies-"));
after(() => rmSync(root, { recursive: true, force: true }));

async function opened(name: string, volume: Buffer): Promise<Medium> {
  const path = join(root, name);
  const disk = Buffer.concat([Buffer.alloc(64 * 512), volume]);
  disk.set([0xaf, 0, 0, 0, 64, 0, 0, 0], 446 + 4);
  disk.writeUInt32LE(volume.length / 512, 446 + 12);
  disk.writeUInt16LE(0xaa55, 510);
  writeFileSync(path, disk);
  const medium = await openMedium(path);
  assert.ok(!isRefusal(medium));
  return medium;
}

const now = [{ id: 20, parent: 2, name: "a", bytes: Buffer.from("now") }];
const before = [{ id: 21, parent: 2, name: "a", bytes: Buffer.from("before") }];

test("openMedium() gives a snapshot's files places of their own", async () => {
  const medium = await opened("mac", apfsSample({ items: now, snapshot: { name: "before", items: before } }));
  const places = [...walkMedium(medium, { deleted: false })].map((found) => {
    const [stream] = found.entry.streams;
    const view = new Uint8Array(10);
    const length = stream?.read.readSync(view, 0) ?? 0;
    return [chainText(entryChain(found, found.entry, null)).place, Buffer.from(view.subarray(0, length)).toString()];
  });
  assert.deepEqual(places, [
    ["mac/p1/apfs/a", "now"],
    ["mac/p1/apfs-snapshot1/a", "before"],
  ]);
  assert.equal(medium.volumes.find(({ number }) => number === 1)?.encrypted, null);
  medium.close();
});

test("openMedium() names the encryption of an APFS volume", async () => {
  const medium = await opened("vault", apfsSample({ items: now, encrypted: true }));
  assert.equal(medium.volumes.find(({ number }) => number === 1)?.encrypted, "FileVault");
  assert.deepEqual([...walkMedium(medium, { deleted: true })], []);
  medium.close();
});
