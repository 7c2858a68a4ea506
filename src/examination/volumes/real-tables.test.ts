// Real media against what mmls 4.11.1 says of them. Skipped where the test data is absent.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { readVolumes } from "./read-volumes.ts";

const DEVICES = resolve(process.env["PHUM_TESTDATA"] ?? resolve("../shared/testdata"), "devices");

const CASES: { file: string; scheme: string; volumes: string[] }[] = [
  { file: "raw/1mb_fat32.dmg", scheme: "mbr", volumes: ["1+2016 0x0b"] },
  { file: "raw/tsk_volume_system.raw", scheme: "mbr", volumes: ["1+350 0x83", "352+2528 0x83"] },
  { file: "raw/syslog_image.dd", scheme: "none", volumes: ["0+200 "] },
  { file: "raw/dfvfs-iso9660.raw", scheme: "none", volumes: ["0+716 "] },
  { file: "raw/dfvfs-apfs.raw", scheme: "none", volumes: ["0+8112 "] },
  { file: "fatexfat/fat16.raw.gz", scheme: "none", volumes: [] },
  { file: "fatexfat/ntfs_index.raw.gz", scheme: "mbr", volumes: ["128+59392 0x07"] },
  {
    file: "fatexfat/gpt-512-3p.raw.gz",
    scheme: "gpt",
    volumes: [
      "34+31 0fc63daf-8483-4772-8e79-3d69d8477de4",
      "65+64 0fc63daf-8483-4772-8e79-3d69d8477de4",
      "129+1886 c12a7328-f81f-11d2-ba4b-00a0c93ec93b",
    ],
  },
];

for (const { file, scheme, volumes } of CASES) {
  const path = resolve(DEVICES, file);
  const skip = existsSync(path) ? false : `test data absent: devices/${file}`;
  test(`readVolumes() of ${file} is what mmls says`, { skip }, () => {
    const raw = readFileSync(path);
    const image = file.endsWith(".gz") ? gunzipSync(raw) : raw;
    const found = readVolumes({
      sizeBytes: image.length,
      readSync: (view, at) => image.copy(view, 0, at, Math.min(image.length, at + view.length)),
    });
    assert.equal(found.scheme, scheme);
    assert.deepEqual(found.problems, []);
    const listed = found.volumes.filter((volume) => !volume.unallocated);
    if (volumes.length > 0) {
      assert.deepEqual(
        listed.map((volume) => `${volume.startByte / 512}+${volume.sizeBytes / 512} ${volume.type}`),
        volumes,
      );
    }
  });
}
