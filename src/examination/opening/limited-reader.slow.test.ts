// What a limited child cannot do, and what a list, a copy and a verification keep when it ends before its work is done.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import type { CommandRequest } from "#base/commandline";
import { toHex, utf8 } from "#base/values";
import { FatSample } from "#examination/filesystems/node";
import { evidenceMedium } from "./evidence-medium.node.ts";
import { extractMedium } from "./extract.command.ts";
import { limitedNode } from "./limited-child.node.ts";
import { listMedium } from "./list.command.ts";
import { runReader } from "./run-reader.node.ts";
import type { PlantedFault } from "./walk-guard.node.ts";

const root = mkdtempSync(join(tmpdir(), "phum-reader-"));
after(() => rmSync(root, { recursive: true, force: true }));

const MS = Date.UTC(2026, 10, 25);
const FOLDERS = 5;
const FILES = 30;
const sample = new FatSample({ kind: "fat16", clusters: 6000 });
/** One folder stands by itself: a reader takes many sectors at once, and what it took last is passed over. */
const APART = 2;
const folders = Array.from({ length: FOLDERS }, (_, i) => {
  if (i === APART) sample.skipTo(3000);
  if (i === APART + 1) sample.skipTo(100);
  return sample.addDirectory(sample.root, `DIR${i}`, MS);
});
for (const [i, folder] of folders.entries()) {
  for (let n = 0; n < FILES; n++) {
    sample.addFile(folder, `F${i}N${n}.TXT`, { content: utf8(`file ${n} of folder ${i} `.repeat(20)), ms: MS });
  }
}
const image = join(root, "volume.dd");
writeFileSync(image, sample.image());
/** A byte of the third folder's records. */
const FOLDER_BYTE = sample.at(folders[APART]?.clusters[0] ?? 0) + 8;

async function run(
  command: (request: CommandRequest, fault?: PlantedFault) => Promise<number>,
  given: { positionals: string[]; options?: Record<string, string | boolean>; fault?: PlantedFault },
) {
  const lines: string[] = [];
  const { positionals, options = {}, fault } = given;
  const out = (line: string): void => void lines.push(...line.split("\n"));
  const request: CommandRequest = {
    ...{ positionals, language: "en", out, err: out, live: () => {}, nowMs: () => 0, passphrase: async () => "" },
    text: (option) => (typeof options[option] === "string" ? options[option] : undefined),
    texts: () => [],
    flag: (option) => options[option] === true,
    path: (path) => resolve(root, path),
    signal: new AbortController().signal,
  };
  return { code: await command(request, fault), lines };
}

const files = (lines: readonly string[]): string[] =>
  lines.flatMap((line) => /\tvolume\.dd\/fat16\/(\S+)$/.exec(line)?.[1] ?? []);

const whole = await run(listMedium, { positionals: [image] });
assert.equal(files(whole.lines).length, FOLDERS * (FILES + 1));

for (const how of ["crash", "throw", "memory"] as const) {
  test(`list goes on after a ${how} at one file: it stands in the list, and so does everything else`, async () => {
    const fault = { how, name: toHex(utf8("F2N7.TXT")) };
    const { code, lines } = await run(listMedium, { positionals: [image], fault });
    assert.equal(code, 74);
    assert.deepEqual(files(lines), files(whole.lines));
    assert.match(lines.at(-1) ?? "", /^! volume\.dd\/fat16\/DIR2\/F2N7\.TXT: its reader .*contents were left out/);
  });
}

for (const how of ["crash", "throw"] as const) {
  test(`list goes on after a ${how} within one folder: all other folders are listed, and the place is said`, async () => {
    const { code, lines } = await run(listMedium, { positionals: [image], fault: { how, atByte: FOLDER_BYTE } });
    assert.equal(code, 74);
    const listed = files(lines);
    const others = files(whole.lines).filter((place) => !place.startsWith("DIR2/"));
    assert.deepEqual(
      listed.filter((place) => !place.startsWith("DIR2/")),
      others,
    );
    assert.ok(
      lines.some((line) => /^! Behind volume\.dd\/fat16.*: its reader broke off\..*passed over/.test(line)),
      lines.join("\n"),
    );
  });
}

test("list in json and dfxml after a crash holds every entry once, and is whole", async () => {
  const fault = { how: "crash" as const, name: toHex(utf8("F4N1.TXT")) };
  const json = await run(listMedium, { positionals: [image], options: { format: "json", hash: true }, fault });
  const records = json.lines.flatMap((line) => (line.startsWith("{") ? [JSON.parse(line)] : []));
  const places = records.flatMap(({ record, place }) => (record === "entry" ? [place] : []));
  assert.equal(new Set(places).size, places.length);
  assert.equal(places.length, FOLDERS * (FILES + 1));
  assert.deepEqual(
    records.filter(({ record }) => record === "lost").map(({ what, why }) => [what, why]),
    [["contents", "ended"]],
  );
  const dfxml = (await run(listMedium, { positionals: [image], options: { format: "dfxml" }, fault })).lines.join("\n");
  const ids = [...dfxml.matchAll(/<id>(\d+)<\/id>/g)].map(([, id]) => Number(id));
  assert.deepEqual(
    ids,
    Array.from({ length: FOLDERS * (FILES + 1) }, (_, i) => i + 1),
  );
  assert.equal(dfxml.match(/<volume /g)?.length, 1);
  assert.equal(dfxml.match(/<\/volume>\n<\/dfxml>/g)?.length, 1);
});

test("extract goes on after a crash at one file: all others are copied, and it is said", async () => {
  const fault = { how: "crash" as const, name: toHex(utf8("F1N3.TXT")) };
  const { code, lines } = await run(extractMedium, {
    positionals: [image, "volume.dd"],
    options: { out: "copies" },
    fault,
  });
  assert.equal(code, 74);
  const copied = readdirSync(join(root, "copies"), { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  assert.equal(copied.length, FOLDERS * FILES - 1 + 1);
  assert.equal(readFileSync(join(root, "copies/fat16/DIR1/F1N4.TXT"), "utf8"), "file 4 of folder 1 ".repeat(20));
  assert.ok(lines.some((line) => /F1N3\.TXT: its reader broke off/.test(line)));
});

test("A reader that hangs at one file is ended in its time, and the run goes on without it", async () => {
  const medium = await evidenceMedium(image);
  const text: string[] = [];
  const task = {
    verb: "list",
    format: "text",
    deleted: false,
    hashing: false,
    language: "en",
    command: "",
    startedMs: 0,
  };
  const outcome = await runReader({
    ...{ medium, signal: new AbortController().signal, goesOn: true },
    task: () => ({ ...task, begun: text.length > 0 }),
    limits: { silentMs: 1500, objectMs: 20_000, totalMs: 60_000 },
    fault: { how: "hang", name: toHex(utf8("F3N3.TXT")) },
    onText: (lines) => void text.push(...lines.split("\n")),
    onMessage: () => null,
  });
  medium.close();
  assert.deepEqual(
    outcome.lost.map(({ what, why }) => [what, why]),
    [["contents", "silent"]],
  );
  assert.deepEqual(files(text), files(whole.lines));
});

/** Runs one expression within the limits of a reader. @returns what it said, or the code of its error. */
function tried(expression: string, fd?: number): string {
  const code = `try { console.log("did", String(await (${expression}))) } catch (error) { console.log(error.code ?? error.message) }`;
  const [program = "", ...words] = limitedNode(1);
  const stdio = ["ignore", "pipe", "pipe", ...(fd === undefined ? [] : [fd])] as const;
  const how = { env: {}, encoding: "utf8" as const, stdio: [...stdio] };
  return spawnSync(program, [...words, "--input-type=module", "-e", code], how).stdout.trim();
}

test("A reader cannot write, read other files, start programs or threads, load addons, or reach the network", async () => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const secret = join(root, "secret.txt");
  writeFileSync(secret, "secret");
  const fs = 'await import("node:fs")';
  const denied: string[] = [
    `(${fs}).readFileSync(${JSON.stringify(secret)}, "utf8")`,
    `(${fs}).readFileSync(${JSON.stringify(image)})`,
    `(${fs}).readFileSync("/etc/passwd", "utf8")`,
    `(${fs}).readdirSync("/")`,
    `(${fs}).writeFileSync(${JSON.stringify(join(root, "written"))}, "x")`,
    `(${fs}).writeFileSync(${JSON.stringify(join(import.meta.dirname, "written"))}, "x")`,
    `(${fs}).unlinkSync(${JSON.stringify(secret)})`,
    '(await import("node:child_process")).spawnSync("true").error ?? "started"',
    'new (await import("node:worker_threads")).Worker("1", { eval: true })',
    'process.dlopen({ exports: {} }, "/lib/x.node")',
    `new Promise((done, failed) => import("node:net").then(({ connect }) => connect(${port}, "127.0.0.1", () => done("connected")).on("error", failed)))`,
    `fetch("http://127.0.0.1:${port}/").catch((error) => { throw error.cause ?? error })`,
    '(await import("node:dns/promises")).lookup("localhost")',
  ];
  for (const expression of denied) {
    assert.match(tried(expression), /ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED|EPERM|Access/i, expression);
  }
  server.close();
  assert.deepEqual(
    readdirSync(root).filter((name) => name === "written" || name === "secret.txt"),
    ["secret.txt"],
  );
});

test("A reader reads the descriptor it was given and cannot write to it, and its memory ends in time", () => {
  const fd = openSync(image, "r");
  const read = `(await import("node:fs")).readSync(3, new Uint8Array(512), 0, 512, 0)`;
  assert.equal(tried(read, fd), "did 512");
  assert.equal(tried('(await import("node:fs")).writeSync(3, new Uint8Array(1), 0, 1, 0)', fd), "EBADF");
  closeSync(fd);
  const memory =
    "(() => { const held = []; for (let i = 0; i < 3000; i++) held.push(new Uint8Array(1 << 20).fill(1)); return held.length })()";
  if (process.platform === "linux") assert.doesNotMatch(tried(memory), /did/);
});
