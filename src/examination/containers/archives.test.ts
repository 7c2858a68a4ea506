import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { sparseTarOf, tarOf, zipOf } from "./archive-samples.node.ts";
import { look, noise } from "./inside-lab.node.ts";
import { startSevenZip } from "./seven-zip-module.node.ts";

const A = noise(5000, 1);
const B = Buffer.from("benign words, again and again. ".repeat(400));
const LONG = `${"folder-of-a-long-name/".repeat(6)}b.txt`;

function expect(bytes: Uint8Array, want: Record<string, Uint8Array>, problems: string[] = []): void {
  const looked = look(bytes);
  for (const [place, content] of Object.entries(want)) {
    const found = looked.files.get(place);
    assert.ok(found !== undefined, `${place} of ${[...looked.files.keys()].join(", ")}`);
    assert.ok(found.bytes.equals(content), place);
    assert.equal(found.complete, true);
  }
  assert.equal(looked.files.size, Object.keys(want).length);
  assert.deepEqual(looked.problems, problems);
}

test("lookInside() gives files of zip: stored, deflated, open, wide, with bytes in front", () => {
  const files = [
    { name: "a", bytes: A, stored: true as const },
    { name: "d/b", bytes: B },
    { name: "d/open", bytes: B, open: true as const },
    { name: "wide", bytes: A, wide: true as const },
  ];
  const want = { "f/a": A, "f/d/b": B, "f/d/open": B, "f/wide": A };
  expect(zipOf(files), want);
  // In front: as if a program unpacked itself; it is a zip by its own first bytes only where nothing stands there.
  const shifted = Buffer.concat([zipOf([{ name: "x", bytes: A }]).subarray(0, 4), Buffer.alloc(60), zipOf(files)]);
  for (const place of Object.keys(want)) assert.ok(look(shifted).files.has(place), place);
});

test("lookInside() of zip finds entries that no directory lists, says what is locked, and reads one that is cut", () => {
  expect(
    zipOf([
      { name: "a", bytes: A },
      { name: "hidden", bytes: B, unlisted: true },
      { name: "c", bytes: A },
    ]),
    {
      "f/a": A,
      "f/hidden": B,
      "f/c": A,
    },
  );
  expect(
    zipOf([
      { name: "a", bytes: A },
      { name: "secret", bytes: B, locked: true },
    ]),
    { "f/a": A },
    ["encrypted f/secret"],
  );
  const cut = zipOf([
    { name: "a", bytes: A },
    { name: "b", bytes: B },
  ]);
  const looked = look(cut.subarray(0, cut.length - 60));
  assert.ok(looked.files.get("f/a")?.bytes.equals(A) && looked.files.get("f/b")?.bytes.equals(B));
  assert.deepEqual(looked.problems, ["damaged f"]);
});

test("lookInside() gives files of tar: long names of GNU and pax, holes", () => {
  const files = [
    { name: "a", bytes: A },
    { name: LONG, bytes: B },
  ];
  expect(tarOf(files), { "f/a": A, [`f/${LONG}`]: B });
  expect(tarOf(files, { pax: true }), { "f/a": A, [`f/${LONG}`]: B });
  expect(sparseTarOf("holes", 20_000, A), { "f/holes": Buffer.concat([A, Buffer.alloc(15_000)]) });
});

test("lookInside() gives what gzip and zstd hold, several members of gzip joined, and names it", () => {
  const twice = Buffer.concat([gzipSync(A), gzipSync(B)]);
  const whole = Buffer.concat([A, B]);
  assert.ok(look(twice, {}, "x.bin.gz").files.get("x.bin.gz/x.bin")?.bytes.equals(whole));
  assert.ok(look(zstdCompressSync(B), {}, "x.zst").files.get("x.zst/x")?.bytes.equals(B));
  const tar = gzipSync(tarOf([{ name: "a", bytes: A }]));
  assert.ok(look(tar, {}, "x.tgz").files.get("x.tgz/content.tar/a")?.bytes.equals(A));
  const damaged = look(gzipSync(noise(100_000)).subarray(0, 60_000), {}, "x.gz");
  assert.ok((damaged.files.get("x.gz/x")?.sizeBytes ?? 0) > 30_000);
});

test("lookInside() reads 7z, and zip with methods that Node does not know; says what is locked", () => {
  const seven = startSevenZip(() => undefined) as ReturnType<typeof startSevenZip> & {
    FS: { readFile(path: string): Uint8Array };
  };
  seven.FS.writeFile("/a", A);
  seven.FS.writeFile("/b", B);
  seven.FS.writeFile("/c.zip", zipOf([{ name: "in", bytes: A }]));
  const made = (name: string, ...how: string[]): Uint8Array => {
    assert.equal(seven.callMain(["a", ...how, `/${name}`, "/a", "/b", "/c.zip"]), 0);
    return seven.FS.readFile(`/${name}`);
  };
  const want = { "f/a": A, "f/b": B, "f/c.zip": Buffer.from(zipOf([{ name: "in", bytes: A }])), "f/c.zip/in": A };
  expect(made("x.7z"), want);
  expect(made("bcj.7z", "-m0=PPMd"), want);
  for (const method of ["LZMA", "Deflate64", "BZip2", "PPMd"]) expect(made(`${method}.zip`, `-mm=${method}`), want);
  expect(made("x.tar"), want);
  const locked = ["encrypted f/a", "encrypted f/b", "encrypted f/c.zip"];
  assert.deepEqual(look(made("p.7z", "-psecret")).problems.sort(), locked);
  assert.deepEqual(look(made("h.7z", "-psecret", "-mhe=on")).problems, ["encrypted f"]);
  assert.deepEqual(look(made("aes.zip", "-psecret", "-mem=AES256")).problems.sort(), locked);
  const whole = made("cut.7z");
  assert.deepEqual(look(whole.subarray(0, whole.length - 20)).problems, ["damaged f"]);
});

test("lookInside() tells a name that says something else", () => {
  const looked = look(
    zipOf([
      { name: "report.txt", bytes: zipOf([{ name: "x.jpg", bytes: B }]) },
      { name: "y.jpg", bytes: zipOf([]) },
    ]),
  );
  assert.equal(looked.files.get("f/report.txt")?.misnamed, false);
  assert.equal(looked.files.get("f/report.txt/x.jpg")?.misnamed, true);
  assert.equal(looked.files.get("f/y.jpg")?.misnamed, true);
  assert.equal(looked.files.get("f/y.jpg")?.type, "zip");
});
