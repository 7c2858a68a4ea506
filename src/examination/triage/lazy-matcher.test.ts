import assert from "node:assert/strict";
import { test } from "node:test";
import type { InnerMatcher } from "./inner-matcher.node.ts";
import { lazyMatcher } from "./lazy-matcher.node.ts";

/** A matcher that says how many bytes it was given. */
function counting(): InnerMatcher {
  return {
    close: () => undefined,
    begin() {
      let bytes = 0;
      return {
        piece: (piece) => {
          bytes += piece.length;
        },
        end: (sizeBytes) => ({ listed: [[bytes, "sha256"]], lowEntropy: sizeBytes === null, hits: [] }),
      };
    },
  };
}

test("lazyMatcher() opens nothing before the first byte, once for all, and loses none of what came before", async () => {
  let opened = 0;
  const open = Promise.withResolvers<InnerMatcher>();
  const matcher = lazyMatcher(() => {
    opened++;
    return open.promise;
  }, assert.fail);
  assert.deepEqual(matcher.begin().end(0).listed, []);
  assert.deepEqual([opened, matcher.wait()], [0, undefined]);
  const first = matcher.begin();
  first.piece(new Uint8Array(7));
  const waits = matcher.wait();
  assert.ok(waits !== undefined);
  first.piece(new Uint8Array(2));
  open.resolve(counting());
  await waits;
  assert.equal(matcher.wait(), undefined);
  first.piece(new Uint8Array(3));
  assert.deepEqual(first.end(12).listed, [[12, "sha256"]]);
  const second = matcher.begin();
  second.piece(new Uint8Array(5));
  assert.deepEqual(second.end(5).listed, [[5, "sha256"]]);
  assert.equal(opened, 1);
});

test("lazyMatcher() tells what kept the lists from being opened, and compares nothing then", async () => {
  let told = 0;
  const matcher = lazyMatcher(
    () => Promise.reject(new Error("no memory")),
    () => told++,
  );
  const file = matcher.begin();
  file.piece(new Uint8Array(7));
  await matcher.wait();
  assert.deepEqual([told, matcher.wait(), file.end(7).listed], [1, undefined, []]);
  assert.match(String(matcher.failure), /no memory/);
  matcher.close();
});
