// The fears: newer bytes shown as those of a copy; a deleted file in a copy not seen; tables made to harm that never end.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ReadError } from "#examination/sources";
import { SAMPLE_MS, type SampleFile, sampleNtfs } from "./ntfs-sample.ts";
import { openFileSystems } from "./open-file-systems.ts";
import { entriesByPlace, mainBytes, memoryVolume } from "./sample-entries.ts";
import { volumeReader } from "./volume-bytes.ts";
import { readShadowCatalog } from "./vss-catalog.ts";
import { changedBlocks, shadowSample } from "./vss-sample.ts";
import { openShadowView } from "./vss-view.ts";

const BLOCK = 0x4000;

function file(record: number, name: string, fill: number): SampleFile {
  return { record, names: [name], streams: [{ bytes: new Uint8Array(40_000).fill(fill), at: at(record) }] };
}

/** Ten clusters of its own for each record. */
function at(record: number): number[] {
  return Array.from({ length: 10 }, (_, i) => 100 + record * 12 + i);
}

const stay = file(30, "stays", 1);
const first = sampleNtfs({ files: [stay, file(31, "gone", 2), file(32, "changed", 3)] });
const second = sampleNtfs({ files: [stay, file(32, "changed", 4)] });
const third = sampleNtfs({ files: [stay, file(32, "changed", 5), file(31, "new", 6)] });

test("openFileSystems() gives each shadow copy, oldest first, with what the volume now does not hold", () => {
  const volume = shadowSample(third, [
    { createdMs: SAMPLE_MS, descriptors: changedBlocks(first, second) },
    { createdMs: SAMPLE_MS + 1000, descriptors: changedBlocks(second, third) },
  ]);
  const systems = openFileSystems(memoryVolume(volume));
  assert.deepEqual(
    systems.map(({ link, label }) => [link, label]),
    [
      [undefined, "sample"],
      ["ntfs-shadow1", "2026-11-25T00:00:00.000Z"],
      ["ntfs-shadow2", "2026-11-25T00:00:01.000Z"],
    ],
  );
  const [now, oldest, newest] = systems.map((one) => entriesByPlace(one));
  assert.ok(now?.has("new") && now.has("stays") && !now.has("gone"));
  assert.deepEqual(mainBytes(oldest?.get("gone")), new Uint8Array(40_000).fill(2));
  assert.deepEqual(mainBytes(oldest?.get("changed")), new Uint8Array(40_000).fill(3));
  assert.deepEqual(mainBytes(newest?.get("changed")), new Uint8Array(40_000).fill(4));
  assert.ok(oldest?.has("stays") === false && newest?.has("stays") === false);
  for (const one of [...(oldest?.values() ?? []), ...(newest?.values() ?? [])]) {
    for (const { extents, read } of one.streams) {
      const view = new Uint8Array(512);
      const [place] = extents;
      if (place === undefined || place.startByte === null) continue;
      const length = read.readSync(view, 0);
      const head = Math.min(length, place.lengthBytes);
      assert.deepEqual(
        view.subarray(0, head),
        Uint8Array.from(volume.subarray(place.startByte, place.startByte + head)),
      );
    }
  }
  for (const { problems } of systems.slice(1)) assert.deepEqual(problems, []);
});

test("openShadowView() of overlays, moved blocks and free ones", () => {
  const block = (fill: number): Uint8Array => new Uint8Array(BLOCK).fill(fill);
  const now = Buffer.concat([1, 2, 3, 4, 5, 6].map(block));
  const volume = shadowSample(now, [
    {
      createdMs: SAMPLE_MS,
      descriptors: [
        { originalByte: BLOCK, bytes: block(20), flags: 2, sectors: 0b10 },
        { originalByte: BLOCK, bytes: block(21) },
        { originalByte: 2 * BLOCK, relativeByte: 3 * BLOCK, flags: 1 },
        { originalByte: 3 * BLOCK, bytes: block(22) },
        { originalByte: 4 * BLOCK, bytes: block(23), flags: 4 },
      ],
      free: [5],
    },
    { createdMs: SAMPLE_MS + 1, descriptors: [{ originalByte: 4 * BLOCK, bytes: block(24) }], free: [5] },
  ]);
  const source = memoryVolume(volume);
  const read = volumeReader(source, () => {});
  const copies = readShadowCatalog(read, () => {});
  assert.equal(copies.length, 2);
  const views = copies.map((_, i) => openShadowView(source, read, copies.slice(i)));
  const byteAt = (view: (typeof views)[0] | undefined, place: number): number => {
    assert.ok(typeof view === "object");
    const one = new Uint8Array(1);
    view.source.readSync(one, place);
    return one[0] ?? 0;
  };
  const [oldest, newest] = views;
  assert.deepEqual(
    [byteAt(oldest, BLOCK + 511), byteAt(oldest, BLOCK + 512), byteAt(oldest, BLOCK + 1024)],
    [21, 20, 21],
  );
  assert.deepEqual(
    [2, 3, 4].map((i) => byteAt(oldest, i * BLOCK)),
    [22, 4, 24],
  );
  assert.deepEqual(
    [1, 2, 3, 4].map((i) => byteAt(newest, i * BLOCK)),
    [2, 3, 4, 24],
  );
  assert.throws(
    () => byteAt(newest, 5 * BLOCK),
    (error) => error instanceof ReadError && error.code === "REUSED",
  );
});

test("openFileSystems() lists nothing of a copy whose list breaks off, and says so; loops end", () => {
  const volume = shadowSample(second, [{ createdMs: SAMPLE_MS, descriptors: changedBlocks(first, second) }]);
  const [copy] = readShadowCatalog(
    volumeReader(memoryVolume(volume), () => {}),
    () => {},
  );
  for (const next of [copy?.blocksAt ?? 0, 12345]) {
    volume.writeBigUInt64LE(BigInt(next), (copy?.blocksAt ?? 0) + 40);
    const shadow = openFileSystems(memoryVolume(volume))[1];
    assert.deepEqual([...(shadow?.entries() ?? [])], []);
    assert.deepEqual(
      shadow?.problems.map(({ what }) => what),
      ["shadow-damaged"],
    );
  }
  const catalogAt = Number(volume.readBigUInt64LE(0x1e00 + 48));
  volume.writeBigUInt64LE(BigInt(catalogAt), catalogAt + 40);
  const [now] = openFileSystems(memoryVolume(volume));
  assert.deepEqual(
    now?.problems.map(({ what }) => what),
    ["shadow-catalog"],
  );
});

const image = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices/virt/vsstest.qcow2");

function hasConverter(): boolean {
  try {
    execFileSync("qemu-img", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const skip = !existsSync(image) ? `test data absent: ${image}` : !hasConverter() ? "test data absent: qemu-img" : false;

test("openFileSystems() of a real volume: a deleted text stands in a shadow copy, and is what was packed later", {
  skip,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), "phum-vss-"));
  try {
    const raw = join(folder, "raw");
    execFileSync("qemu-img", ["convert", "-O", "raw", image, raw]);
    const handle = openSync(raw, "r");
    const systems = openFileSystems({
      sizeBytes: 2 ** 30,
      readSync: (view, offset) => readSync(handle, view, 0, view.length, offset),
    });
    assert.deepEqual(
      systems.map(({ label }) => label),
      ["vsstest", "2013-12-03T06:35:09.736Z", "2013-12-03T06:37:48.919Z"],
    );
    const [now, oldest, newest] = systems.map((one) => entriesByPlace(one));
    const packed = mainBytes(now?.get("syslog.gz"));
    assert.ok(packed);
    assert.deepEqual(mainBytes(oldest?.get("syslog")), Uint8Array.from(gunzipSync(packed)));
    assert.deepEqual(
      [oldest?.has("syslog.gz"), newest?.has("syslog"), newest?.has("password.txt")],
      [false, false, false],
    );
    for (const { problems } of systems) assert.deepEqual(problems, []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
