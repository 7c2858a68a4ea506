import assert from "node:assert/strict";
import { test } from "node:test";
import { type Claim, standingBook } from "./standing-book.ts";

test("standingBook() gives each byte its strongest claim, and of equal ones the first", () => {
  const book = standingBook([0, 512, 1024, 4096, 9000]);
  const rows: [Claim, number, number, string][] = [
    ["volume", 0, 5000, "v"],
    ["deleted", 512, 512, "gone"],
    ["guess", 0, 5000, "maybe"],
    ["allocated", 1024, 1, "a"],
    ["allocated", 1024, 4000, "b"],
    ["unallocated", 0, 9000, "free"],
  ];
  for (const [claim, startByte, lengthBytes, place] of rows) {
    book.claim(claim, { startByte, lengthBytes }, () => ({ place }));
  }
  const { standings, of } = book.result();
  assert.deepEqual(
    of.map((index) => standings[index]?.place),
    ["maybe", "gone", "a", "b", undefined],
  );
  assert.deepEqual(standings.length, 4);
});

test("standingBook() writes one standing for all ranges of one entry, and none that is superseded", () => {
  const offsets = Array.from({ length: 1000 }, (_, i) => i * 4096);
  const book = standingBook(offsets);
  let written = 0;
  const file = (): { place: string } => ({ place: `file ${++written}` });
  for (const at of offsets) book.claim("guess", { startByte: at, lengthBytes: 4096 }, file);
  assert.equal(written, 1);
  book.claim("allocated", { startByte: 0, lengthBytes: 4096 * 1000 }, () => ({ place: "whole" }));
  assert.deepEqual(book.result().standings, [{ place: "whole" }]);
});
