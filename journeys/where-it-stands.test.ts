// Every finding on the practice stick stands where the truth says that it was put: in raw, and in an E01 of the same stick.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { writeEwf } from "#examination/images/node";
import { reportIn, setDesk } from "./phum.ts";

const desk = setDesk("standing");
after(() => desk.close());

interface Planted {
  known: string;
  standing: string;
  path: string | null;
  extents: { offsetBytes: number; lengthBytes: number }[];
}

function examine(source: string, exhibit: string) {
  const officer = ["--certificate", "set/officer.cert", "--identity", "set/officer.key"];
  const words = [...officer, "--passphrase-file", "set/officer.passphrase", "--filter", "set/practice.phumf"];
  const { status, stderr } = desk.phum(
    "examine",
    source,
    ...words,
    "--exhibit",
    exhibit,
    "--out",
    exhibit,
    "--seed",
    "a",
  );
  assert.equal(status, 20, stderr);
  return reportIn(desk, exhibit).findings;
}

test("Each finding on the practice stick lies in the file the truth names, deleted ones as deleted, alike in an E01", () => {
  assert.equal(desk.phum("practice", "set").status, 0);
  const truth = JSON.parse(readFileSync(desk.path("set/truth.json"), "utf8"));
  const planted: Planted[] = truth.planted;
  const findings = examine("set/practice-stick.dd", "RAW");
  assert.ok(findings.length > 15);
  for (const { place, standing, certainty, offsetBytes, lengthBytes, inside } of findings) {
    const told = place.split("/").slice(1).join("/");
    if (inside === true || /\/carved@\d+$/.test(place)) {
      const isWithin = planted.some(({ path }) => path !== null && told.startsWith(`p1/fat16/${path}/`));
      assert.ok(isWithin && standing === "allocated", place);
      continue;
    }
    const home = planted.find(({ extents }) =>
      extents.some(
        (extent) => offsetBytes >= extent.offsetBytes && offsetBytes < extent.offsetBytes + extent.lengthBytes,
      ),
    );
    assert.ok(home !== undefined, place);
    if (home.path !== null) {
      assert.deepEqual([told, standing], [`p1/fat16/${home.path}`, "allocated"]);
      const end = offsetBytes + lengthBytes;
      assert.ok(home.extents.some((extent) => extent.offsetBytes + extent.lengthBytes >= end));
    } else if (home.standing === "deleted") {
      assert.match(told, /^p1\/fat16\/MYFILES\/_IC\d{4}\.(BMP|PNG)$/);
      assert.deepEqual([standing, certainty], ["deleted", "contiguous-guess"]);
    } else if (home.standing === "outside") assert.equal(standing, "outside");
    else assert.deepEqual([home.standing, told, standing], ["partly-overwritten", "p1/fat16", "unallocated"]);
  }
  const stick = readFileSync(desk.path("set/practice-stick.dd"));
  const readSync = (view: Uint8Array, at: number): number => stick.copy(view, 0, at, at + view.length);
  const wishes = { media: { sizeBytes: stick.length, readSync }, chunkSectors: 64, level: 1, badSectors: [] };
  writeEwf({ ...wishes, stem: "practice-stick", segmentBytes: 8 << 20 }, (name, bytes) =>
    writeFileSync(desk.path(name), bytes),
  );
  const rename = findings.map((finding) => ({
    ...finding,
    place: finding.place.replace("practice-stick.dd", "practice-stick.E01"),
  }));
  assert.deepEqual(examine("practice-stick.E01", "E01"), rename);
});
