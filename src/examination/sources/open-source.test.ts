import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Worker } from "node:worker_threads";
import { Fault } from "#base/faults";
import { seededRandom, toHex, utf8 } from "#base/values";
import { deviceNumber } from "./device-number.node.ts";
import { lookAtSource } from "./look-at-source.node.ts";
import { adoptSource, openSource } from "./open-source.node.ts";
import { ReadError } from "./read-error.ts";
import type { ImageSpec } from "./source-spec.ts";

const home = mkdtempSync(join(tmpdir(), "phum-image-"));
after(() => rmSync(home, { recursive: true, force: true }));

function noise(length: number, seed: string): Buffer {
  const random = seededRandom(seed);
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(random.bits32(), at);
  return bytes;
}

/** Writes an image in segments of these sizes. */
function image(name: string, sizes: number[]): { spec: ImageSpec; bytes: Buffer } {
  mkdirSync(join(home, name));
  const bytes = noise(
    sizes.reduce((sum, size) => sum + size, 0),
    name,
  );
  let at = 0;
  const segments = sizes.map((sizeBytes, i) => {
    const path = join(home, name, `d.${String(i + 1).padStart(3, "0")}`);
    writeFileSync(path, bytes.subarray(at, at + sizeBytes));
    at += sizeBytes;
    return { pathBytes: toHex(utf8(path)), sizeBytes };
  });
  return { spec: { kind: "image", segments, sizeBytes: at }, bytes };
}

function shared(length: number): Uint8Array {
  return new Uint8Array(
    new WebAssembly.Memory({ initial: Math.ceil(length / 65536), maximum: 64, shared: true }).buffer,
  ).subarray(0, length);
}

for (const direct of [false, true]) {
  test(`openSource() reads any range across odd segments, ${direct ? "direct" : "buffered"}`, () => {
    const { spec, bytes } = image(`split-${direct}`, [10_000, 0, 4096, 1, 30_001, 65_536]);
    const open = openSource(spec, { direct });
    const random = seededRandom("ranges");
    const memory = shared(128 * 1024);
    for (let i = 0; i < 400; i++) {
      const offset = random.below(bytes.length + 100) & (i % 2 === 0 ? ~4095 : ~0);
      const view = memory.subarray(i % 3 === 0 ? 4096 : random.below(5000)).subarray(0, random.below(100_000));
      const got = open.readSync(view, offset);
      assert.equal(got, Math.max(0, Math.min(view.length, bytes.length - offset)), `${offset} + ${view.length}`);
      assert.equal(Buffer.compare(Buffer.from(view.subarray(0, got)), bytes.subarray(offset, offset + got)), 0);
    }
    open.close();
  });
}

test("openSource() refuses broken offsets", () => {
  const open = openSource(image("offsets", [512]).spec);
  for (const offset of [-1, 0.5, Number.NaN, 2 ** 60])
    assert.throws(() => open.readSync(new Uint8Array(1), offset), RangeError);
  open.close();
});

test("openSource() an image that shrank while it was read is a ReadError with what was good", () => {
  const { spec } = image("shrinking", [8192, 8192]);
  const open = openSource(spec);
  truncateSync(join(home, "shrinking/d.001"), 5000);
  assert.throws(
    () => open.readSync(new Uint8Array(16_384), 0),
    (error) =>
      error instanceof ReadError && error.why === "vanished" && error.goodBytes === 5000 && error.offsetBytes === 5000,
  );
  assert.equal(open.readSync(new Uint8Array(8192), 8192), 8192);
  open.close();
});

test("openSource() an image of another size than looked at is a fault", () => {
  const { spec } = image("changed", [8192]);
  appendFileSync(join(home, "changed/d.001"), "x");
  assert.throws(
    () => openSource(spec),
    (error) => error instanceof Fault && error.code === "source/changed",
  );
});

test("lookAtSource() finds all segments from any of them, and the missing one", async () => {
  const { spec } = image("looked", [4096, 4096, 100]);
  for (const name of ["d.001", "d.003"]) {
    const look = await lookAtSource(join(home, "looked", name));
    assert.deepEqual(look.spec, spec);
    assert.deepEqual(
      [look.medium, look.segments, look.sizeBytes, Buffer.from(look.name).toString()],
      ["image", 3, 8292, "d.001"],
    );
  }
  rmSync(join(home, "looked/d.002"));
  await assert.rejects(lookAtSource(join(home, "looked/d.001")), (error) => {
    assert.ok(error instanceof Fault && error.code === "source/missing-segment");
    assert.equal(error.values["segment"], "d.002");
    return true;
  });
});

test("lookAtSource() tells uneven segments, compressed files and refuses containers", async () => {
  image("uneven", [4096, 5000, 4096]);
  const uneven = await lookAtSource(join(home, "uneven/d.001"));
  assert.deepEqual(uneven.notices.find(({ code }) => code === "segments-uneven")?.values, { segment: "d.002" });
  writeFileSync(join(home, "pressed.gz"), Uint8Array.from([0x1f, 0x8b, 8, 0]));
  const pressed = await lookAtSource(join(home, "pressed.gz"));
  assert.ok(pressed.notices.some(({ code }) => code === "compressed-file"));
  writeFileSync(join(home, "disk.E01"), Uint8Array.from([0x45, 0x56, 0x46, 9, 13, 10, 255, 0]));
  await assert.rejects(
    lookAtSource(join(home, "disk.E01")),
    (error) => error instanceof Fault && error.code === "source/unsupported-format",
  );
});

test("lookAtSource() an empty image is an image", async () => {
  writeFileSync(join(home, "empty.dd"), "");
  const look = await lookAtSource(join(home, "empty.dd"));
  assert.equal(look.sizeBytes, 0);
  assert.ok(look.spec.kind === "image");
  const open = openSource(look.spec);
  assert.equal(open.readSync(new Uint8Array(10), 0), 0);
  open.close();
});

test("adoptSource() reads in a worker thread by the same descriptors", async () => {
  const { spec, bytes } = image("threads", [5000, 5000]);
  const open = openSource(spec);
  const here = adoptSource(JSON.parse(JSON.stringify(open.handles)));
  const view = new Uint8Array(6000);
  assert.equal(here.readSync(view, 4000), 6000);
  here.close();
  assert.equal(Buffer.compare(view, bytes.subarray(4000)), 0);
  const [, second] = open.handles.parts;
  assert.ok(second !== undefined);
  const script = `const { parentPort, workerData } = require("node:worker_threads"); const view = Buffer.alloc(8);
    require("node:fs").readSync(workerData, view, 0, 8, 100); parentPort.postMessage(view);`;
  const worker = new Worker(script, { eval: true, workerData: second.buffered });
  const [got] = await new Promise<Uint8Array[]>((done) => worker.once("message", (...message) => done(message)));
  assert.equal(Buffer.compare(Buffer.from(got ?? []), bytes.subarray(5100, 5108)), 0);
  await worker.terminate();
  open.close();
});

test("deviceNumber() is what the kernel calls major:minor", () => {
  assert.deepEqual([0x0801, 0xfe00, 0x700, 0x10_0800].map(deviceNumber), ["8:1", "254:0", "7:0", "8:256"]);
});
