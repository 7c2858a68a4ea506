import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "#base/values";
import { imageSignature } from "./image-signature.ts";
import { mountOf, parseMounts, parseSwaps } from "./mount-table.ts";
import { readsDevices, unsupportedDevice } from "./platform-devices.ts";
import { segmentNames } from "./split-segments.ts";

const TABLE = utf8(
  [
    "27 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro",
    "40 27 8:17 / /media/my\\040stick rw,nosuid - vfat /dev/sdb1 rw,utf8",
    "41 27 8:18 / /media/ro ro,relatime - ntfs3 /dev/sdb2 rw",
    "42 27 8:19 / /media/frozen ro - ext4 /dev/sdb3 ro,noload",
    "43 27 0:55 /@home /home rw,noatime shared:3 master:4 - btrfs /dev/sdc1 rw",
    "44 40 0:60 / /media/my\\040stick rw - tmpfs tmpfs rw",
    "45 27 8:20 / /media/\\377 rw - ext4 /dev/sdb4 rw",
    "a broken line",
    "46 27 x:y / /z rw - ext4 z rw",
  ].join("\n"),
);

test("parseMounts() reads what the kernel writes and leaves the rest out", () => {
  const mounts = parseMounts(TABLE);
  const brief = mounts.map((mount) => [
    mount.number,
    Buffer.from(mount.mountPoint).toString("latin1"),
    mount.writable,
    mount.keepsAccessTimes,
    mount.source,
  ]);
  assert.deepEqual(brief, [
    ["8:2", "/", true, false, "/dev/sda2"],
    ["8:17", "/media/my stick", true, false, "/dev/sdb1"],
    ["8:18", "/media/ro", true, true, "/dev/sdb2"],
    ["8:19", "/media/frozen", false, true, "/dev/sdb3"],
    ["0:55", "/home", true, true, "/dev/sdc1"],
    ["0:60", "/media/my stick", true, false, "tmpfs"],
    ["8:20", "/media/\xff", true, false, "/dev/sdb4"],
  ]);
});

test("mountOf() is the longest mount above a path, the later of two", () => {
  const mounts = parseMounts(TABLE);
  assert.equal(mountOf(mounts, utf8("/media/frozen/a"))?.number, "8:19");
  assert.equal(mountOf(mounts, utf8("/media/frozenfish"))?.number, "8:2");
  assert.equal(mountOf(mounts, utf8("/media/my stick"))?.number, "0:60");
  assert.equal(mountOf([], utf8("/a")), undefined);
});

test("parseSwaps() gives devices alone", () => {
  const table = "Filename\tType\tSize\tUsed\tPriority\n/dev/sda3 partition 1 0 -2\n/swap\\040file file 1 0 -3\n";
  assert.deepEqual(parseSwaps(utf8(table)), ["/dev/sda3", "/swap file"]);
});

const families: [string, string[], unknown][] = [
  ["disk.dd", ["disk.dd", "disk.001"], { kind: "single" }],
  ["disk.01", ["disk.01", "disk.02"], { kind: "single" }],
  [
    "disk.001",
    ["disk.003", "disk.001", "disk.002", "other.004", "disk.txt"],
    { kind: "segments", names: ["disk.001", "disk.002", "disk.003"] },
  ],
  ["disk.002", ["disk.001", "disk.002"], { kind: "segments", names: ["disk.001", "disk.002"] }],
  ["disk.000", ["disk.000", "disk.001"], { kind: "segments", names: ["disk.000", "disk.001"] }],
  ["disk.001", ["disk.001", "disk.003"], { kind: "missing", name: "disk.002" }],
  ["disk.002", ["disk.002", "disk.003"], { kind: "missing", name: "disk.001" }],
  ["disk.001", ["disk.001", "disk.0002"], { kind: "segments", names: ["disk.001"] }],
  ["a\xff\n.001", ["a\xff\n.001", "a\xff\n.002"], { kind: "segments", names: ["a\xff\n.001", "a\xff\n.002"] }],
  ["notes.2024", ["notes.2024"], { kind: "single" }],
];
for (const [name, others, want] of families) {
  test(`segmentNames() of ${JSON.stringify(name)} among ${others.length}`, () => {
    assert.deepEqual(segmentNames(name, others), want);
  });
}

test("segmentNames() goes on beyond 999", () => {
  const names = Array.from({ length: 1002 }, (_, i) => `d.${String(i + 1).padStart(3, "0")}`);
  assert.deepEqual(segmentNames("d.001", names), { kind: "segments", names });
});

test("imageSignature() tells containers and compressed files from raw bytes", () => {
  const tail = new Uint8Array(512);
  assert.deepEqual(imageSignature(utf8("EVF\t\r\n"), tail), undefined);
  assert.deepEqual(imageSignature(Uint8Array.from([0x45, 0x56, 0x46, 9, 13, 10, 255, 0]), tail)?.format, "EWF (E01)");
  assert.deepEqual(imageSignature(utf8("KDMV1"), tail), { format: "VMDK", kind: "container" });
  assert.deepEqual(imageSignature(utf8("PK\x03\x04"), tail), { format: "zip", kind: "compressed" });
  assert.deepEqual(imageSignature(utf8("QED\0more"), tail), { format: "QED", kind: "foreign" });
  tail.set(utf8("koly"));
  assert.deepEqual(imageSignature(new Uint8Array(16), tail), { format: "DMG", kind: "container" });
  assert.deepEqual(imageSignature(new Uint8Array(0), new Uint8Array(0)), undefined);
});

test("unsupportedDevice() names the system of a device path", () => {
  for (const path of [
    "\\\\.\\PhysicalDrive1",
    "\\\\.\\PhysicalDrive12\\",
    "//./PhysicalDrive0",
    "\\\\?\\physicaldrive3",
    "\\\\.\\D:",
  ]) {
    assert.equal(unsupportedDevice(path), "Windows", path);
  }
  for (const path of ["/dev/rdisk2", "/dev/disk0", "/dev/rdisk2s1"])
    assert.equal(unsupportedDevice(path), "macOS", path);
  for (const path of ["/dev/sdb", "/dev/disk/by-id/x", "C:\\image.dd", "disk2"])
    assert.equal(unsupportedDevice(path), undefined, path);
  assert.deepEqual(["linux", "win32", "darwin", "freebsd"].map(readsDevices), [true, false, false, false]);
});
