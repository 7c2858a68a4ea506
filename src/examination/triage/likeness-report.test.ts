import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/values";
import { nearestTwin } from "#examination/likeness";
import type { ComparedFile } from "./compared-file.node.ts";
import { likenessSeen } from "./likeness-report.node.ts";

const hash = (first: number): string => toHex(new Uint8Array(32).fill(first, 0, 16));
const seen = (files: ComparedFile[], more: { filesTotal?: number; innerLeft?: number } = {}) =>
  likenessSeen(
    { files, filesTotal: files.length, innerLeft: 0, ended: "all", ...more },
    { sets: [], place: "stick", index: nearestTwin },
  );
const picture = (place: string, unknown: string, more: Partial<ComparedFile> = {}): ComparedFile => ({
  ...{ key: place, is: "picture", standing: { place }, sizeBytes: 9000, unknown },
  ...more,
});
const inside = { inner: "inside" } as const;

test("likenessSeen() makes no series of a picture and of the thumbnail in it, but of what is like both", () => {
  const own = [picture("a.jpg", hash(1)), picture("a.jpg/exif/thumbnail.jpg", hash(1), inside)];
  assert.equal(seen(own, { filesTotal: 1 }).record.series, 0);
  const { series, seriesFiles, compared } = seen([...own, picture("z.zip/a.jpg", hash(1), inside)]).record;
  assert.deepEqual([series, seriesFiles, compared], [1, 2, 3]);
  const other = [picture("a.jpg", hash(1)), picture("a.jpg/exif/1.jpg", hash(255), inside), picture("b", hash(255))];
  assert.deepEqual(seen(other).record.seriesFirst, [{ place: "a.jpg/exif/1.jpg", files: 2 }]);
});

test("likenessSeen() counts files in files that were left, and says that the time was up", () => {
  const { record, notices } = seen([picture("a.zip/b.jpg", hash(1), inside)], { filesTotal: 3, innerLeft: 5 });
  assert.deepEqual([record.filesTotal, record.filesOpened, record.ended], [9, 1, "time"]);
  assert.equal(notices.find(({ code }) => code === "likeness-rest")?.values["files"], 8);
});

test("likenessSeen() gives a picture and the thumbnail in it one lead where both are like one entry", () => {
  const lead = (entry: number): NonNullable<ComparedFile["leads"]>[number] => ({
    ...{
      set: "list",
      release: "1",
      entry,
      part: "whole",
      transform: "none",
      quality: 90,
      distanceBits: 4,
      confirmedBy: 0,
    },
    asked: hash(1),
  });
  const like = (place: string, entry: number, more: Partial<ComparedFile> = {}): ComparedFile => ({
    ...{ key: place, is: "picture", standing: { place }, sizeBytes: 9000, leads: [lead(entry)] },
    ...more,
  });
  const own = [like("a.jpg", 1), like("a.jpg/exif/thumbnail.jpg", 1, inside), like("a.jpg/exif/other.jpg", 2, inside)];
  const places = seen([...own, like("z.zip/b.jpg", 1, inside)]).leads.map(({ finding }) => finding.place);
  assert.deepEqual(places, ["a.jpg", "a.jpg/exif/other.jpg", "z.zip/b.jpg"]);
});
