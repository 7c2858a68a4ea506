import assert from "node:assert/strict";
import { existsSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { openSpillReader, openSpillWriter } from "./build-spill.node.ts";
import { KEYS, keptText, noise, trialAgency, trialFolder, tryBuild, writeFiles } from "./build-trial.node.ts";
import { openWork } from "./build-work.node.ts";
import { writeWhole } from "./build-write.node.ts";

const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, noise(`f${i}`, 5 + i)]));

/** Stops at the progress call of this number. */
function stopAt(call: number): { signal: AbortSignal; onProgress(progress: { stage: string }): void } {
  const controller = new AbortController();
  let calls = 0;
  return {
    signal: controller.signal,
    onProgress: ({ stage }) => {
      if (stage !== "reading" || ++calls !== call) return;
      controller.abort();
      const until = performance.now() + 60;
      while (performance.now() < until);
    },
  };
}

test("buildFilter() stopped by a signal keeps what it read, goes on, and ends the same", async (t) => {
  const folder = trialFolder(t);
  const inputs = [writeFiles(join(folder, "in"), files)];
  const keepHashes = join(folder, "kept");
  (await tryBuild(folder, { inputs, keepHashes })).close();
  const whole = await keptText(keepHashes);
  const out = join(folder, "stopped.phumf");
  const again = { inputs, out, keepHashes, checkpointMs: 0 };
  await assert.rejects(tryBuild(folder, { ...again, ...stopAt(15) }), isFault("filter/stopped"));
  assert.ok(existsSync(`${out}.work/checkpoint.json`));
  assert.ok(!existsSync(out));
  const { finished } = JSON.parse(readFileSync(`${out}.work/checkpoint.json`, "utf8")) as { finished: number };
  assert.ok(finished >= 10 && finished < 40, `${finished} finished`);
  const trial = await tryBuild(folder, again);
  assert.ok(trial.built.resumed);
  trial.close();
  assert.equal(await keptText(keepHashes), whole);
  assert.ok(!existsSync(`${out}.work`));
});

test("buildFilter() refuses a work folder of other inputs or a larger limit, takes a smaller one", async (t) => {
  const folder = trialFolder(t);
  const inputs = [writeFiles(join(folder, "in"), { ...files, film: noise("film", 320) })];
  const other = [writeFiles(join(folder, "other"), { a: noise("a", 9) })];
  const out = join(folder, "f.phumf");
  const begun = { inputs, out, checkpointMs: 0, maxBlocksPerFile: 256 };
  await assert.rejects(tryBuild(folder, { ...begun, ...stopAt(41) }), isFault("filter/stopped"));
  await assert.rejects(tryBuild(folder, { ...begun, inputs: other }), isFault("filter/work-differs"));
  await assert.rejects(tryBuild(folder, { ...begun, maxBlocksPerFile: 272 }), isFault("filter/work-differs"));
  await assert.rejects(
    tryBuild(folder, { ...begun, keys: { setKey: new Uint8Array(32) } }),
    isFault("filter/work-differs"),
  );
  const smaller = await tryBuild(folder, { ...begun, maxBlocksPerFile: 128 });
  assert.ok(smaller.built.resumed);
  const fresh = await tryBuild(folder, { inputs, out: join(folder, "fresh.phumf"), maxBlocksPerFile: 128 });
  assert.deepEqual(smaller.built.dropped, fresh.built.dropped);
  assert.equal(smaller.listed(noise("film", 320)), 128);
  smaller.close();
  fresh.close();
});

test("buildFilter() of nothing that can be listed is a Fault, of a missing input too", async (t) => {
  const folder = trialFolder(t);
  const inputs = [writeFiles(join(folder, "in"), { empty: new Uint8Array(0), blank: new Uint8Array(9000) })];
  await assert.rejects(tryBuild(folder, { inputs }), isFault("filter/nothing-listed"));
  await assert.rejects(
    tryBuild(folder, { inputs: [join(folder, "none")], out: join(folder, "x") }),
    isFault("filter/input-missing"),
  );
});

test("buildFilter() that cannot end well leaves nothing behind, and asks for recipients before it reads", async (t) => {
  const folder = trialFolder(t);
  const inputs = [writeFiles(join(folder, "in"), { blank: new Uint8Array(9000) })];
  const begun = { inputs, recipients: ["age1nobody"] };
  await assert.rejects(tryBuild(folder, begun), isFault("sealed/recipient"));
  await assert.rejects(tryBuild(folder, { inputs }), isFault("filter/nothing-listed"));
  assert.deepEqual(readdirSync(folder), ["in"]);
});

test("buildFilter() leaves its own files out of a folder it reads", async (t) => {
  const folder = trialFolder(t);
  writeFiles(folder, { a: noise("a", 9) });
  const options = { inputs: [folder], keepHashes: join(folder, "kept") };
  const first = await tryBuild(folder, options);
  assert.equal(first.built.files, 1);
  first.close();
  const second = await tryBuild(folder, options);
  assert.equal(second.built.files, 1);
  assert.equal(second.built.written.header.keys, 9);
  second.close();
});

test("openWork() refuses a second build, takes over from a dead one, keeps its keys sealed", async (t) => {
  const folder = join(trialFolder(t), "work");
  const agency = await trialAgency();
  const settings = { inputs: ["/in"], knownGood: [], rules: true, maxBlocks: 1024 };
  const first = await openWork(folder, settings, { agency, given: KEYS });
  await assert.rejects(openWork(folder, settings, { agency }), isFault("filter/work-in-use"));
  first.save({ finished: 1, filesBytes: 0, blocksBytes: 0, knownBytes: 0 });
  const sealed = readFileSync(join(folder, "keys.sealed"));
  assert.equal(sealed.includes(Buffer.from(KEYS.setKey)), false);
  assert.equal(sealed.includes("07070707"), false);
  first.close();
  writeFileSync(join(folder, "lock"), String(2 ** 22 + 1));
  const second = await openWork(folder, settings, { agency });
  assert.deepEqual(second.keys, KEYS);
  assert.deepEqual(second.checkpoint, { finished: 1, filesBytes: 0, blocksBytes: 0, knownBytes: 0 });
  second.close();
});

test("writeWhole() says where there is no room left", (t) => {
  if (!existsSync("/dev/full")) return t.skip("no /dev/full here");
  assert.throws(
    () => writeWhole(openSync("/dev/full", "w"), new Uint8Array(10), "list.phumf"),
    isFault("filter/disk-full"),
  );
});

test("openSpillWriter() gives each bucket's records back in order, cut at a checkpoint", (t) => {
  const path = join(trialFolder(t), "spill");
  const writer = openSpillWriter(path, 3);
  const put = (from: number, to: number): void => {
    for (let i = from; i < to; i++) writer.add((i * 7) % 256, Uint32Array.of(i, i * i, 0xffffffff - i));
  };
  put(0, 1000);
  const length = writer.flush();
  put(1000, 1500);
  writer.flush();
  writer.close();
  const again = openSpillWriter(path, 3, length);
  again.add(9, Uint32Array.of(1, 2, 3));
  again.flush();
  again.close();
  const reader = openSpillReader(path, 3);
  let records = 0;
  for (let bucket = 0; bucket < 256; bucket++) {
    const words = reader.bucket(bucket);
    const expected = Array.from({ length: 1000 }, (_, i) => i).filter((i) => (i * 7) % 256 === bucket);
    const flat = expected.flatMap((i) => [i, i * i, 0xffffffff - i]);
    assert.deepEqual([...words], bucket === 9 ? [...flat, 1, 2, 3] : flat);
    records += words.length / 3;
  }
  assert.equal(records, 1001);
  reader.close();
});
