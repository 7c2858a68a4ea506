import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "#base/values";
import { fileTable } from "./file-table.ts";

test("fileTable() keeps paths of any bytes and sizes, however many", () => {
  const table = fileTable();
  const path = (i: number): Uint8Array => Uint8Array.from({ length: 1 + (i % 300) }, (_, j) => (i + j) & 255);
  for (let i = 0; i < 3000; i++) table.add(path(i), i * 7);
  assert.equal(table.count, 3000);
  for (const i of [0, 1, 299, 300, 1234, 2999]) {
    assert.equal(toHex(table.path(i)), toHex(path(i)));
    assert.equal(table.sizeBytes(i), i * 7);
    assert.equal(table.startBytes(i), i === 0 ? 0 : (7 * i * (i - 1)) / 2);
  }
  assert.equal(table.totalBytes, (7 * 3000 * 2999) / 2);
});
