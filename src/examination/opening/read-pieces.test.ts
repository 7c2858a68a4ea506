import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "#base/values";
import { isRefusal } from "#examination/images";
import { writeEwf } from "#examination/images/node";
import { evidenceMedium } from "./evidence-medium.node.ts";
import { openImageFile } from "./open-image-file.node.ts";
import { readPieces } from "./read-pieces.node.ts";
import { digestSource } from "./read-through.node.ts";

const root = mkdtempSync(join(tmpdir(), "phum-read-pieces-"));
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

async function pieces(path: string, signal: AbortSignal, take: (bytes: Uint8Array) => void) {
  const medium = await evidenceMedium(path);
  const reading = { medium, sizeBytes: media.length, packed: true, skipHoles: false, signal, progress: () => {} };
  const onBytes = (bytes: Uint8Array): undefined => void take(bytes);
  const outcome = await readPieces({ ...reading, onBytes });
  medium.close();
  return outcome;
}

for (const without of [[], ["x.E03", "x.E05"], ["x.E02"]]) {
  test(`readPieces() in a limited child gives what this process reads, without ${without.join(" and ") || "nothing"}`, async () => {
    const folder = mkdtempSync(join(root, "set-"));
    const wishes = { stem: "x", media: source, segmentBytes: 900_000, chunkSectors: 64, level: 1, badSectors: [] };
    writeEwf(wishes, (name, bytes) => without.includes(name) || writeFileSync(join(folder, name), bytes));
    const path = join(folder, "x.E01");
    const read: Uint8Array[] = [];
    const { unread, broken } = await pieces(path, new AbortController().signal, (bytes) => read.push(bytes.slice()));
    const file = await openImageFile(path);
    assert.ok(file !== null && !isRefusal(file));
    const { image } = file;
    const alone = Buffer.alloc(media.length);
    const own = digestSource(image.media, [], { holes: image.unread, onPiece: (piece, at) => alone.set(piece, at) });
    file.close();
    assert.deepEqual(unread, own.unread);
    assert.deepEqual(broken, []);
    assert.equal(unread.length > 0, without.length > 0);
    assert.ok(Buffer.concat(read).equals(alone));
  });
}

test("readPieces() of an aborted reading says that the rest was not read", async () => {
  const path = join(root, "a.E01");
  const wishes = { stem: "a", media: source, segmentBytes: 50_000_000, chunkSectors: 64, level: 1, badSectors: [] };
  writeEwf(wishes, (_, bytes) => writeFileSync(path, bytes));
  const abort = new AbortController();
  const { unread } = await pieces(path, abort.signal, () => abort.abort());
  const last = unread.at(-1);
  assert.equal((last?.startByte ?? 0) + (last?.lengthBytes ?? 0), media.length);
});
