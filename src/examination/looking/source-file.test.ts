import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { projectHome } from "#base/machine/node";
import { seededRandom } from "#base/values";
import type { Finding } from "#examination/evidence";
import { greyPng } from "./grey-png.node.ts";
import type { LookedLane } from "./looking-options.node.ts";
import { sourceFile } from "./source-file.node.ts";

const home = mkdtempSync(join(tmpdir(), "phum-source-file-"));
after(() => rmSync(home, { recursive: true, force: true }));
const never = new AbortController().signal;
const CONTAINER = [{ code: "image-container", values: {} }];

/** A lane of which only what is asked here is there. */
function lane(
  source: string,
  place: string,
  facts: { kind: "folder" | "image" | "device"; container?: boolean } & Pick<Finding, "standing" | "inside">,
): LookedLane {
  const { kind, container = false, ...how } = facts;
  const finding = { place, kind: "whole-file", ...how } as Finding;
  const report = { source: { kind }, notices: container ? CONTAINER : [], findings: [finding] };
  return { report, source, dir: home, practice: false } as unknown as LookedLane;
}

const testData = join(process.env["PHUM_TESTDATA"] ?? resolve(projectHome, "../shared/testdata"), "devices");
const [AD1, E01] = [join(testData, "virt/ad1_test.ad1"), join(testData, "e01/dfvfs-ext2.E01")];
const without = (file: string) => !existsSync(file) && `no test data: ${file.slice(testData.length + 1)}`;
const logical = { kind: "folder", container: true } as const;

// The digest is of the file's chunk, inflated by Python's zlib.
test("sourceFile() reads a file out of a logical image, which was examined like a folder", {
  skip: without(AD1),
}, async () => {
  const bytes = await sourceFile(lane(AD1, "phone.ad1/files/doc2.txt", logical), 0, never);
  assert.ok(bytes instanceof Uint8Array, JSON.stringify(bytes));
  assert.equal(hash("sha256", bytes, "hex"), "75d5447ae708e0649db29458b777a5f9c897babdab3f253720550da2a956b5cf");
});

// The digest is fiwalk's (The Sleuth Kit 4.11.1).
test("sourceFile() reads a file of the disk in an E01, whose own name is where it lies today", {
  skip: without(E01),
}, async () => {
  const image = { kind: "image", container: true } as const;
  const bytes = await sourceFile(lane(E01, "then.E01/ext2/passwords.txt", image), 0, never);
  assert.ok(bytes instanceof Uint8Array, JSON.stringify(bytes));
  assert.equal(hash("sha1", bytes, "hex"), "677bc4ec72665fabac0bc91cd4e423a535a0cae4");
});

test("sourceFile() says when what is there is not what was examined: an image, a folder, a device, or nothing", async () => {
  const [file, folder] = [join(home, "phone.ad1"), join(home, "folder")];
  writeFileSync(file, Buffer.concat([Buffer.from("ADSEGMENTEDFILE"), Buffer.alloc(5000)]));
  mkdirSync(folder);
  const place = "phone.ad1/files/a.jpg";
  for (const facts of [{ kind: "folder" }, { kind: "device" }] as const) {
    assert.deepEqual(await sourceFile(lane(file, place, facts), 0, never), { refused: "other-device" }, facts.kind);
  }
  assert.deepEqual(await sourceFile(lane(folder, place, logical), 0, never), { refused: "other-device" });
  assert.deepEqual(await sourceFile(lane(folder, place, { kind: "folder" }), 0, never), { refused: "gone" });
  assert.deepEqual(await sourceFile(lane(file, place, logical), 0, never), { refused: "not-shown" });
  assert.deepEqual(await sourceFile(lane(join(home, "none"), place, logical), 0, never), { refused: "gone" });
});

/** A picture of noise. */
function noise(seed: string): Uint8Array {
  const random = seededRandom(seed);
  return greyPng({ width: 90, height: 90, pixels: Uint8Array.from({ length: 8100 }, () => random.below(256)) });
}

test("sourceFile() reads a folder's own file, and what stands in one; what is not there any more is gone or not shown", async () => {
  const folder = join(home, "chest");
  mkdirSync(join(folder, "sub"), { recursive: true });
  const [own, packed] = [noise("own"), noise("packed")];
  writeFileSync(join(folder, "own.png"), own);
  writeFileSync(join(folder, "sub/a.gz"), gzipSync(gzipSync(packed)));
  const read = (place: string, inside?: true) =>
    sourceFile(lane(folder, place, { kind: "folder", ...(inside && { inside }) }), 0, never);
  assert.deepEqual(Buffer.from((await read("chest/own.png")) as Uint8Array), Buffer.from(own));
  assert.deepEqual(Buffer.from((await read("chest/sub/a.gz/a/content", true)) as Uint8Array), Buffer.from(packed));
  assert.deepEqual(await read("chest/sub/a.gz/b", true), { refused: "not-shown" });
  assert.deepEqual(await read("chest/gone.png"), { refused: "gone" });
});
