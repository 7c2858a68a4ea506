// npm run ok: what is built, format and lint, types, web types, pure types, floors, words, unused code, fast tests; stops at the first that fails.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const home = resolve(import.meta.dirname, "..");

function pureProgramKnowsNoMachine(): string | undefined {
  const listed = spawnSync("tsc", ["-p", "tsconfig.pure.json", "--listFilesOnly"], {
    cwd: home,
    encoding: "utf8",
  }).stdout;
  if (!/src\/base\/values\/mod\.ts/.test(listed)) return "the pure program read no door";
  return listed.split("\n").find((file) => /@types\/node|lib\.dom/.test(file));
}

const STEPS: [string, string[]][] = [
  ["kernels", ["node", "tools/kernels.ts"]],
  ["format and lint", ["biome", "check", "--error-on-warnings"]],
  ["types", ["tsc", "-p", "tsconfig.json"]],
  ["web types", ["tsc", "-p", "tsconfig.web.json"]],
  ["pure types", ["tsc", "-p", "tsconfig.pure.json"]],
  ["floors", ["node", "tools/floors.ts"]],
  ["words", ["node", "tools/words.ts"]],
  ["screens", ["node", "tools/screens.ts"]],
  ["unused code", ["knip"]],
  ["fast tests", ["node", "tools/test.ts", "fast"]],
];

for (const [name, [command = "", ...words]] of STEPS) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: home, encoding: "utf8", maxBuffer: 2 ** 28 });
  const machine = name === "pure types" && status === 0 ? pureProgramKnowsNoMachine() : undefined;
  if (status !== 0 || machine !== undefined) {
    console.log(`${stdout}${stderr}${machine ?? ""}\nok: ${name} failed`);
    process.exit(1);
  }
  const last = name === "fast tests" ? `: ${stdout.trimEnd().split("\n").at(-1)}` : "";
  console.log(`ok: ${name}${last} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}
