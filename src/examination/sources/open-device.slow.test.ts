// The opener child on read-only loop devices; skipped by name where this machine does not permit them.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { Fault } from "#base/faults";
import { entryFile } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { lookAtSource } from "./look-at-source.node.ts";
import { openSource } from "./open-source.node.ts";
import { OPENER_EXITS } from "./opener-exit.ts";
import { ReadError } from "./read-error.ts";
import { type DeviceChild, type DeviceChildHow, spawnWithDevice } from "./spawn-with-device.node.ts";

const LOSETUP = "losetup"; // of the system, not of a package
const NOBODY = 65534;
const SIZE = 1024 * 1024 + 512; // not a multiple of 4 KiB: the tail cannot be read directly
const home = mkdtempSync(join(tmpdir(), "phum-device-"));
chmodSync(home, 0o755);
const bytes = Buffer.alloc(SIZE);
const random = seededRandom("loop");
for (let at = 0; at < SIZE; at += 4) bytes.writeUInt32LE(random.bits32(), at);
writeFileSync(join(home, "disk.dd"), bytes);

let loop: string | undefined;
let why = "";
try {
  loop = execFileSync(LOSETUP, ["-r", "-f", "--show", join(home, "disk.dd")], { stdio: "pipe" })
    .toString()
    .trim();
} catch (error) {
  why = `no read-only loop device here: ${error instanceof Error ? error.message.split("\n")[0] : error}`;
}
after(() => {
  if (loop !== undefined) execFileSync(LOSETUP, ["-d", loop]);
  rmSync(home, { recursive: true, force: true });
});
const device = loop ?? "/dev/none";
const skip = loop === undefined ? why : false;
const skipRoot = skip || (process.getuid?.() === 0 ? false : "needs root, to give it up");

/** A command that answers in one line what it sees of the device and of itself, then waits for its input to end. */
const ASK = `const fs = require("node:fs");
  const view = new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
  const sum = (fd, at) => { try { fs.readSync(fd, view, 0, 4096, at); return view.subarray(0, 4096).reduce((a, b) => a + b, 0); } catch (error) { return error.code; } };
  let write; try { fs.writeSync(4, "x", 0); write = "wrote"; } catch (error) { write = error.code; }
  let again; try { fs.closeSync(fs.openSync(process.env.NONE ?? ${JSON.stringify(device)}, "r")); again = "opened"; } catch (error) { again = error.code; }
  const flags = (fd) => parseInt(/flags:\\s*(\\d+)/.exec(fs.readFileSync("/proc/self/fdinfo/" + fd, "utf8"))[1], 8);
  process.on("SIGTERM", () => process.exit(42));
  process.stdin.on("data", (text) => { if (String(text) === "go") process.exit(7); console.log("heard " + text); }).on("end", () => process.exit(9));
  console.log(JSON.stringify({ uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(), direct: (flags(3) & fs.constants.O_DIRECT) !== 0,
    three: sum(3, 4096), four: sum(4, 8192), write, again, env: Object.keys(process.env).sort() }));`;

interface Answer {
  uid: number;
  gid: number;
  groups: number[];
  direct: boolean;
  three: number | string;
  four: number | string;
  write: string;
  again: string;
  env: string[];
}

async function ask(child: ChildProcess): Promise<Answer> {
  return JSON.parse(await nextLine(child));
}

function nextLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    child.stdout?.once("data", (text: Buffer) => done(text.toString().trim()));
    child.once("close", (code) => fail(new Error(`ended with ${code} and no answer`)));
  });
}

/** As spawnWithDevice, stopped with the test however that ends. */
function start(t: TestContext, given: readonly string[], how: DeviceChildHow = {}): DeviceChild {
  const started = spawnWithDevice(device, given, how);
  t.after(() => started.stop());
  return started;
}

const command = [process.execPath, "-e", ASK];
const sumAt = (at: number): number => bytes.subarray(at, at + 4096).reduce((a, b) => a + b, 0);

test("spawnWithDevice() gives the device as descriptors 3 and 4, read-only, and nothing of this environment", {
  skip,
}, async (t) => {
  const { child, ended } = start(t, command, { env: { LANG: "km", SECRET: "x" } });
  const answer = await ask(child);
  assert.deepEqual([answer.three, answer.four, answer.direct, answer.write], [sumAt(4096), sumAt(8192), true, "EBADF"]);
  assert.deepEqual(answer.env, ["LANG"]);
  child.stdin?.write("hello");
  assert.equal(await nextLine(child), "heard hello");
  child.stdin?.write("go");
  assert.equal(await ended, 7);
});

for (const [name, env] of [
  ["sudo", { SUDO_UID: String(NOBODY), SUDO_GID: String(NOBODY) }],
  ["pkexec", { PKEXEC_UID: String(NOBODY) }],
] as const) {
  test(`open-device gives up root for the user of ${name}`, { skip: skipRoot }, async (t) => {
    const { child, ended } = start(t, command, { env });
    const answer = await ask(child);
    assert.deepEqual([answer.uid, answer.gid, answer.groups], [NOBODY, NOBODY, [NOBODY]]);
    assert.deepEqual([answer.three, answer.four, answer.again], [sumAt(4096), sumAt(8192), "EACCES"]);
    child.stdin?.write("go");
    assert.equal(await ended, 7);
  });
}

test("open-device does not stay root where it cannot tell for whom", { skip: skipRoot }, async (t) => {
  const { ended } = start(t, command, { env: { PKEXEC_UID: "4000000000" } });
  await assert.rejects(ended, (error) => error instanceof Fault && error.code === "source/opener");
});

test("spawnWithDevice() without the right is a fault that names the remedy", { skip: skipRoot }, async (t) => {
  const how: DeviceChildHow = { uid: NOBODY, gid: NOBODY, env: {} };
  await assert.rejects(start(t, command, how).ended, (error) => {
    assert.ok(error instanceof Fault && error.code === "source/rights");
    assert.equal(error.values["path"], device);
    return true;
  });
});

test("spawnWithDevice() passes signals on and ends with the command's code", { skip }, async (t) => {
  const { child, ended } = start(t, command);
  await ask(child);
  child.kill("SIGTERM");
  assert.equal(await ended, 42);
});

test("open-device ends when its input closes, also with a command that does not listen", { skip }, async (t) => {
  const one = start(t, command);
  await ask(one.child);
  one.child.stdin?.end();
  assert.equal(await one.ended, 9);
  const deaf = `process.on("SIGTERM", () => {}); console.log(process.pid); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
  const two = start(t, [process.execPath, "-e", deaf]);
  const pid = Number(await nextLine(two.child));
  two.child.stdin?.end();
  assert.equal(await two.ended, 137);
  assert.throws(() => process.kill(pid, 0), /ESRCH/);
});

test("spawnWithDevice() stop() forgets it at once and ends it soon", { skip }, async (t) => {
  const { child, stop } = start(t, [
    process.execPath,
    "-e",
    "console.log(process.pid); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  ]);
  const pid = Number(await nextLine(child));
  const gone = new Promise((done) => child.once("exit", done));
  stop();
  await gone;
  assert.throws(() => process.kill(pid, 0), /ESRCH/);
});

test("spawnWithDevice() with an elevating program that refuses or is not there is a fault of its own", async (t) => {
  for (const program of ["/bin/false", "/nowhere/sudo"]) {
    await assert.rejects(start(t, command, { elevate: [program] }).ended, (error) => {
      assert.ok(error instanceof Fault && error.code === "source/elevation", program);
      assert.equal(error.values["program"], program);
      return true;
    });
  }
});

test("spawnWithDevice() with an elevating program that agrees runs the command", { skip }, async (t) => {
  const { child, ended } = start(t, command, { elevate: ["/usr/bin/env"] });
  assert.equal((await ask(child)).four, sumAt(8192));
  child.stdin?.write("go");
  assert.equal(await ended, 7);
});

function opener(...args: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [entryFile("src/examination/sources/open-device.child.node.ts"), ...args], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  return new Promise((done) => child.once("exit", done));
}

test("open-device refuses every other verb, more than one path, and what is no block device", async () => {
  const run = ["--", "/bin/true"];
  for (const args of [
    [],
    ["--help"],
    [device],
    [device, device, ...run],
    ["sda", ...run],
    ["-x", ...run],
    [device, "--"],
    [device, "-w", ...run],
  ]) {
    assert.equal(await opener(...args), OPENER_EXITS.usage, args.join(" "));
  }
  symlinkSync(device, join(home, "link"));
  for (const path of [join(home, "disk.dd"), home, "/dev/null", join(home, "link")]) {
    assert.equal(await opener(path, ...run), OPENER_EXITS["source/not-readable"], path);
  }
  assert.equal(await opener(join(home, "gone"), ...run), OPENER_EXITS["source/missing"]);
});

test("open-device tells that the command does not start", { skip }, async () => {
  assert.equal(await opener(device, "--", "/nowhere/engine"), OPENER_EXITS["source/opener"]);
});

test("lookAtSource() and openSource() of a read-only loop device: direct, with its unaligned tail", {
  skip,
}, async () => {
  const look = await lookAtSource(device);
  assert.ok(look.spec.kind === "device");
  assert.deepEqual(
    [look.sizeBytes, look.readOnly.kernel, look.readOnly.mounted, look.notices],
    [SIZE, true, false, []],
  );
  const before = statSync(device);
  const open = openSource(look.spec);
  assert.equal(open.direct, true);
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 20, maximum: 20, shared: true }).buffer);
  for (const [offset, at, length] of [
    [0, 0, SIZE],
    [4096, 4096, 8192],
    [1, 3, 5000],
    [SIZE - 512, 0, 4096],
    [512, 8192, 65_536],
  ] as const) {
    const view = memory.subarray(at, at + length);
    const got = open.readSync(view, offset);
    assert.equal(got, Math.min(length, SIZE - offset));
    assert.equal(Buffer.compare(Buffer.from(view.subarray(0, got)), bytes.subarray(offset, offset + got)), 0);
  }
  open.close();
  assert.equal(statSync(device).atimeMs, before.atimeMs);
  assert.throws(
    () => openSource({ ...look.spec, number: "1:1" } as typeof look.spec & { kind: "device" }),
    (error) => error instanceof Fault && error.code === "source/changed",
  );
});

test("openSource() a device that gives errors is a ReadError there, and reads on elsewhere", { skip }, async (t) => {
  const path = join(home, "dying.dd");
  writeFileSync(path, bytes.subarray(0, 1024 * 1024));
  const dying = execFileSync(LOSETUP, ["-r", "-f", "--show", path]).toString().trim();
  t.after(() => execFileSync(LOSETUP, ["-d", dying]));
  const look = await lookAtSource(dying);
  assert.ok(look.spec.kind === "device");
  truncateSync(path, 512 * 1024); // the kernel answers with EIO beyond the end of what backs the device
  const open = openSource(look.spec);
  t.after(() => open.close());
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 20, maximum: 20, shared: true }).buffer);
  const view = memory.subarray(0, 65_536);
  assert.equal(open.readSync(view, 512 * 1024 - 65_536), 65_536);
  for (const at of [0, 3]) {
    assert.throws(
      () => open.readSync(memory.subarray(at, at + 65_536), 512 * 1024 - 32_768),
      (error) =>
        error instanceof ReadError && error.why === "input-error" && error.code === "EIO" && error.goodBytes <= 32_768,
    );
  }
  assert.equal(open.readSync(view, 0), 65_536);
  assert.equal(Buffer.compare(Buffer.from(view), bytes.subarray(0, 65_536)), 0);
});
