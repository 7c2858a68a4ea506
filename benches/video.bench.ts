// How fast videos are fingerprinted in their child, beside their own length: `taskset -c 1 node benches/video.bench.ts` for one core.
// All frames and keyframes of the official videos of the test data; best of three. Writes benches/results/video.json.
import { closeSync, existsSync, fstatSync, openSync, readSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { projectHome } from "#base/machine/node";
import { videoHashes } from "#examination/likeness/node";

const folder = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "videos");
const NAMES = [
  "chair-19-sd-bar",
  "pattern-sd-grey-bar",
  "doorknob-hd-no-bar",
  "pattern-hd-no-bar",
  "test-padded-dimensions",
];
const ROUNDS = 3;

const rows: Record<string, unknown>[] = [];
for (const name of NAMES.filter((one) => existsSync(join(folder, `${one}.mp4`)))) {
  for (const frames of ["all", "keyframes"] as const) {
    const runs: { ms: number; count: number; seconds: number; size: string }[] = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await timed(join(folder, `${name}.mp4`), frames));
    const best = runs.toSorted((a, b) => a.ms - b.ms)[0];
    if (best === undefined) continue;
    const { ms, count, seconds, size } = best;
    rows.push({
      name,
      size,
      frames,
      count,
      seconds,
      ms: Math.round(ms),
      timesRealTime: Math.round((1e4 * seconds) / ms) / 10,
    });
    console.log(JSON.stringify(rows.at(-1)));
  }
}
if (rows.length === 0) throw new Error(`No videos in ${folder}`);
const measuredOn = {
  processor: cpus()[0]?.model,
  cores: availableParallelism(),
  node: process.version,
  load: loadavg()[0],
};
writeFileSync(
  join(projectHome, "benches/results/video.json"),
  `${JSON.stringify({ bench: "video", measuredOn, rows }, null, 2)}\n`,
);

/** With the child's start in it. */
async function timed(
  path: string,
  frames: "all" | "keyframes",
): Promise<{ ms: number; count: number; seconds: number; size: string }> {
  const fd = openSync(path, "r");
  try {
    const startMs = performance.now();
    const source = {
      sizeBytes: fstatSync(fd).size,
      readSync: (view: Uint8Array, offset: number) => readSync(fd, view, 0, view.length, offset),
    };
    const { answer, frames: found } = await videoHashes(source, { frames });
    const ms = performance.now() - startMs;
    if ("fault" in answer) throw new Error(`${path}: ${answer.fault.code}`);
    const { width, height, durationMs } = answer.facts;
    return { ms, count: found.length, seconds: (durationMs ?? 0) / 1000, size: `${width}x${height}` };
  } finally {
    closeSync(fd);
  }
}
