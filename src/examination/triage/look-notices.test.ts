import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceLook } from "#examination/sources";
import { lookNotices, partNotice } from "./look-notices.ts";

const NOTICES: SourceLook["notices"] = [
  { code: "compressed-file", values: { path: "a.gz", format: "gzip" } },
  { code: "segments-uneven", values: { segment: "a.003" } },
  { code: "raw-device-first", values: { path: "/dev/sdb1", device: "/dev/sdb" } },
  { code: "mounts-unknown", values: { path: "a" } },
  { code: "no-write-blocker", values: { device: "/dev/sdb" } },
  { code: "on-writable-mount", values: { path: "a", mountPoint: "/media/stick" } },
  { code: "folder-times", values: { path: "a" } },
  { code: "own-disk", values: { path: "a" } },
];
const image: SourceLook["spec"] = { kind: "image", segments: [], sizeBytes: 0 };
const folder: SourceLook["spec"] = { kind: "folder", pathBytes: "" };

test("lookNotices() carries what was seen to page one, a writable mount only beneath a foreign disk's image", () => {
  const codes = (look: Pick<SourceLook, "spec" | "ownDisk">): string[] =>
    lookNotices({ notices: NOTICES, ...look }).map(({ code }) => code);
  const always = ["compressed-file", "segments-uneven", "raw-device-first", "mounts-unknown"];
  const last = ["access-times", "own-disk"];
  assert.deepEqual(codes({ spec: image, ownDisk: false }), [...always, "on-writable-mount", ...last]);
  assert.deepEqual(codes({ spec: image, ownDisk: true }), [...always, ...last]);
  assert.deepEqual(codes({ spec: folder, ownDisk: false }), [...always, ...last]);
});

test("partNotice() says that headers claim more than there is", () => {
  const known = { scheme: "mbr", regions: [], claimedBytes: 5000 } as const;
  assert.deepEqual(partNotice({ ...known, regions: [] }, 4096), [
    { code: "part-of-disk", values: { claimedBytes: 5000, sizeBytes: 4096 } },
  ]);
  assert.deepEqual([partNotice({ ...known, regions: [] }, 5000), partNotice(null, 1)], [[], []]);
});
