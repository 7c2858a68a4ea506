// Looks at devices of a machine that is written as a folder: what sysfs and the mount table would say.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import type { CommandRequest } from "#base/commandline";
import { Fault } from "#base/faults";
import { utf8 } from "#base/values";
import { type BlockNode, blockByPath } from "./block-devices.node.ts";
import { usesOfImage } from "./device-uses.node.ts";
import { deviceLine, devices } from "./devices.command.ts";
import { listDevices } from "./list-devices.node.ts";
import { lookAtDevice } from "./look-at-device.node.ts";
import { lookAtFolder } from "./look-at-folder.node.ts";
import type { LookMachine } from "./look-machine.node.ts";
import { pluggedKind } from "./plugged-kind.node.ts";
import type { SourceLook } from "./source-spec.ts";

const NODE = { path: "", number: "", sizeBytes: 0, partition: false };

const home = mkdtempSync(join(tmpdir(), "phum-machine-"));
after(() => rmSync(home, { recursive: true, force: true }));
const machine: LookMachine = {
  tree: { sys: join(home, "sys"), proc: join(home, "proc") },
  platform: "linux",
  home: "/opt/kit/phum",
};

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Writes one device: its folder below sys/devices, its attributes, and the two links to it. */
function device(folder: string, number: string, attributes: Record<string, string | Uint8Array>): string {
  const path = join(machine.tree.sys, "devices", folder);
  const name = folder.split("/").at(-1) ?? "";
  for (const [attribute, text] of Object.entries({ dev: `${number}\n`, ro: "0\n", ...attributes })) {
    write(join(path, attribute), text);
  }
  for (const link of [`class/block/${name}`, `dev/block/${number}`]) {
    mkdirSync(join(machine.tree.sys, dirname(link)), { recursive: true });
    symlinkSync(path, join(machine.tree.sys, link));
  }
  return path;
}

const disk = { "queue/rotational": "1\n", "queue/logical_block_size": "512\n", removable: "0\n" };
// sda: the computer's own disk, LVM on its second partition carries "/". sdb: a stick. sdc: a write-protected disk.
device("pci/ata1/block/sda", "8:0", {
  ...disk,
  size: "2000000\n",
  "device/model": "WDC WD10  \n",
  "device/vendor": "ATA     \n",
  "device/vpd_pg80": utf8("\0\x80\0\x14        WD-0001 "),
});
device("pci/ata1/block/sda/sda1", "8:1", { partition: "1\n", size: "2048\n", start: "2048\n" });
device("pci/ata1/block/sda/sda2", "8:2", { partition: "2\n", size: "1000000\n", start: "4096\n" });
device("virtual/block/dm-0", "253:0", { ...disk, size: "900000\n" });
const usb = "pci/usb1/1-2";
write(join(machine.tree.sys, "devices", usb, "idVendor"), "0781\n");
write(join(machine.tree.sys, "devices", usb, "serial"), "4C53\x1b2208\n");
device(`${usb}/1-2:1.0/host/target/block/sdb`, "8:16", {
  ...disk,
  removable: "1\n",
  size: "30000000\n",
  "device/vendor": "SanDisk \n",
  "device/model": "Ultra Fit\n",
});
device(`${usb}/1-2:1.0/host/target/block/sdb/sdb1`, "8:17", { partition: "1\n", size: "20000000\n", start: "8192\n" });
device(`${usb}/1-2:1.0/host/target/block/sdb/sdb2`, "8:18", { partition: "2\n", size: "100\n", start: "63\n" });
device("pci/ata2/block/sdc", "8:32", { ...disk, ro: "1\n", size: "8000000\n", "queue/logical_block_size": "4096\n" });
device("pci/ata2/block/sdc/sdc1", "8:33", { partition: "1\n", ro: "1\n", size: "100\n", start: "0\n" });
device("pci/nvme/nvme0n1", "259:0", {
  size: "4000\n",
  "queue/rotational": "0\n",
  "device/serial": "S4EV\n",
  "device/model": "SSD 970\n",
});
device("pci/ata3/block/sr0", "11:0", { ...disk, removable: "1\n", size: "1000\n", "device/type": "5\n" });
device("pci/reader/block/sdd", "8:48", { ...disk, removable: "1\n", size: "0\n" });
device("virtual/block/loop3", "7:3", { ...disk, size: "5000\n", "loop/backing_file": "/evidence/ភូមិ.dd\n" });
device("virtual/block/loop4", "7:4", { ...disk, size: "0\n" });
device("virtual/block/zram0", "252:0", { ...disk, size: "5000\n" });
for (const [from, to] of [["sda2", "dm-0"]]) {
  mkdirSync(join(machine.tree.sys, "class/block", from ?? "", "holders"), { recursive: true });
  write(join(machine.tree.sys, "class/block", from ?? "", "holders", to ?? ""), "");
  write(join(machine.tree.sys, "class/block", to ?? "", "slaves", from ?? ""), "");
}
write(
  join(machine.tree.proc, "self/mountinfo"),
  [
    "27 1 253:0 / / rw,relatime - ext4 /dev/mapper/root rw",
    "40 27 8:17 / /media/stick rw,nosuid - vfat /dev/sdb1 rw",
    "41 27 8:33 / /media/frozen ro - ext4 /dev/sdc1 ro",
    "42 27 7:3 / /media/copy rw - ext4 /dev/loop3 rw",
    "43 27 0:50 / /media/butter rw,noatime - btrfs /dev/nvme0n1 rw",
    "44 27 0:51 / /net rw - nfs server:/x rw",
  ].join("\n"),
);
write(join(machine.tree.proc, "swaps"), "Filename Type Size Used Priority\n/dev/sda1 partition 1 0 -2\n");

function look(path: string): SourceLook {
  const node = blockByPath(machine.tree, path);
  assert.ok(node !== undefined, path);
  return lookAtDevice(node, machine);
}

const codes = (seen: SourceLook): string[] => seen.notices.map(({ code }) => code);

test("lookAtDevice() of a mounted stick: flash though it claims to rotate, mounted writable, no blocker", () => {
  const seen = look("/dev/sdb");
  assert.deepEqual(seen.spec, {
    kind: "device",
    path: "/dev/sdb",
    number: "8:16",
    sizeBytes: 15_360_000_000,
    sectorBytes: 512,
  });
  assert.deepEqual(
    [seen.medium, seen.removable, seen.serial, seen.model],
    ["flash", true, "4C53 2208", "SanDisk Ultra Fit"],
  );
  assert.deepEqual(seen.readOnly, { hardware: null, kernel: false, mounted: true, mountedWritable: true });
  assert.deepEqual(seen.mounts, [{ device: "/dev/sdb1", mountPoint: "/media/stick", writable: true }]);
  assert.deepEqual(codes(seen), ["mounted-writable", "no-write-blocker"]);
  assert.equal(seen.ownDisk, false);
});

test("lookAtDevice() of a partition offers the raw disk first; a sibling's mount is not its own", () => {
  const seen = look("/dev/sdb2");
  assert.deepEqual([seen.rawDevice, seen.mounts, seen.serial], ["/dev/sdb", [], "4C53 2208"]);
  assert.deepEqual(seen.notices[0], { code: "raw-device-first", values: { path: "/dev/sdb2", device: "/dev/sdb" } });
  assert.equal(look("/dev/sdb1").readOnly.mountedWritable, true);
});

test("lookAtDevice() of a write-protected disk says so, with 4 KiB sectors", () => {
  const seen = look("/dev/sdc");
  assert.deepEqual(seen.readOnly, { hardware: null, kernel: true, mounted: true, mountedWritable: false });
  assert.deepEqual([seen.sectorBytes, seen.medium, codes(seen)], [4096, "rotating", ["mounted"]]);
});

test("lookAtDevice() finds the computer's own disk through what is mapped on it, and swap space", () => {
  const seen = look("/dev/sda");
  assert.deepEqual([seen.ownDisk, seen.serial, seen.model], [true, "WD-0001", "WDC WD10"]);
  assert.deepEqual(seen.mounts, [
    { device: "/dev/dm-0", mountPoint: "/", writable: true },
    { device: "/dev/sda1", mountPoint: "[swap]", writable: true },
  ]);
  assert.equal(codes(seen)[0], "own-disk");
});

test("lookAtDevice() optical media cannot be written; Btrfs is found by its path; an empty reader is a fault", () => {
  assert.deepEqual(
    [look("/dev/sr0").readOnly.hardware, look("/dev/sr0").medium, codes(look("/dev/sr0"))],
    [true, "rotating", []],
  );
  const butter = look("/dev/nvme0n1");
  assert.deepEqual([butter.medium, butter.serial, butter.mounts[0]?.mountPoint], ["flash", "S4EV", "/media/butter"]);
  assert.throws(
    () => look("/dev/sdd"),
    (error) => error instanceof Fault && error.code === "source/no-medium",
  );
});

test("lookAtFolder() of a mounted stick names its disk; of a read-only or foreign mount it does not warn", () => {
  const stick = lookAtFolder(utf8("/media/stick/DCIM"), machine);
  assert.equal(stick.rawDevice, "/dev/sdb");
  assert.deepEqual(codes(stick), ["raw-device-first", "on-writable-mount", "folder-times"]);
  const frozen = lookAtFolder(utf8("/media/frozen"), machine);
  assert.deepEqual(
    [frozen.readOnly.kernel, frozen.readOnly.mountedWritable, codes(frozen)],
    [true, false, ["raw-device-first"]],
  );
  assert.deepEqual(codes(lookAtFolder(utf8("/net/x"), machine)), ["on-writable-mount", "folder-times"]);
  assert.deepEqual(codes(lookAtFolder(utf8("/media/butter/x"), machine)), ["raw-device-first", "on-writable-mount"]);
  const own = lookAtFolder(utf8("/home/dara"), machine);
  assert.deepEqual([own.ownDisk, own.rawDevice, codes(own)], [true, undefined, ["on-writable-mount", "folder-times"]]);
  assert.equal(codes(lookAtFolder(utf8("/"), machine))[0], "own-disk");
  const nowhere = lookAtFolder(utf8("/x"), { ...machine, tree: { sys: "/nowhere", proc: "/nowhere" } });
  assert.deepEqual(codes(nowhere), ["mounts-unknown", "folder-times"]);
});

test("usesOfImage() sees an image that is mounted through a loop device", () => {
  assert.deepEqual(usesOfImage(machine.tree, utf8("/evidence/ភូមិ.dd")), [
    { device: "/dev/loop3", mountPoint: "/media/copy", writable: true },
  ]);
  assert.deepEqual(usesOfImage(machine.tree, utf8("/evidence/other.dd")), []);
});

test("listDevices() lists whole disks with a medium, not memory disks, mapped devices or empty readers", () => {
  const plugged = listDevices(machine.tree, machine.home);
  assert.deepEqual(
    plugged.map(({ path }) => path),
    ["/dev/loop3", "/dev/nvme0n1", "/dev/sda", "/dev/sdb", "/dev/sdc", "/dev/sr0"],
  );
  assert.deepEqual(plugged[3]?.partitions, [
    { path: "/dev/sdb2", offsetBytes: 63 * 512, sizeBytes: 51_200 },
    { path: "/dev/sdb1", offsetBytes: 8192 * 512, sizeBytes: 10_240_000_000 },
  ]);
  assert.deepEqual(
    plugged.map(({ ownDisk }) => ownDisk),
    [false, false, true, false, false, false],
  );
  assert.deepEqual(
    plugged.map(({ kind }) => kind),
    ["image", "disk", "disk", "stick", "disk", "disc"],
  );
  const also = listDevices(machine.tree, machine.home, "/media/stick/reports");
  assert.deepEqual([also[3]?.ownDisk, also[4]?.ownDisk], [true, false]);
});

test("pluggedKind() tells cards, card readers and sticks from disks", () => {
  const at = (name: string): BlockNode => ({ ...NODE, folder: join(home, "kinds", name) });
  write(join(at("mmcblk0").folder, "device/type"), "SD\n");
  write(join(at("mmcblk1").folder, "device/type"), "MMC\n");
  const kinds = [
    pluggedKind(at("mmcblk0"), { optical: false, removable: false }),
    pluggedKind(at("mmcblk1"), { optical: false, removable: false }),
    pluggedKind(at("sdx"), { optical: false, removable: true, model: "Generic SD/MMC Card Reader" }),
    pluggedKind(at("sdx"), { optical: false, removable: true, model: "SanDisk Ultra Fit" }),
    pluggedKind(at("sdx"), { optical: false, removable: null, model: "SanDisk Extreme SSD" }),
  ];
  assert.deepEqual(kinds, ["card", "disk", "card", "stick", "disk"]);
});

test("deviceLine() says in both languages what speaks for or against reading a device now", () => {
  const [, , , stick] = listDevices(machine.tree, machine.home);
  assert.ok(stick !== undefined);
  assert.equal(
    deviceLine(stick, "en"),
    "/dev/sdb  15.3 GB · flash · SanDisk Ultra Fit · serial 4C53 2208 · no write blocker seen · mounted at /media/stick, writable",
  );
  assert.match(deviceLine(stick, "km"), /១៥,៣ GB.*លេខស៊េរី 4C53 2208/);
});

test("devices: the command prints one line a device, or JSON, and has help in both languages", async () => {
  for (const json of [false, true]) {
    const lines: string[] = [];
    const request: CommandRequest = {
      positionals: [],
      text: () => undefined,
      texts: () => [],
      flag: (option) => json && option === "json",
      path: (given) => given,
      language: "km",
      out: (line) => lines.push(line),
      err: () => assert.fail("nothing to complain about"),
      live: () => {},
      passphrase: () => assert.fail("asks for nothing"),
      signal: new AbortController().signal,
      nowMs: () => 0,
    };
    assert.equal(await devices.run(request), 0);
    if (json)
      assert.deepEqual(
        JSON.parse(lines.join("\n")).map(({ path }: { path: string }) => path),
        listDevices().map(({ path }) => path),
      );
    else assert.ok(lines.length > 0);
  }
  for (const language of ["en", "km"] as const)
    assert.deepEqual(Object.keys(devices.help(language).options), Object.keys(devices.options));
});
