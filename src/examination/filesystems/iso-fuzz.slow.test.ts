// Mutated discs: 10,000 of them, or as many as 45 seconds allow. Every one is read whole. None may throw anything but a
// read error, or run long.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { ReadError } from "#examination/sources";
import { isoSample } from "./iso-sample.ts";
import { openIso, openIsoSessions } from "./iso-volume.ts";
import { memoryVolume } from "./sample-entries.ts";

const CASES = Number(process.env["PHUM_FUZZ_CASES"] ?? 10_000);
const LIMIT_MS = CASES > 10_000 ? Number.POSITIVE_INFINITY : 45_000;
const A = Buffer.from("first file");
const B = Buffer.alloc(5000, "b");

function field(name: string, rest: number[] | string): Buffer {
  const bytes = typeof rest === "string" ? Buffer.from(rest) : Buffer.from(rest);
  return Buffer.concat([Buffer.from(name), Buffer.from([bytes.length + 4, 1]), bytes]);
}

test("openIso() of mutated discs ends and throws nothing but read errors", () => {
  const seed = process.env["PHUM_FUZZ_SEED"] ?? String(Date.now());
  const random = seededRandom(seed);
  const sp = field("SP", [0xbe, 0xef, 0]);
  const first = isoSample(
    [
      {
        name: "A.TXT;1",
        jolietName: "a",
        bytes: A,
        systemUse: Buffer.concat([field("NM", "\0name"), field("SL", [0, 0, 1, 0x61])]),
      },
      { name: "B.;1", jolietName: "b", bytes: B },
    ],
    sp,
  );
  const gap = 20;
  const image = Buffer.concat([
    first,
    Buffer.alloc(gap * 2048),
    isoSample([{ name: "A.TXT;1", jolietName: "a", bytes: B }], sp, first.length / 2048 + gap),
  ]);
  const started = performance.now();
  let done = 0;
  for (; done < CASES && performance.now() - started < LIMIT_MS; done++) {
    const bytes = Buffer.from(image);
    for (let i = random.below(10); i >= 0; i--) {
      const place = [16 * 2048 + 128, 16 * 2048 + 156, 17 * 2048 + 156, 20 * 2048, 21 * 2048][random.below(5)] ?? 0;
      const session = random.below(2) * (first.length + gap * 2048);
      bytes[session + place + random.below(160)] = [0, 1, 2, 0x80, 0xff, random.below(256)][random.below(6)] ?? 0;
    }
    const volume = memoryVolume(bytes.subarray(0, random.below(8) === 0 ? random.below(bytes.length) : bytes.length));
    const fileSystem = openIso(volume);
    if (fileSystem === null) continue;
    const systems = [fileSystem, ...openIsoSessions(volume, fileSystem)];
    for (const { streams } of systems.flatMap(({ entries }) => [...entries()])) {
      for (const { read } of streams) {
        try {
          read.readSync(new Uint8Array(100), 0);
        } catch (error) {
          assert.ok(error instanceof ReadError, `seed ${seed}, case ${done}: ${error}`);
        }
      }
    }
    for (const { lengthBytes } of fileSystem.unallocated()) assert.ok(lengthBytes > 0, `seed ${seed}, case ${done}`);
  }
  console.log(`iso: seed ${seed}, ${done} cases`);
});
