import assert from "node:assert/strict";
import { test } from "node:test";
import { newIntervals, type Run } from "./reading.ts";
import { salvage } from "./salvage.node.ts";

const KIB = 1024;

/** Reads everything but [bad, badEnd); notes what it got. */
function disk(
  bad: number,
  badEnd: number,
): { read(run: Run): Promise<number>; got: ReturnType<typeof newIntervals>; asked: number } {
  const got = newIntervals();
  const made = {
    ...{ got, asked: 0 },
    read: async ({ offsetBytes, lengthBytes }: Run): Promise<number> => {
      made.asked++;
      const hit = offsetBytes < badEnd && offsetBytes + lengthBytes > bad;
      const bytes = hit ? Math.max(0, bad - offsetBytes) : lengthBytes;
      got.add(offsetBytes, bytes);
      return bytes;
    },
  };
  return made;
}

for (const [bad, badEnd] of [
  [0, 4 * KIB],
  [100 * KIB, 140 * KIB],
  [252 * KIB, 256 * KIB],
  [0, 256 * KIB],
] as const) {
  test(`salvage() reads all but ${bad / KIB}-${badEnd / KIB} KiB of a place of 256 KiB, from both edges`, async () => {
    const { read, got } = disk(bad, badEnd);
    await salvage([{ offsetBytes: 0, lengthBytes: 256 * KIB }], { read, seconds: 60, isOver: () => false });
    assert.equal(got.bytes, 256 * KIB - (badEnd - bad));
  });
}

test("salvage() stops between two reads when the time is up or the examination is over", async () => {
  const one = disk(0, 0);
  await salvage([{ offsetBytes: 0, lengthBytes: 512 * KIB }], { read: one.read, seconds: 0, isOver: () => false });
  const two = disk(0, 0);
  await salvage([{ offsetBytes: 0, lengthBytes: 512 * KIB }], { read: two.read, seconds: 60, isOver: () => true });
  assert.deepEqual([one.got.bytes, two.got.bytes], [0, 0]);
});
