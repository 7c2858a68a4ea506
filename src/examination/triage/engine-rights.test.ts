import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { toHex, utf8 } from "#base/values";
import type { EngineStart } from "./engine-message.ts";
import { engineRights } from "./engine-rights.node.ts";

const folder = mkdtempSync(join(tmpdir(), "phum-rights-"));
after(() => rmSync(folder, { recursive: true }));
for (const name of ["list", "medium", "other"]) mkdirSync(join(folder, name));
const list = join(folder, "list/known.phumf");
const image = join(folder, "medium/stick.dd");
for (const path of [list, image, join(folder, "other/file")]) writeFileSync(path, "x");

const segments = [{ pathBytes: toHex(utf8(image)), sizeBytes: 1 }];
const start: Pick<EngineStart, "filters" | "source"> = {
  filters: [{ path: list, unlock: { parts: [] } }],
  source: { kind: "image", segments, sizeBytes: 1 },
};

/** Says, as JSON, what came of each attempt: "done", or an error's code. */
const ATTEMPTS = `
const fs = require("node:fs");
const tried = {};
const attempt = (name, act) => { try { act(); tried[name] = "done"; } catch (error) { tried[name] = error.code; } };
attempt("list", () => fs.readFileSync(${JSON.stringify(list)}));
attempt("image", () => fs.readFileSync(${JSON.stringify(image)}));
attempt("other", () => fs.readFileSync(${JSON.stringify(join(folder, "other/file"))}));
attempt("write", () => fs.writeFileSync(${JSON.stringify(join(folder, "medium/new"))}, "x"));
attempt("change", () => fs.openSync(${JSON.stringify(image)}, "r+"));
attempt("program", () => require("node:child_process").spawnSync("true"));
process.permission.drop("ffi");
attempt("ffi", () => process.getBuiltinModule("node:ffi").dlopen(null, {}));
const socket = require("node:net").connect(9, "127.0.0.1");
socket.on("error", (error) => { tried.net = error.code; console.log(JSON.stringify(tried)); });
`;

test("engineRights() let an engine read its lists and its source; it writes, starts and reaches nothing", () => {
  const { stdout, stderr } = spawnSync(process.execPath, [...engineRights(start), "-e", ATTEMPTS], {
    encoding: "utf8",
  });
  const denied = "ERR_ACCESS_DENIED";
  assert.deepEqual(JSON.parse(stdout || stderr), {
    ...{ list: "done", image: "done", other: denied, write: denied, change: denied },
    ...{ program: denied, ffi: denied, net: denied },
  });
});

test("engineRights() name nothing besides a folder it lies in: Node would forget the folder", () => {
  const beside = join(folder, "medium/known.phumf");
  const rights = engineRights({ ...start, filters: [{ path: beside, unlock: { parts: [] } }] });
  const reads = rights.flatMap((right) => (right.startsWith("--allow-fs-read=") ? [right.slice(16)] : []));
  assert.equal(reads.at(-1), join(folder, "medium"));
  assert.ok(!reads.includes(beside));
});

test("engineRights() let an engine read a folder beside a list whose name begins like the folder's", () => {
  const [medium, beside] = [join(folder, "medium"), join(folder, "medium.phumf")];
  writeFileSync(beside, "x");
  const source = { kind: "folder", pathBytes: toHex(utf8(medium)) } as unknown as EngineStart["source"];
  const rights = engineRights({ source, filters: [{ path: beside, unlock: { parts: [] } }] });
  const script = `console.log(require("node:fs").readdirSync(${JSON.stringify(medium)}).join())`;
  const { stdout } = spawnSync(process.execPath, [...rights, "-e", script], { encoding: "utf8" });
  assert.match(stdout, /stick\.dd/);
});

test("engineRights() of a name that is no text let it read everything, and still write nothing", () => {
  const pathBytes = `${toHex(utf8(`${folder}/`))}ff2f78`;
  const rights = engineRights({
    ...start,
    source: { kind: "image", segments: [{ pathBytes, sizeBytes: 1 }], sizeBytes: 1 },
  });
  assert.deepEqual(
    rights.filter((right) => /fs/.test(right)),
    ["--allow-fs-read=*"],
  );
});
