// The fears: free space full of archives that unpack to far more takes all the time there is; the same archive is looked into again and
// again; what an archive holds is told a second time because it also lies there unpacked.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { utf8 } from "#base/values";
import { HIDING_WAYS } from "#examination/containers/node";
import { memorySource } from "#examination/sources";
import { type CarvedHolder, carvedInsides } from "./carved-insides.node.ts";
import type { ChildMessage } from "./limited-child.node.ts";

const MIB = 2 ** 20;
const FIRST = { bytes: 64 * MIB, entries: 1000, ms: 60_000 };

function listening(first = FIRST) {
  const said: ChildMessage[] = [];
  let toldBytes = 0;
  const voice = {
    json: (message: object) => void said.push(message as ChildMessage),
    ...{ line: () => undefined, beat: () => undefined, flush: () => undefined, nextOrder: () => undefined },
    saidMs: 0,
    bytes: (piece: Uint8Array) => {
      toldBytes += piece.length;
    },
  };
  const insides = carvedInsides(voice, true, first);
  const count = (kind: string): number => said.filter((message) => message.kind === kind).length;
  return { insides, count, said, toldBytes: () => toldBytes };
}

function holder(bytes: Uint8Array, startByte = 0): CarvedHolder {
  const read = memorySource(bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    chain: [utf8("a.dd"), utf8(`unallocated@${startByte}`)],
    read,
    sha256,
    startByte,
    endByte: startByte + bytes.length,
  };
}

function bomb(number: number): Uint8Array {
  const zeros = new Uint8Array(MIB);
  zeros[0] = number & 255;
  zeros[1] = number >> 8;
  return gzipSync(zeros);
}

test("enter() of a thousand small bombs ends with the budget of all, says so, and goes on when more was searched", () => {
  const { insides, count, said, toldBytes } = listening();
  for (let number = 0; number < 1000; number++) insides.enter(holder(bomb(number), number * 2000));
  assert.ok(count("inner") <= 66);
  assert.ok(toldBytes() <= 66 * MIB);
  assert.ok(count("inner-problem") >= 930);
  assert.match(String(said.find(({ kind }) => kind === "inner-problem")?.["what"]), /^too-l/);
  const before = count("inner");
  insides.searched(8 * MIB, 0);
  insides.enter(holder(bomb(2000)));
  assert.equal(count("inner"), before + 1);
});

test("enter() looks into the same content once, and knows what it told", () => {
  const { insides, count } = listening();
  const inner = utf8("what stands in it");
  const stored = holder(HIDING_WAYS["zip, stored"]?.(inner) ?? new Uint8Array(0), 4096);
  insides.enter(stored);
  insides.enter({ ...stored, startByte: 9000, endByte: 9999 });
  assert.equal(count("inner"), 1);
  const sha256 = createHash("sha256").update(inner).digest("hex");
  assert.ok(insides.knows(4100, sha256));
  assert.ok(!insides.knows(1, sha256));
  insides.nextArea();
  assert.ok(!insides.knows(4100, sha256));
});
