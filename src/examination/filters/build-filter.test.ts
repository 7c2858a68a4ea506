import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, openSync, symlinkSync, truncateSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { concatBytes, utf8 } from "#base/values";
import { BLOCK, blockOf, noise, type Trial, trialFolder, tryBuild, writeFiles } from "./build-trial.node.ts";
import { probeOffsets } from "./probe-places.ts";

const sum = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** Whole blocks = listed contents + everything that is said to be dropped. */
function accountsFor({ built }: Trial): void {
  assert.equal(built.blocks, built.written.header.keys + sum(built.dropped));
  assert.deepEqual(built.written.header.statistics, { kept: built.written.header.keys, dropped: built.dropped });
}

test("buildFilter() lists every block of pictures, and nothing else", async (t) => {
  const folder = trialFolder(t);
  const files = { "a.bin": noise("a", 30), "deep/er/b.bin": concatBytes(noise("b", 5), utf8("tail")) };
  const trial = await tryBuild(folder, { inputs: [writeFiles(join(folder, "in"), files)] });
  assert.equal(trial.listed(files["a.bin"]), 30);
  assert.equal(trial.listed(files["deep/er/b.bin"]), 5);
  assert.equal(trial.listed(noise("foreign", 200)), 0);
  assert.deepEqual(trial.notes, {});
  const { header } = trial.built.written;
  assert.equal(header.keys, 35);
  assert.equal(header.inputBytes, 35 * BLOCK + 4);
  assert.equal(header.listedBytes, 35 * BLOCK);
  accountsFor(trial);
  trial.close();
});

test("buildFilter() drops what says nothing: blank, text, tables, header; counts each", async (t) => {
  const folder = trialFolder(t);
  const jpeg = concatBytes(Uint8Array.of(0xff, 0xd8, 0xff, 0xe2, 0x0f, 0xfa), noise("profile", 1).subarray(0, 4088));
  const picture = concatBytes(jpeg, Uint8Array.of(0xff, 0xda), Uint8Array.of(0, 12), noise("scan", 9));
  const ramp = new Uint8Array(Uint32Array.from({ length: 1024 }, (_, i) => Math.imul(i, 0x01234567)).buffer);
  const mixed = concatBytes(
    new Uint8Array(2 * BLOCK),
    utf8("plain text. ".repeat(342)).subarray(0, BLOCK),
    ramp,
    noise("own", 4),
  );
  const trial = await tryBuild(folder, {
    inputs: [writeFiles(join(folder, "in"), { "p.jpg": picture, "m.bin": mixed })],
  });
  assert.deepEqual(trial.built.dropped, { blank: 2, "low-entropy": 1, table: 1, header: 1 });
  assert.equal(trial.listed(mixed), 4);
  assert.equal(trial.listed(blockOf(picture, 0)), 0);
  assert.equal(trial.listed(picture), 9);
  accountsFor(trial);
  trial.close();
});

test("buildFilter() without rules lists every block that is not blank all over", async (t) => {
  const folder = trialFolder(t);
  const text = utf8("plain text. ".repeat(1024)).subarray(0, 3 * BLOCK);
  const trial = await tryBuild(folder, {
    inputs: [writeFiles(join(folder, "in"), { text, blank: new Uint8Array(BLOCK) })],
    rules: false,
  });
  assert.equal(trial.listed(text), 3);
  assert.deepEqual(trial.built.dropped, { blank: 1 });
  trial.close();
});

test("buildFilter() keeps copies that are cut, re-headed or stored, drops what strangers share", async (t) => {
  const folder = trialFolder(t);
  const original = noise("original", 80);
  const shared = noise("maker", 2);
  const stored = concatBytes(noise("zip header", 1), original, noise("directory", 1));
  const shifted = concatBytes(noise("odd header", 1).subarray(0, 777), original);
  const stranger = (name: string): Uint8Array => concatBytes(shared, noise(name, 40));
  const files = {
    original,
    "cut/a": original.subarray(0, 30 * BLOCK),
    "cut/b": original.subarray(0, 7 * BLOCK + 100),
    reheaded: concatBytes(noise("header", 3), original),
    stored,
    shifted,
    "strangers/1": stranger("1"),
    "strangers/2": stranger("2"),
    "strangers/3": stranger("3"),
  };
  const trial = await tryBuild(folder, { inputs: [writeFiles(join(folder, "in"), files)] });
  assert.equal(trial.listed(original), 80);
  assert.equal(trial.listed(shifted), 80, "a shifted copy's blocks are others, and listed for themselves");
  assert.equal(trial.listed(shared), 0);
  assert.equal(trial.listed(files["strangers/2"]), 40);
  assert.equal(trial.built.dropped.unrelated, 6);
  accountsFor(trial);
  trial.close();
});

test("buildFilter() counts equal files once and says so", async (t) => {
  const folder = trialFolder(t);
  const picture = noise("picture", 20);
  const files = { a: picture, b: picture, "c/d": picture, e: concatBytes(picture, picture.subarray(0, BLOCK)) };
  const trial = await tryBuild(folder, { inputs: [writeFiles(join(folder, "in"), files)] });
  assert.equal(trial.built.copies, 2);
  assert.equal(trial.built.written.header.keys, 20);
  assert.equal(trial.built.written.header.listedBytes, 81 * BLOCK);
  assert.deepEqual(trial.built.dropped, { repeated: 21, copied: 40 });
  accountsFor(trial);
  trial.close();
});

test("buildFilter() lists nothing of the known-good files, whole or in part", async (t) => {
  const folder = trialFolder(t);
  const picture = noise("picture", 20);
  const good = noise("good", 12);
  const small = noise("small", 1).subarray(0, 2000);
  const files = { a: picture, b: concatBytes(noise("own", 6), good.subarray(0, 3 * BLOCK)), c: good, small };
  const inputs = [writeFiles(join(folder, "in"), files)];
  const knownGood = [writeFiles(join(folder, "good"), { g: good, s: small })];
  const trial = await tryBuild(folder, { inputs, knownGood });
  assert.equal(trial.listed(picture), 20);
  assert.equal(trial.listed(good), 0);
  assert.equal(trial.built.dropped["known-good"], 15);
  assert.deepEqual(trial.notes, { "in/c": "cannot known-good", "in/small": "cannot known-good" });
  assert.equal(trial.built.knownGoodFiles, 2);
  accountsFor(trial);
  trial.close();
});

test("buildFilter() keeps runs of 16 of a long file, the probed places among them, at most the limit", async (t) => {
  const folder = trialFolder(t);
  const film = noise("film", 700);
  const trial = await tryBuild(folder, { inputs: [writeFiles(join(folder, "in"), { film })], maxBlocksPerFile: 128 });
  const listed = Array.from({ length: 700 }, (_, block) => trial.listed(blockOf(film, block)) === 1);
  assert.equal(listed.filter(Boolean).length, 128);
  for (let run = 0; run < 43; run++) assert.equal(new Set(listed.slice(run * 16, run * 16 + 16)).size, 1);
  for (const place of probeOffsets(film.length)) assert.ok(listed[place / BLOCK]);
  assert.equal(trial.built.dropped["over-limit"], 700 - 128);
  assert.equal(trial.built.written.header.listedBytes, 128 * BLOCK);
  assert.deepEqual(trial.notes, {});
  accountsFor(trial);
  trial.close();
});

test("buildFilter() lists files whole that blocks might miss, and says what cannot be listed", async (t) => {
  const folder = trialFolder(t);
  const text = utf8(`A letter of ${"many words and numbers 1234567890. ".repeat(40)}`);
  const holey = concatBytes(noise("h", 40), new Uint8Array(40 * BLOCK));
  holey.fill(0, 16 * BLOCK, 17 * BLOCK);
  const files = {
    text,
    "two-blocks": noise("two", 2),
    holey,
    empty: new Uint8Array(0),
    tiny: noise("tiny", 1).subarray(0, 511),
    blank: new Uint8Array(3 * BLOCK),
    "one-block": noise("one", 1),
    picture: noise("picture", 9),
  };
  files.holey.fill(0, 32 * BLOCK, 33 * BLOCK);
  const trial = await tryBuild(folder, { inputs: [writeFiles(join(folder, "in"), files)] });
  assert.deepEqual(trial.notes, {
    "in/blank": "cannot low-entropy",
    "in/empty": "cannot too-small",
    "in/holey": "whole 38",
    "in/one-block": "whole 1",
    "in/text": "whole 0",
    "in/tiny": "cannot too-small",
    "in/two-blocks": "whole 2",
  });
  for (const algorithm of ["sha256", "sha1", "md5"] as const) {
    const digest = Uint8Array.from(createHash(algorithm).update(text).digest());
    assert.ok(trial.part.digestListed(algorithm, text.length, digest));
    assert.equal(trial.part.digestListed(algorithm, text.length + 1, digest), false);
    assert.equal(
      trial.part.digestListed(algorithm, 9 * BLOCK, createHash(algorithm).update(files.picture).digest()),
      false,
    );
  }
  assert.ok(trial.part.sizeListed(text.length));
  assert.equal(trial.part.sizeListed(9 * BLOCK), false);
  assert.equal(trial.built.whole, 4);
  trial.close();
});

test("buildFilter() reads names of any bytes, follows no link, says what is no file", async (t) => {
  const folder = trialFolder(t);
  const root = join(folder, "in");
  mkdirSync(root);
  const khmer = `${"រូបភាព".repeat(14)}ក`;
  const invalid = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xff, 0x80, 0xed, 0xa0, 0x80])]);
  writeFileSync(join(root, khmer), noise("khmer", 9));
  writeFileSync(invalid, noise("invalid", 1));
  symlinkSync(join(root, khmer), join(root, "link"));
  symlinkSync(root, join(root, "loop"));
  const names: string[] = [];
  const trial = await tryBuild(folder, { inputs: [root], onNote: ({ path }) => names.push(path.toString("hex")) });
  assert.equal(trial.listed(noise("khmer", 9)), 9);
  assert.equal(trial.listed(noise("invalid", 1)), 1);
  assert.ok(names.includes(invalid.toString("hex")));
  assert.equal(trial.notes["in/link"], "link");
  assert.equal(trial.notes["in/loop"], "link");
  assert.equal(trial.built.files, 2);
  trial.close();
});

test("buildFilter() goes on past a file that vanished or changed, and says which", async (t) => {
  const folder = trialFolder(t);
  const root = writeFiles(join(folder, "in"), {
    a: noise("a", 9),
    b: noise("b", 9),
    c: noise("c", 9),
    d: noise("d", 9),
  });
  let done = false;
  const trial = await tryBuild(folder, {
    inputs: [root],
    onProgress: ({ stage }) => {
      if (stage !== "reading" || done) return;
      done = true;
      unlinkSync(join(root, "b"));
      truncateSync(join(root, "c"), 5 * BLOCK);
    },
  });
  assert.deepEqual(trial.notes, { "in/b": "trouble unreadable", "in/c": "trouble changed" });
  assert.equal(trial.listed(noise("c", 9)), 5);
  assert.equal(trial.listed(noise("d", 9)), 9);
  assert.equal(trial.listed(noise("b", 9)), 0);
  trial.close();
});

test("buildFilter() reads a huge sparse file in bounded memory", async (t) => {
  const folder = trialFolder(t);
  const root = writeFiles(join(folder, "in"), { sparse: noise("sparse", 4) });
  const fd = openSync(join(root, "sparse"), "r+");
  writeSync(fd, noise("middle", 4), 0, 4 * BLOCK, 2 ** 26);
  truncateSync(join(root, "sparse"), 2 ** 27);
  const before = process.memoryUsage().rss;
  const trial = await tryBuild(folder, { inputs: [root] });
  assert.ok(process.memoryUsage().rss - before < 200e6);
  assert.equal(trial.listed(noise("sparse", 4)), 4);
  assert.equal(trial.listed(noise("middle", 4)), 4);
  assert.equal(trial.built.dropped.blank, 2 ** 15 - 8);
  trial.close();
});

test("buildFilter() of structured contents: counters in otherwise equal blocks are different keys", async (t) => {
  const folder = trialFolder(t);
  const base = noise("base", 1);
  const content = concatBytes(
    ...Array.from({ length: 300 }, (_, i) => {
      const block = base.slice();
      new DataView(block.buffer).setUint32(4 * (i % 7), i, true);
      return block;
    }),
  );
  const trial = await tryBuild(folder, { inputs: [writeFiles(join(folder, "in"), { content })] });
  assert.equal(trial.built.written.header.keys, 300);
  assert.equal(trial.listed(content), 300);
  assert.equal(trial.listed(base), 0);
  trial.close();
});
