import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { readHouse } from "./floors.ts";

const WALLS = {
  floors: ["base", "platform", "examination", "agency", "apps"],
  sideways: { "examination/triage": ["examination/sources"], "examination/sources": ["examination/triage"] },
  never: [
    { from: "apps/cli", to: ["platform/db"] },
    { from: "agency/statistics", to: ["agency/cases/server"] },
  ],
};

/** Each planted trespass: the files of a small house, and the sentence that must be printed. */
const PLANTED: { name: string; files: Record<string, string>; says: RegExp }[] = [
  { name: "upward", files: { "src/base/a/x.ts": 'import "#apps/cli";' }, says: /lower floors only/ },
  { name: "deep", files: { "src/apps/cli/x.ts": 'import "#base/a/deep/file";' }, says: /by its door/ },
  { name: "relative", files: { "src/base/a/x.ts": 'import "../b/x.ts";' }, says: /by its door/ },
  { name: "through the own door", files: { "src/base/a/x.ts": 'import "#base/a";' }, says: /import each other by/ },
  { name: "pure to Node", files: { "src/base/a/x.ts": 'import "node:fs";' }, says: /knows no Node/ },
  { name: "pure to a Node door", files: { "src/platform/a/x.ts": 'import "#base/b/node";' }, says: /pure doors only/ },
  {
    name: "pure to a Node file",
    files: { "src/base/a/x.ts": 'import "./y.node.ts";', "src/base/a/y.node.ts": "" },
    says: /pure files only/,
  },
  { name: "sideways", files: { "src/examination/a/x.ts": 'import "#examination/b";' }, says: /is not listed/ },
  { name: "never", files: { "src/apps/cli/x.ts": 'import "#platform/db";' }, says: /never from apps\/cli/ },
  {
    name: "never to a server door",
    files: { "src/agency/statistics/x.routes.ts": 'import "#agency/cases/server";' },
    says: /never from agency\/statistics/,
  },
  {
    name: "by type",
    files: { "src/base/a/x.ts": 'export type T = import("#apps/cli").T;' },
    says: /lower floors only/,
  },
  { name: "by re-export", files: { "src/base/a/x.ts": 'export * from "#apps/cli";' }, says: /lower floors only/ },
  { name: "by dynamic import", files: { "src/base/a/x.ts": 'void import("#apps/cli");' }, says: /lower floors only/ },
  { name: "computed", files: { "src/base/a/x.ts": "void import(String(1));" }, says: /must name its file/ },
  {
    name: "by URL",
    files: { "src/base/a/x.node.ts": 'export const u = new URL("../b/x.ts", import.meta.url);' },
    says: /by its door/,
  },
  {
    name: "a thread imported",
    files: { "src/base/a/x.node.ts": 'import "./y.thread.node.ts";', "src/base/a/y.thread.node.ts": "" },
    says: /started, not imported/,
  },
  {
    name: "circle of rooms by type",
    files: {
      "src/examination/triage/x.ts": 'import type { A } from "#examination/sources"; export type B = A;',
      "src/examination/sources/x.ts": 'import type { B } from "#examination/triage"; export type A = B;',
    },
    says: /rooms may not stand in a circle/,
  },
  {
    name: "circle of files",
    files: { "src/base/a/x.ts": 'import "./y.ts";', "src/base/a/y.ts": 'import "./x.ts";' },
    says: /files may not import in a circle/,
  },
  { name: "a long file", files: { "src/base/a/x.ts": "\n".repeat(401) }, says: /at most 400/ },
  { name: "a name that says nothing", files: { "src/base/a/utils.ts": "" }, says: /says nothing/ },
  { name: "a folder in a room", files: { "src/base/a/b/x.ts": "" }, says: /one flat folder/ },
];

function house(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "floors-"));
  writeFileSync(join(root, "floors.json"), JSON.stringify(WALLS));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

for (const { name, files, says } of PLANTED) {
  test(`readHouse() finds a trespass planted ${name}`, (t) => {
    const root = house(files);
    t.after(() => rmSync(root, { recursive: true }));
    const { trespasses } = readHouse(root);
    assert.ok(
      trespasses.some((line) => says.test(line)),
      `nothing says ${says} in:\n${trespasses.join("\n")}`,
    );
  });
}

test("readHouse() finds nothing in a house that keeps its walls", (t) => {
  const root = house({
    "src/base/a/mod.ts": 'export { x } from "./x.ts";',
    "src/base/a/x.ts": "export const x = 1;",
    "src/examination/triage/x.ts": 'import { x } from "#base/a"; export const y = x;',
  });
  t.after(() => rmSync(root, { recursive: true }));
  assert.deepEqual(readHouse(root).trespasses, []);
});

test("readHouse() of an empty house reads no file", (t) => {
  const root = house({});
  t.after(() => rmSync(root, { recursive: true }));
  assert.equal(readHouse(root).files, 0);
});
