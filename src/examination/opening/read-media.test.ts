import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "#base/values";
import { isRefusal } from "#examination/images";
import { writeEwf } from "#examination/images/node";
import { openImageFile } from "./open-image-file.node.ts";
import { readMedia } from "./read-media.node.ts";
import { digestSource } from "./read-through.node.ts";

const root = mkdtempSync(join(tmpdir(), "phum-read-media-"));
after(() => rmSync(root, { recursive: true, force: true }));
const random = seededRandom("read media");
const media = Uint8Array.from({ length: 9_000_448 }, () => random.below(7));
const source = {
  sizeBytes: media.length,
  readSync: (view: Uint8Array, at: number) => {
    const part = media.subarray(at, at + view.length);
    view.set(part);
    return part.length;
  },
};

for (const without of [[], ["x.E03", "x.E05"], ["x.E02"]]) {
  test(`readMedia() by threads gives what one thread reads, without ${without.join(" and ") || "nothing"}`, async () => {
    const folder = mkdtempSync(join(root, "set-"));
    const wishes = { stem: "x", media: source, segmentBytes: 900_000, chunkSectors: 64, level: 1, badSectors: [] };
    writeEwf(wishes, (name, bytes) => without.includes(name) || writeFileSync(join(folder, name), bytes));
    const path = join(folder, "x.E01");
    const file = await openImageFile(path);
    assert.ok(file !== null && !isRefusal(file));
    const pieces = Buffer.alloc(media.length);
    const signal = new AbortController().signal;
    const reading = { path, sizeBytes: media.length, signal };
    const read = await readMedia({ ...reading, onPiece: (piece, at) => pieces.set(piece, at) });
    const alone = Buffer.alloc(media.length);
    const { image } = file;
    const how = {
      holes: image.unread,
      ofMedia: true as const,
      onPiece: (piece: Uint8Array, at: number) => alone.set(piece, at),
    };
    const { unread } = digestSource(image.media, [], how);
    file.close();
    assert.deepEqual(read.unread, unread);
    assert.equal(unread.length > 0, without.length > 0);
    assert.ok(pieces.equals(alone));
    if (without.length === 0) assert.ok(pieces.equals(media));
  });
}

test("readMedia() rejects where its threads cannot open the image", async () => {
  const signal = new AbortController().signal;
  const reading = { path: join(root, "gone.E01"), sizeBytes: 5_000_000, signal, onPiece: () => {} };
  await assert.rejects(readMedia(reading));
});

test("readMedia() of an aborted reading says that the rest was not read", async () => {
  const path = join(root, "a.E01");
  writeEwf(
    { stem: "a", media: source, segmentBytes: 50_000_000, chunkSectors: 64, level: 1, badSectors: [] },
    (_, bytes) => writeFileSync(path, bytes),
  );
  const abort = new AbortController();
  const onPiece = (): void => abort.abort();
  const { unread } = await readMedia({ path, sizeBytes: media.length, signal: abort.signal, onPiece });
  assert.deepEqual(unread, [{ startByte: 2_097_152, lengthBytes: media.length - 2_097_152 }]);
});
