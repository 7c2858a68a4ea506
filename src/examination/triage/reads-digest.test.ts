import assert from "node:assert/strict";
import { test } from "node:test";
import type { SourceLook } from "#examination/sources";
import { readsDigestOf, workersFor } from "./examination-setup.node.ts";

function device(path: string, medium: "rotating" | "flash", removable: boolean | null): SourceLook {
  const spec = { kind: "device", path, number: "8:0", sizeBytes: 1, sectorBytes: 512 } as const;
  return { spec, medium, removable } as unknown as SourceLook;
}

test("readsDigestOf() is SHA-256 of the bytes for disks, sticks and cards, keyed elsewhere", () => {
  const keyed = "sha256-of-sector-hashes";
  const folder = {
    spec: { kind: "folder", pathBytes: "" },
    medium: "folder",
    removable: null,
  } as unknown as SourceLook;
  assert.equal(readsDigestOf(device("/dev/sda", "rotating", false)), "sha256");
  assert.equal(readsDigestOf(device("/dev/sdb", "flash", true)), "sha256");
  assert.equal(readsDigestOf(device("/dev/sdb", "flash", null)), "sha256");
  assert.equal(readsDigestOf(device("/dev/nvme0n1", "flash", false)), keyed);
  assert.equal(readsDigestOf(device("/dev/loop7", "rotating", null)), keyed);
  assert.equal(readsDigestOf(folder), keyed);
});

test("workersFor() is two for a disk, whose head moves, and four for an image shown as one", () => {
  assert.equal(workersFor(device("/dev/sda", "rotating", false)), 2);
  assert.equal(workersFor(device("/dev/loop7", "rotating", null)), 4);
});
