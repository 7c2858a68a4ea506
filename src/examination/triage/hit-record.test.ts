import assert from "node:assert/strict";
import { test } from "node:test";
import type { JournalEntry } from "#examination/evidence";
import { type HitRecord, hitRecord } from "./record.node.ts";

const FP = "00112233445566aa";

function record(): { hits: HitRecord; entries: JournalEntry[] } {
  const entries: JournalEntry[] = [];
  const evidence = {
    append: (kind: JournalEntry["kind"], body: JournalEntry["body"]): JournalEntry => {
      const entry = { n: entries.length, at: "", kind, body, previous: "", hash: "" };
      entries.push(JSON.parse(JSON.stringify(entry)));
      return entry;
    },
  };
  const contentKey = new Uint8Array(32).fill(7);
  return { hits: hitRecord({ evidence, contentKey, placeOf: (index) => ({ place: `f${index}` }) }), entries };
}

test("hitRecord() counts what did not stand apart, and forgets it when it stands later", () => {
  const { hits } = record();
  assert.deepEqual(hits.take(0, [[0, 4096, FP, 0]]), []);
  assert.deepEqual([hits.unconfirmed, hits.ledger.count], [1, 0]);
  assert.deepEqual(hits.take(0, [[0, 4096, FP, 1]]), [4096]);
  assert.deepEqual([hits.unconfirmed, hits.ledger.count], [0, 1]);
});

test("hitRecord() replays a journal to the same ledger, every hit once, without a fingerprint in it", () => {
  const { hits, entries } = record();
  hits.take(3, [
    [0, 8192, FP, 1],
    [1, 8192, FP, 1],
  ]);
  hits.take(3, [[0, 8192, FP, 1]]);
  hits.takeFile(2, { id: 1, readBytes: 700, listed: [[0, "sha256"]], lowEntropy: false });
  hits.flush();
  assert.ok(!JSON.stringify(entries).includes(FP));
  const { hits: again } = record();
  again.replay(entries);
  again.replay(entries);
  assert.deepEqual(again.ledger.hits(), hits.ledger.hits());
  assert.deepEqual(again.ledger.files(), hits.ledger.files());
  assert.equal(again.ledger.count, 3);
});
