// How fast videos are fingerprinted in their child, beside their own length: `taskset -c 1 node benches/video.bench.ts` for one core.
// All frames and keyframes of the official videos of the test data and of one of three minutes, made of one of them again and again; best
// of three. Processor time of the child stands beside wall time, which on a busy machine is more. Writes benches/results/video.json.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import {
  ALL_FORMATS,
  BufferSource,
  BufferTarget,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import { projectHome } from "#base/machine/node";
import { videoHashes } from "#examination/likeness/node";

const folder = join(process.env["PHUM_TESTDATA"] ?? join(projectHome, "../shared/testdata"), "videos");
const NAMES = [
  "chair-19-sd-bar",
  "pattern-sd-grey-bar",
  "doorknob-hd-no-bar",
  "pattern-hd-no-bar",
  "test-padded-dimensions",
].filter((one) => existsSync(join(folder, `${one}.mp4`)));
const ROUNDS = 3;
const LONG_TIMES = 10;
/** What Linux counts processor time in. */
const TICK_MS = 10;

const videos = NAMES.map((name) => ({ name, bytes: Uint8Array.from(readFileSync(join(folder, `${name}.mp4`))) }));
const [first] = videos;
if (first === undefined) throw new Error(`No videos in ${folder}`);
videos.unshift({ name: `${first.name}, ${LONG_TIMES} times`, bytes: await repeated(first.bytes) });
const rows: Record<string, unknown>[] = [];
for (const { name, bytes } of videos) {
  for (const frames of ["all", "keyframes"] as const) {
    const runs: Awaited<ReturnType<typeof timed>>[] = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await timed(bytes, frames));
    const best = runs.toSorted((a, b) => a.cpuMs - b.cpuMs)[0];
    if (best === undefined) continue;
    const { seconds, cpuMs, wallMs } = best;
    const times = (ms: number): number => Math.round((1e4 * seconds) / ms) / 10;
    rows.push({ name, frames, ...best, timesRealTime: times(cpuMs), timesRealTimeByWall: times(wallMs) });
    console.log(JSON.stringify(rows.at(-1)));
  }
}
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

/** With the child's start in both times; `startMs` is when it asked for its first bytes. */
async function timed(bytes: Uint8Array, wanted: "all" | "keyframes") {
  const fromMs = performance.now();
  const cpuFromMs = await childrenCpuMs();
  let startMs = 0;
  const source = {
    sizeBytes: bytes.length,
    readSync: (view: Uint8Array, offset: number): number => {
      startMs ||= performance.now() - fromMs;
      const part = bytes.subarray(offset, offset + view.length);
      view.set(part);
      return part.length;
    },
  };
  const { answer, frames } = await videoHashes(source, { frames: wanted });
  const wallMs = performance.now() - fromMs;
  if ("fault" in answer) throw new Error(`Cannot measure: ${answer.fault.code}`);
  const { width, height, durationMs } = answer.facts;
  return {
    ...{ count: frames.length, seconds: (durationMs ?? 0) / 1000, size: `${width}x${height}` },
    ...{ startMs: Math.round(startMs), cpuMs: (await childrenCpuMs()) - cpuFromMs, wallMs: Math.round(wallMs) },
  };
}

/** Processor time of all children that have ended. @see proc(5): cutime and cstime in /proc/self/stat */
async function childrenCpuMs(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const fields = readFileSync("/proc/self/stat", "latin1")
    .replace(/^.*\) /, "")
    .split(" ");
  return TICK_MS * (Number(fields[13]) + Number(fields[14]));
}

/** A video of the packets of another, again and again. */
async function repeated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const track = await input.getPrimaryVideoTrack();
  const [codec, config] = [await track?.getCodec(), await track?.getDecoderConfig()];
  if (!track || !codec || !config) throw new Error("Cannot measure: no video track");
  const seconds = await track.computeDuration();
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedVideoPacketSource(codec);
  output.addVideoTrack(source);
  await output.start();
  const sink = new EncodedPacketSink(track);
  for (let time = 0; time < LONG_TIMES; time++) {
    for (let packet = await sink.getFirstPacket(); packet !== null; packet = await sink.getNextPacket(packet))
      await source.add(packet.clone({ timestamp: packet.timestamp + time * seconds }), { decoderConfig: config });
  }
  await output.finalize();
  input.dispose();
  if (target.buffer === null) throw new Error("Cannot measure: nothing was written");
  return new Uint8Array(target.buffer);
}
