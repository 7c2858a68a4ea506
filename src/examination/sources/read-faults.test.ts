import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { OpenBytes } from "./open-bytes.ts";
import { ReadError } from "./read-error.ts";
import { withReadFaults } from "./read-faults.ts";

const SIZE = 100_000;

function source(): OpenBytes {
  return {
    sizeBytes: SIZE,
    direct: false,
    handles: { sizeBytes: SIZE, parts: [] },
    readSync: (view, offsetBytes) => {
      const got = Math.max(0, Math.min(view.length, SIZE - offsetBytes));
      for (let i = 0; i < got; i++) view[i] = (offsetBytes + i) % 251;
      return got;
    },
    close: () => {},
  };
}

function errorOf(run: () => unknown): ReadError {
  try {
    run();
  } catch (error) {
    if (error instanceof ReadError) return error;
  }
  throw new Error("no ReadError");
}

test("withReadFaults() fails at the first bad byte and gives what is good before it", () => {
  const faulty = withReadFaults(source(), { ranges: [{ startByte: 5000, endByte: 6000, kind: "error" }] });
  const view = new Uint8Array(4096);
  assert.equal(faulty.readSync(view, 0), 4096);
  const error = errorOf(() => faulty.readSync(view, 4096));
  assert.deepEqual([error.why, error.code, error.offsetBytes, error.goodBytes], ["input-error", "EIO", 5000, 904]);
  assert.equal(view[903], 4999 % 251);
  assert.equal(errorOf(() => faulty.readSync(view, 5999)).offsetBytes, 5999);
  assert.equal(faulty.readSync(view, 6000), 4096);
});

test("withReadFaults() a range may fail only so many times", () => {
  const faulty = withReadFaults(source(), { ranges: [{ startByte: 0, endByte: 1, kind: "error", times: 2 }] });
  for (let i = 0; i < 2; i++) errorOf(() => faulty.readSync(new Uint8Array(1), 0));
  assert.equal(faulty.readSync(new Uint8Array(1), 0), 1);
});

test("withReadFaults() once pulled out nothing reads any more, in any reader", () => {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const [one, two] = [0, 1].map(() => withReadFaults(source(), { vanishAtByte: 50_000 }, cell));
  assert.ok(one !== undefined && two !== undefined);
  assert.equal(one.readSync(new Uint8Array(10), 49_990), 10);
  assert.equal(errorOf(() => one.readSync(new Uint8Array(11), 49_990)).why, "vanished");
  assert.equal(errorOf(() => two.readSync(new Uint8Array(1), 0)).why, "vanished");
});

test("withReadFaults() refuses a range without bytes", () => {
  assert.throws(() => withReadFaults(source(), { ranges: [{ startByte: 5, endByte: 5, kind: "error" }] }), RangeError);
});

test("withReadFaults() hanging blocks the reading thread until it is ended", async () => {
  const script = `import { withReadFaults } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, "read-faults.ts")).href)};
    import { parentPort, workerData } from "node:worker_threads";
    const open = { sizeBytes: 10, direct: false, handles: { sizeBytes: 10, parts: [] }, readSync: () => 10, close() {} };
    const faulty = withReadFaults(open, { ranges: [{ startByte: 5, endByte: 6, kind: "hang" }] });
    faulty.readSync(new Uint8Array(5), 0);
    Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0);
    faulty.readSync(new Uint8Array(6), 0);
    Atomics.store(workerData, 0, 2);`;
  const state = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData: state });
  const ended = new Promise((done) => worker.once("exit", done));
  assert.notEqual(await Atomics.waitAsync(state, 0, 0, 20_000).value, "timed-out");
  assert.equal(Atomics.wait(state, 0, 1, 50), "timed-out");
  await worker.terminate();
  await ended;
  assert.equal(Atomics.load(state, 0), 1);
});
