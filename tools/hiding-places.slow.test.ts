// Every seventh of the hiding places: whatever can be found is found, and what is not has a reason.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { digestsOf, hidingMedium } from "./hiding-places.ts";

const root = mkdtempSync(join(tmpdir(), "phum-hiding-test-"));
after(() => rmSync(root, { recursive: true, force: true }));

test("list --inside --deleted and carve find every seventh hiding place that can be found", async () => {
  const { bytes, places } = await hidingMedium(7);
  const image = join(root, "places.dd");
  writeFileSync(image, bytes);
  const digests = digestsOf(image);
  const found = places.filter(({ sha256 }) => digests.has(sha256));
  const missed = places.filter(({ sha256, cannot }) => cannot === null && !digests.has(sha256));
  assert.deepEqual(
    missed.map(({ what }) => what),
    [],
  );
  assert.ok(places.length >= 77 && found.length >= 50, `${found.length} of ${places.length}`);
});
