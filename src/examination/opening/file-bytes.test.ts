import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { projectHome } from "#base/machine/node";
import { logicalImageOf } from "#examination/images/node";
import { placeNames } from "#examination/sources";
import { fileBytes } from "./file-bytes.node.ts";

const IMAGE = join(
  process.env["PHUM_TESTDATA"] ?? resolve(projectHome, "../shared/testdata"),
  "devices/raw/syslog_image.dd",
);
const skip = !existsSync(IMAGE) && "no test data: devices/raw/syslog_image.dd";
const most = { mostBytes: 2 ** 24, signal: new AbortController().signal };

// The digest is debugfs's (e2fsprogs 1.47).
test("fileBytes() gives the one file at a place, whole, out of a child that is shut in", { skip }, async () => {
  const bytes = await fileBytes(IMAGE, placeNames("syslog_image.dd/ext2/logs/sys.tgz"), most);
  assert.equal(
    bytes && hash("sha256", bytes, "hex"),
    "3b6a6c939a1b4fdb9e070b988f3adb566d957a698068a290b7f2b81e5d16c2d8",
  );
});

test("fileBytes() gives a file of a logical image, which has no disk", async () => {
  const home = mkdtempSync(join(tmpdir(), "phum-file-bytes-"));
  try {
    const [file, wanted] = [join(home, "phone.ad1"), Buffer.from("benign bytes of a file ".repeat(9000))];
    writeFileSync(file, logicalImageOf({ "small.txt": wanted, "other.txt": Buffer.alloc(5000, 7) }));
    const bytes = await fileBytes(file, placeNames("phone.ad1/files/folder/small.txt"), most);
    assert.ok(bytes !== null && wanted.equals(bytes));
  } finally {
    rmSync(home, { recursive: true });
  }
});

test("fileBytes() of a folder, of what is not there, and of more than may be taken is null", { skip }, async () => {
  assert.equal(await fileBytes(IMAGE, placeNames("syslog_image.dd/ext2/logs"), most), null);
  assert.equal(await fileBytes(IMAGE, placeNames("syslog_image.dd/ext2/nothing"), most), null);
  assert.equal(
    await fileBytes(IMAGE, placeNames("syslog_image.dd/ext2/logs/sys.tgz"), { ...most, mostBytes: 100 }),
    null,
  );
});
