import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { utf8 } from "#base/values";
import { CHAIN_START, chainHash } from "./hash-chain.node.ts";

test("chainHash() is SHA-256 over label, previous head and entry", () => {
  const want = createHash("sha256").update("phum-chain/1\n").update(Buffer.alloc(32)).update('{"a":1}').digest("hex");
  assert.equal(chainHash(CHAIN_START, utf8('{"a":1}')), want);
});

test("chainHash() changes with every earlier entry and their order", () => {
  const after = (...entries: string[]): string =>
    entries.reduce((head, entry) => chainHash(head, utf8(entry)), CHAIN_START);
  const heads = [after("a", "b"), after("b", "a"), after("ab"), after("a"), after("a", "b", "")];
  assert.equal(new Set(heads).size, heads.length);
});

test("chainHash() refuses a head that is none", () => {
  for (const head of ["", "0", "0".repeat(63), "G".repeat(64), "A".repeat(64)]) {
    assert.throws(() => chainHash(head, utf8("x")), RangeError);
  }
});
