import assert from "node:assert/strict";
import { test } from "node:test";
import { inLikenessOrder, type MediaFile } from "./media-files.ts";

const DAY_MS = 86_400_000;
const file = (key: string, of: Partial<MediaFile>): MediaFile => ({
  ...{ key, sizeBytes: 1000, modifiedMs: 1000 * DAY_MS, folder: 0, named: true },
  ...of,
});

test("inLikenessOrder() takes the newest and largest folders first, pictures by name before all others", () => {
  const files = [
    file("0", { folder: 1, sizeBytes: 9000, named: false }),
    file("1", { folder: 1, sizeBytes: 100 }),
    file("2", { folder: 2, sizeBytes: 900, modifiedMs: 999 * DAY_MS }),
    file("3", { folder: 2, sizeBytes: 900 }),
    file("4", { folder: 3, sizeBytes: 2000, modifiedMs: (1000 - 365) * DAY_MS }),
    file("5", { folder: 4, sizeBytes: 5000, modifiedMs: (1000 - 182) * DAY_MS }),
  ];
  const keys = (of: MediaFile[]): string => of.map(({ key }) => key).join("");
  assert.equal(keys(inLikenessOrder(files)), "532410");
  assert.equal(keys(inLikenessOrder([...files].reverse())), "532410");
});

test("inLikenessOrder() of files without times keeps folders by their bytes", () => {
  const files = [file("a", { folder: 1, modifiedMs: 0, sizeBytes: 1 }), file("b", { folder: 2, modifiedMs: 0 })];
  assert.deepEqual(
    inLikenessOrder(files).map(({ key }) => key),
    ["b", "a"],
  );
});
