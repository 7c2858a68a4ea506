import assert from "node:assert/strict";
import { test } from "node:test";
import type { VolumeRow } from "./medium-message.ts";
import { mediumNotices, packedVolumes } from "./volume-facts.ts";

function row(place: string, change: Partial<VolumeRow>): VolumeRow {
  return {
    ...{ place, startByte: 0, sizeBytes: 1000, encrypted: null, refused: null, found: null },
    ...{ waiting: false, trees: 0, unallocated: false },
    ...change,
  };
}

const volumes = [
  row("d/p1", { found: "btrfs" }),
  row("d/p2", { found: "lvm2" }),
  row("d/p2/vg/root", { trees: 1, waiting: true }),
  row("d/p2/vg/mirror", { refused: "lvm2-layout" }),
  row("d/p3", { found: "squashfs", startByte: 5000 }),
  row("d/p4", { found: "swap", unallocated: true }),
];

test("mediumNotices() names volumes that are not read, volume groups by their volumes, and journals that wait", () => {
  assert.deepEqual(
    mediumNotices({ volumes, lost: [{ place: "d/p1" }] }, { known: null, hits: 0 }).map(({ code, values }) => [
      code,
      values["where"],
    ]),
    [
      ["journal-waits", "d/p2/vg/root"],
      ["volumes-not-read", "d/p1 (btrfs), d/p2/vg/mirror (lvm2-layout), d/p3 (squashfs)"],
    ],
  );
});

test("packedVolumes() are those whose file system packs its files", () => {
  assert.deepEqual(packedVolumes(volumes), [{ place: "d/p3", offsetBytes: 5000, lengthBytes: 1000, name: "squashfs" }]);
});
