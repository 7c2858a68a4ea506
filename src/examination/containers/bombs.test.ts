import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { sparseTarOf, tarHead, tarOf, zipOf } from "./archive-samples.node.ts";
import { look, noise } from "./inside-lab.node.ts";

const A = noise(5000, 1);

test("lookInside() of sixteen archives within each of sixteen looks into each content once", () => {
  let layer: Buffer = zipOf([{ name: "zeros", bytes: Buffer.alloc(2 ** 24) }]);
  for (let i = 0; i < 5; i++)
    layer = zipOf(Array.from({ length: 16 }, (_, k) => ({ name: `${i}-${k}.zip`, bytes: layer })));
  const looked = look(layer);
  assert.equal(looked.files.size, 5 * 16 + 1);
  assert.deepEqual(looked.problems, []);
});

test("lookInside() of archives in archives ends at a depth, and says where", () => {
  let deep: Buffer = zipOf([{ name: "bottom", bytes: A }]);
  for (let i = 0; i < 20; i++)
    deep = zipOf([{ name: `${i}.zip`, bytes: Buffer.concat([deep, Buffer.of(i)]), stored: true }]);
  const { problems } = look(deep, { depth: 5 });
  assert.deepEqual(problems, ["too-deep f/19.zip/18.zip/17.zip/16.zip/15.zip"]);
});

test("lookInside() ends at a ratio, at a number of bytes, of entries and at a time", () => {
  const zeros = gzipSync(Buffer.alloc(3_000_000));
  assert.deepEqual(look(zeros, { ratioFromBytes: 1_000_000, ratio: 100 }).problems, ["bomb f"]);
  assert.deepEqual(look(zeros, { bytes: 1_000_000 }).problems, ["too-large f"]);
  assert.deepEqual(look(zeros, { ms: -1 }).problems, ["too-long f"]);
  assert.deepEqual(
    look(
      tarOf([
        { name: "a", bytes: A },
        { name: "b", bytes: A },
      ]),
      { entries: 1 },
    ).problems,
    ["too-many f"],
  );
});

test("lookInside() of 1,000,000 entries ends at its limit", () => {
  const head = tarHead("entry", 0);
  const all = Buffer.alloc(512 * 1_000_000);
  for (let at = 0; at < all.length; at += 512) all.set(head, at);
  const { problems } = look(gzipSync(all, { level: 1 }), { ratio: 1000 });
  assert.deepEqual(problems, ["too-many f"]);
});

test("lookInside() passes over 100 GB of holes, and reads what stands behind them", () => {
  const bomb = sparseTarOf("holes", 1e11, A);
  const looked = look(Buffer.concat([bomb.subarray(0, bomb.length - 1024), tarOf([{ name: "a", bytes: A }])]));
  assert.deepEqual(looked.problems, ["bomb f/holes"]);
  assert.ok(looked.files.get("f/a")?.bytes.equals(A));
});

test("lookInside() of entries that all lie over the same bytes ends at the ratio", () => {
  const one = zipOf([{ name: "x", bytes: Buffer.alloc(10_000_000) }]);
  const end = one.length - 22;
  const central = one.subarray(end - 47, end);
  const many = Buffer.concat([
    one.subarray(0, end - 47),
    ...Array.from({ length: 2000 }, () => central),
    one.subarray(end),
  ]);
  many.writeUInt32LE(2000 * 47, many.length - 10);
  const { files, problems } = look(many);
  assert.deepEqual([...new Set(problems)], ["bomb f/x"]);
  assert.ok(files.size > 0 && problems.length > 1800);
});
