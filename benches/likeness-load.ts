// Reads a snapshot of an index from a file, several times: `node --expose-gc benches/likeness-load.ts FILE`, started by likeness.bench.ts.
// The first time a virtual machine may have to be given the memory by its host; then the same memory is used again.
import { closeSync, openSync, readSync } from "node:fs";
import { readSnapshot } from "#examination/likeness/node";

const ROUNDS = 4;

const [, , file = ""] = process.argv;
const rounds = [];
for (let round = 0; round < ROUNDS; round++) {
  rounds.push(timed(() => load(file)));
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const [first, ...again] = rounds;
const best = again.toSorted((a, b) => a.cpuMs - b.cpuMs)[0];
console.log(JSON.stringify({ first, again: best }));

function timed(run: () => void): { cpuMs: number; userMs: number; wallMs: number } {
  const [from, startMs] = [process.threadCpuUsage(), performance.now()];
  run();
  const [{ user, system }, wallMs] = [process.threadCpuUsage(from), performance.now() - startMs];
  const [cpuMs, userMs] = [(user + system) / 1000, user / 1000];
  return { cpuMs: Math.round(cpuMs), userMs: Math.round(userMs), wallMs: Math.round(wallMs) };
}

function load(path: string): void {
  const fd = openSync(path, "r");
  try {
    const loaded = readSnapshot((view) => {
      let at = 0;
      for (let got = 1; got > 0 && at < view.length; at += got) got = readSync(fd, view, at, view.length - at, null);
      return at === view.length;
    });
    if ("broken" in loaded) throw new Error(`Cannot load the snapshot: ${loaded.broken}`);
  } finally {
    closeSync(fd);
  }
}
