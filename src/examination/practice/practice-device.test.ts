import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { practiceDevice, type Standing } from "./practice-device.ts";
import { knownFiles } from "./practice-files.ts";

const known = [...knownFiles("test")];
const device = practiceDevice("test", known);

test("practiceDevice() of a seed is one image, on every machine; other seeds give other files", () => {
  const digest = createHash("sha256").update(device.image).digest("hex");
  assert.equal(digest, "0d02cde5972c372283151562e0ae21a48f3ec7f2392f628e63235bf15e0d1174");
  const [first] = knownFiles("other");
  assert.notDeepEqual(first, known[0]);
});

test("practiceDevice() says truly where each byte of a known file lies", () => {
  for (const [i, { known: name, extents }] of device.planted.entries()) {
    assert.equal(name, known[i]?.name);
    for (const { offsetBytes, lengthBytes, fileOffsetBytes } of extents) {
      const want = known[i]?.content.subarray(fileOffsetBytes, fileOffsetBytes + lengthBytes);
      assert.equal(want?.length, lengthBytes);
      assert.ok(Buffer.from(device.image.buffer, offsetBytes, lengthBytes).equals(want), name);
    }
  }
});

test("practiceDevice() has each way of standing, and the whole of a file but where it was written over", () => {
  const standings = new Set(device.planted.map(({ standing }) => standing));
  const all: Standing[] = [
    "whole",
    "renamed",
    "in-pieces",
    "deleted",
    "partly-overwritten",
    "in-archive",
    "outside",
    "absent",
  ];
  assert.deepEqual([...standings].sort(), all.sort());
  for (const [i, { standing, extents, path }] of device.planted.entries()) {
    const size = known[i]?.content.length ?? 0;
    const there = extents.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
    if (standing === "absent") assert.equal(there, 0);
    else if (standing === "partly-overwritten") assert.ok(there > 0.5 * size && there < 0.7 * size);
    else assert.equal(there, size, standing);
    assert.equal(path === null, ["absent", "deleted", "partly-overwritten", "outside"].includes(standing));
  }
});

test("practiceDevice() stands at odd phases in the volume, at even ones in the archive and outside by chance", () => {
  assert.equal(device.firstDataSector % 2, 1);
  for (const { standing, extents } of device.planted) {
    for (const { offsetBytes } of extents) {
      assert.equal(offsetBytes % 512, 0);
      if (standing !== "in-archive" && standing !== "outside") assert.equal((offsetBytes / 512) % 2, 1);
      if (standing === "in-archive") assert.equal((offsetBytes / 512) % 2, 0);
    }
  }
});

test("practiceDevice() holds no absent file, is mostly blank, and has a stretch of 0xff", () => {
  const image = Buffer.from(device.image.buffer);
  for (const [i, { standing }] of device.planted.entries()) {
    if (standing === "absent") assert.equal(image.indexOf(known[i]?.content.subarray(4096, 4160) ?? ""), -1);
  }
  let blank = 0;
  let wiped = 0;
  for (let at = 0; at < image.length; at += 4096) {
    const first = image[at];
    if (first !== 0 && first !== 0xff) continue;
    if (image.subarray(at, at + 4096).equals(Buffer.alloc(4096, first))) {
      if (first === 0) blank++;
      else wiped++;
    }
  }
  assert.ok(blank * 4096 > 0.4 * image.length);
  assert.ok(wiped * 4096 > 8_000_000);
});
