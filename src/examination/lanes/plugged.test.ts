import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type FakeMachine, fakeMachine } from "./fake-machine.node.ts";
import { type SocketOptions, type Sockets, watchSockets } from "./plugged.node.ts";

const home = mkdtempSync(join(tmpdir(), "phum-sockets-"));
after(() => rmSync(home, { recursive: true, force: true }));
let computers = 0;
let nowMs = 1_000_000;

function computer(changes: Partial<SocketOptions> = {}): { fake: FakeMachine; sockets: Sockets } {
  const fake = fakeMachine(join(home, String(++computers)));
  fake.disk("sda", { number: "8:0", mount: "/", model: "Own" });
  const given = { machine: fake.machine, ownFolders: [], loops: false, socketFolder: null, practice: [] };
  return { fake, sockets: watchSockets({ ...given, nowMs: () => nowMs, ...changes }) };
}

const kinds = (sockets: Sockets): unknown[] =>
  sockets.plugged.map(({ kind, own, serial, early }) => [kind, own, serial, early]);

test("look() sees a stick come and go at once, in the order of plugging, with a new key each time", () => {
  const { fake, sockets } = computer();
  assert.equal(sockets.look(), true);
  assert.deepEqual(kinds(sockets), [["disk", true, null, true]]);
  nowMs += 10_000;
  assert.equal(sockets.look(), false);
  fake.disk("sdc", { number: "8:32", usb: true, serial: "C" });
  assert.equal(sockets.look(), true);
  fake.disk("sdb", { number: "8:16", usb: true, serial: "B", mount: "/media/b", mountedReadOnly: true });
  assert.equal(sockets.look(), true);
  const [own, c, b] = sockets.plugged;
  assert.deepEqual(kinds(sockets).slice(1), [
    ["stick", false, "C", false],
    ["stick", false, "B", false],
  ]);
  assert.deepEqual([b?.path, b?.parts, b?.mountedWritable], ["/dev/sdb", ["/dev/sdb1"], false]);
  fake.out("sdc");
  sockets.look();
  assert.deepEqual(sockets.plugged, [own, b]);
  fake.disk("sdc", { number: "8:32", usb: true, serial: "C" });
  sockets.look();
  assert.equal(sockets.plugged[2]?.serial, "C");
  assert.notEqual(sockets.plugged[2]?.key, c?.key);
});

test("look() sees that a device was exchanged between two looks, mounted meanwhile, or may be read now", () => {
  const { fake, sockets } = computer();
  fake.disk("sdb", { number: "8:16", usb: true, serial: "B" });
  fake.denied.add("/dev/sdb");
  sockets.look();
  const [, first] = sockets.plugged;
  assert.equal(first?.mayRead, false);
  fake.denied.clear();
  nowMs += 500;
  assert.equal(sockets.look(), true);
  assert.deepEqual([sockets.plugged[1]?.mayRead, sockets.plugged[1]?.key], [true, first?.key]);
  fake.out("sdb");
  fake.disk("sdb", { number: "8:16", usb: true, serial: "B", mount: "/media/b" });
  sockets.look();
  assert.equal(sockets.plugged[1]?.mountedWritable, true);
  assert.notEqual(sockets.plugged[1]?.key, first?.key);
});

test("look() tells a phone from a stick, and a keyboard from both", () => {
  const { fake, sockets } = computer();
  fake.usb("2-1", { idVendor: "18d1", manufacturer: "Google", product: "Pixel\u202e", serial: "P1", devnum: "4" }, [
    ["ff", "ff", "00", "MTP"],
  ]);
  fake.usb("2-2", { idVendor: "05ac", idProduct: "12a8", product: "iPhone", devnum: "5" }, [["ff", "fe", "02", ""]]);
  fake.usb("2-3", { idVendor: "05ac", idProduct: "024f", product: "Keyboard", devnum: "6" }, [["03", "01", "01", ""]]);
  fake.usb("2-4", { idVendor: "2717", product: "Phone", devnum: "7" }, [
    ["08", "06", "50", ""],
    ["ff", "42", "01", "ADB"],
  ]);
  sockets.look();
  assert.deepEqual(
    sockets.plugged.slice(1).map(({ kind, model, serial, path }) => [kind, model, serial, path]),
    [
      ["phone", "Google Pixel", "P1", null],
      ["phone", "iPhone", null, null],
      ["phone", "Phone", null, null],
    ],
  );
});

test("look() shows practice devices and files of a socket folder as plugged in, and loop devices where it is asked for", () => {
  const folder = join(home, "files");
  mkdirSync(join(folder, "mounted"), { recursive: true });
  writeFileSync(join(folder, "stick.dd"), "x");
  writeFileSync(join(folder, "mounted/written.dd"), "xyz");
  writeFileSync(join(home, "practice.dd"), "xy");
  const { fake, sockets } = computer({ socketFolder: folder, practice: [join(home, "practice.dd")], loops: true });
  fake.disk("loop0", { number: "7:0" });
  sockets.look();
  assert.deepEqual(
    sockets.plugged
      .slice(1)
      .map(({ kind, model, sizeBytes, mountedWritable }) => [kind, model, sizeBytes, mountedWritable]),
    [
      ["practice", "", 2, false],
      ["stick", "stick.dd", 1, false],
      ["stick", "written.dd", 3, true],
    ],
  );
  assert.ok(sockets.plugged.every(({ early }) => early));
  rmSync(join(folder, "stick.dd"));
  assert.equal(sockets.look(), true);
  assert.equal(sockets.plugged.length, 3);
});

test("add() keeps its plate while its path is there, and takes it away with it", () => {
  const { sockets } = computer();
  const path = join(home, "copy.dd");
  writeFileSync(path, "xyz");
  const facts = { kind: "image", model: "copy.dd", serial: null, sizeBytes: 3, path, parts: [], own: false } as const;
  const added = sockets.add({ ...facts, parts: [], mountedWritable: false, readOnly: "no", mayRead: true });
  sockets.look();
  assert.equal(sockets.plugged.find(({ key }) => key === added.key)?.model, "copy.dd");
  assert.equal(
    sockets.add({ ...facts, parts: [], mountedWritable: false, readOnly: "no", mayRead: true }).key,
    added.key,
  );
  rmSync(path);
  assert.equal(sockets.look(), true);
  assert.equal(sockets.plugged.length, 1);
});

test("look() outlives what cannot be looked at, and looks again where it was interrupted", () => {
  const round = join(home, "round");
  symlinkSync(round, round);
  let broken = false;
  const { fake, sockets } = computer({ practice: [round] });
  assert.equal(sockets.look(), true);
  assert.equal(sockets.plugged.length, 1);
  const { mayRead } = fake.machine;
  fake.machine.mayRead = (path) => {
    if (broken) throw new Error("interrupted");
    return mayRead(path);
  };
  fake.disk("sdb", { number: "8:16", usb: true, serial: "B" });
  broken = true;
  assert.throws(() => sockets.look(), /interrupted/);
  broken = false;
  nowMs += 10_000;
  assert.equal(sockets.look(), true);
  assert.equal(sockets.plugged.length, 2);
});
