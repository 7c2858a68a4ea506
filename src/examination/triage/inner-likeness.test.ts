import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes } from "#base/values";
import type { ComparedFile } from "./compared-file.node.ts";
import { innerLikeness } from "./inner-likeness.node.ts";
import { likenessDesk } from "./likeness-desk.node.ts";
import type { OpenMedia } from "./media-files.ts";
import { type StageGate, stageGate } from "./stage-gate.ts";

const MIB = 2 ** 20;
const PIECE_BYTES = 2 ** 18;

/** A desk that says what came when it is told to. */
function lab({
  gate = stageGate(new AbortController().signal),
  budgetMs = 60_000,
}: {
  gate?: StageGate;
  budgetMs?: number;
} = {}) {
  const asked: { file: OpenMedia; answer(found: Omit<ComparedFile, "key">): void; fail(error: Error): void }[] = [];
  const kept: ComparedFile[] = [];
  const desk = likenessDesk({
    lists: async () => ({ sets: [], knownGood: null }),
    before: [],
    workers: 2,
    keep: (files) => kept.push(...files),
  });
  const compare: typeof desk.compare = (key, file) =>
    new Promise((resolve, reject) =>
      asked.push({ file, answer: (found) => resolve({ key, ...found }), fail: (error) => reject(error) }),
    );
  const inner = innerLikeness({ desk: { ...desk, compare }, gate, budgetMs, onProgress: () => undefined });
  const give = (place: string, bytes: Uint8Array): void => {
    const media = inner.begin({ place }, "inside");
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) media.piece(bytes.subarray(at, at + PIECE_BYTES));
    media.end();
  };
  const results = (): unknown[] => desk.kept.map(({ standing, is, why }) => [standing?.place, is, why]);
  const close = (): void => {
    inner.line.close();
    desk.close();
  };
  return { asked, kept, inner, give, results, close, desk };
}

/** Begins like a JPEG; other bytes for another number. */
function picture(number: number, lengthBytes = 5000): Uint8Array {
  return concatBytes(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, number), new Uint8Array(lengthBytes - 5));
}

/** Lets what was started come as far as it can. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("innerLikeness() decodes the same bytes once, and gives every place of them its result", async () => {
  const { asked, inner, give, results, close } = lab();
  give("a.zip/1.jpg", picture(1));
  give("b.zip/2.jpg", picture(1));
  give("b.zip/text.jpg", new Uint8Array(9000));
  await settle();
  assert.equal(asked.length, 1);
  asked[0]?.answer({ is: "picture" });
  await inner.line.settled();
  give("c.zip/3.jpg", picture(1));
  await inner.line.settled();
  assert.equal(asked.length, 1);
  assert.deepEqual(results(), [
    ["a.zip/1.jpg", "picture", undefined],
    ["b.zip/2.jpg", "picture", undefined],
    ["c.zip/3.jpg", "picture", undefined],
  ]);
  close();
});

test("innerLikeness() holds up whoever gives more than may be held, until some of it is decoded", async () => {
  const { asked, inner, give, close } = lab();
  for (const n of [1, 2]) give(`${n}`, picture(n, 30 * MIB));
  assert.equal(inner.line.wait(), undefined);
  const third = inner.begin({ place: "3" }, "inside");
  third.piece(picture(3, 10 * MIB));
  const waits = inner.line.wait();
  assert.ok(waits !== undefined && inner.line.isWaiting);
  await settle();
  assert.equal(asked.length, 2);
  asked[0]?.answer({ is: "picture" });
  await waits;
  assert.equal(inner.line.isWaiting, false);
  assert.equal(inner.line.wait(), undefined);
  third.drop();
  asked[1]?.answer({ is: "picture" });
  await inner.line.settled();
  assert.equal(inner.line.left, 0);
  close();
});

test("innerLikeness() names what is larger than may be held, and holds nothing of it", async () => {
  const { asked, inner, give, results, close } = lab();
  for (const n of [1, 2, 3]) give(`${n}`, picture(n, 33 * MIB));
  assert.equal(inner.line.wait(), undefined);
  await inner.line.settled();
  assert.equal(asked.length, 0);
  assert.deepEqual(
    results(),
    ["1", "2", "3"].map((place) => [place, "undecoded", "too-large"]),
  );
  close();
});

test("innerLikeness() knows what was compared before by place and content, and asks nothing then", async () => {
  const first = lab();
  first.give("a", picture(1));
  await settle();
  first.asked[0]?.answer({ is: "video" });
  await first.inner.line.settled();
  first.close();
  const { desk } = first;
  const again = innerLikeness({
    desk,
    gate: stageGate(new AbortController().signal),
    budgetMs: 1000,
    onProgress: () => {},
  });
  const media = again.begin({ place: "a" }, "inside");
  media.piece(picture(1));
  media.end();
  await again.line.settled();
  assert.equal(desk.kept.length, 1);
  assert.deepEqual(first.kept, desk.kept);
  again.line.close();
});

test("innerLikeness() counts what it leaves when it is ended, and lets go whoever waits", async () => {
  const gate = stageGate(new AbortController().signal);
  const { asked, inner, give, results, close } = lab({ gate });
  for (const n of [1, 2, 3]) give(`${n}`, picture(n, 30 * MIB));
  const waits = inner.line.wait();
  await settle();
  gate.end();
  await waits;
  await inner.line.settled();
  give("4", picture(4));
  assert.deepEqual([inner.line.left, results()], [4, []]);
  for (const { answer } of asked) answer({ is: "picture" });
  await settle();
  assert.deepEqual(results(), []);
  close();
});

test("innerLikeness() takes a carved beginning that no decoder follows for none, a file in a file for one that is damaged", async () => {
  const { asked, inner, give, results, close } = lab();
  const carved = inner.begin({ place: "unallocated@1" }, "carved");
  carved.piece(picture(1));
  carved.end();
  give("a.zip/b.jpg", picture(1));
  await settle();
  asked[0]?.answer({ is: "undecoded", why: "not-decoded" });
  await inner.line.settled();
  assert.deepEqual(results(), [
    [undefined, "none", undefined],
    ["a.zip/b.jpg", "undecoded", "not-decoded"],
  ]);
  close();
});

test("innerLikeness() says what ended it, and keeps nobody waiting", async () => {
  const { asked, inner, give, close } = lab();
  give("1", picture(1));
  await settle();
  asked[0]?.fail(new Error("no child can be started"));
  await assert.rejects(inner.line.settled(), /no child/);
  give("2", picture(2));
  assert.deepEqual([inner.line.wait(), inner.line.left], [undefined, 2]);
  close();
});

test("innerLikeness() decodes nothing while it is held, and goes on when it is let go", async () => {
  const gate = stageGate(new AbortController().signal);
  const { asked, inner, give, close } = lab({ gate });
  gate.hold(true);
  give("1", picture(1));
  await settle();
  assert.deepEqual([asked.length, inner.line.underWay], [0, 1]);
  gate.hold(false);
  await settle();
  assert.equal(asked.length, 1);
  asked[0]?.answer({ is: "picture" });
  await inner.line.settled();
  close();
});

test("innerLikeness() compares no more once its time for waiting is used up, and says how many it left", async () => {
  const { asked, inner, give, results, close } = lab({ budgetMs: 1 });
  for (const n of [1, 2, 3]) give(`${n}`, picture(n, 30 * MIB));
  await inner.line.wait();
  give("4", picture(4));
  await inner.line.settled();
  assert.equal(asked.length, 2);
  assert.deepEqual([inner.line.wait(), inner.line.left, results()], [undefined, 4, []]);
  close();
});
