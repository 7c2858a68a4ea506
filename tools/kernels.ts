// Builds every src/**/kernels/*.ts (AssemblyScript) to build/kernels/<room>-<name>.wasm, and the entry files of threads and
// children and the command line (phum.mjs) to build/entries/*.mjs: plain JavaScript starts faster and takes 11 MB less a thread
// than TypeScript, 30 MB less the process of a command.
// Then Vite builds the screens of the officer's app to build/kit.
// Where the compilers are not installed (npm ci --omit=dev) it says so and ends well: the loaders fall back to the sources.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Plugin } from "esbuild";

const home = resolve(import.meta.dirname, "..");
const asc = join(home, "node_modules/assemblyscript/bin/asc.js");
if (existsSync(asc)) {
  mkdirSync(join(home, "build/kernels"), { recursive: true });
  for (const source of globSync("src/**/kernels/*.ts", { cwd: home }).sort()) {
    const room = basename(dirname(dirname(source)));
    const target = join(home, "build/kernels", `${room}-${basename(source, ".ts")}.wasm`);
    const flags = ["--enable", "simd", "--enable", "threads", "--sharedMemory", "--importMemory"];
    flags.push("--maximumMemory", "65536", "--runtime", "stub", "--noAssert", "-O3", "--use", "abort=");
    const fresh = `${target}.${process.pid}`;
    const run = spawnSync(process.execPath, [asc, join(home, source), "-o", fresh, ...flags], { encoding: "utf8" });
    if (run.status !== 0) {
      process.stderr.write(`kernels: ${source} does not compile\n${run.stdout}${run.stderr}`);
      process.exit(1);
    }
    renameSync(fresh, target);
    process.stdout.write(`kernels: ${target.slice(home.length + 1)}\n`);
  }
} else {
  process.stdout.write("kernels: no AssemblyScript here; the TypeScript references will be used\n");
}

const entries = globSync("src/**/*.{thread,child}.node.ts", { cwd: home }).sort();
if (entries.length > 0 && existsSync(join(home, "node_modules/esbuild"))) {
  const { build } = await import("esbuild");
  // Doors export more than an entry uses. No module of ours does anything when it is imported, and no package has to, so
  // what is not used is left out: 55 kB instead of 335 for a scanning thread, and 12 MB less memory each.
  const withoutSideEffects: Plugin = {
    name: "without-side-effects",
    setup(bundle) {
      // As 70 modules a demuxer takes 50 ms of a child's start.
      const inlined = ["mediabunny"];
      bundle.onResolve({ filter: /^[a-z@]/ }, ({ path, kind }) =>
        kind === "entry-point" || inlined.includes(path) ? undefined : { path, external: true, sideEffects: false },
      );
      bundle.onResolve({ filter: /^[.#]/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === "asked") return undefined;
        const found = await bundle.resolve(path, { ...from, pluginData: "asked" });
        return { ...found, sideEffects: false };
      });
    },
  };
  await build({
    absWorkingDir: home,
    entryPoints: [
      ...entries.map((entry) => ({ in: entry, out: basename(entry, ".node.ts") })),
      { in: "src/apps/cli/main.ts", out: "phum" },
    ],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node26",
    plugins: [withoutSideEffects],
    outdir: "build/entries",
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
  });
  process.stdout.write(`kernels: ${entries.length + 1} entry files in build/entries\n`);
}

const vite = join(home, "node_modules/vite/bin/vite.js");
if (existsSync(vite)) {
  const run = spawnSync(process.execPath, [vite, "build", "-c", "src/apps/kit/vite.config.ts", "--logLevel", "error"], {
    cwd: home,
    encoding: "utf8",
  });
  if (run.status !== 0) {
    process.stderr.write(`kernels: the screens do not build\n${run.stdout}${run.stderr}`);
    process.exit(1);
  }
  process.stdout.write("kernels: the screens in build/kit\n");
} else {
  process.stdout.write("kernels: no Vite here; the officer's app needs a built build/kit\n");
}
