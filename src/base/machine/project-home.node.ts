import { existsSync, globSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The folder that holds package.json, found upward from this file, so that bundled files find it too. */
export const projectHome: string = findHome(import.meta.dirname);

function findHome(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("Cannot find Phum's own folder: no package.json above this file");
  return findHome(parent);
}

/** What a limited child may read to run: the project's folder, and its packages where node_modules is a link to elsewhere. */
export const programFolders: readonly string[] = foldersOfProgram(projectHome);

/** The folders that `home` needs to run. */
export function foldersOfProgram(home: string): string[] {
  const packages = join(home, "node_modules");
  const real = existsSync(packages) ? realpathSync(packages) : packages;
  return real === packages || real.startsWith(`${realpathSync(home)}/`) ? [home] : [home, real];
}

let newestSourceMs: number | undefined;

/**
 * The file to start a thread or child from: the built one where it is newer than every source, else the source itself.
 *
 * @param source Path of the entry below the project, e.g. "src/examination/triage/scan.thread.node.ts".
 */
export function entryFile(source: string): string {
  const built = join(projectHome, "build/entries", `${basename(source, ".node.ts")}.mjs`);
  newestSourceMs ??= Math.max(
    0,
    ...globSync("src/**/*.{ts,json}", { cwd: projectHome }).map((file) => statSync(join(projectHome, file)).mtimeMs),
  );
  return existsSync(built) && statSync(built).mtimeMs > newestSourceMs ? built : join(projectHome, source);
}

/**
 * Bytes of a room's WASM kernel, or undefined where it was not built: then the TypeScript reference does the work.
 *
 * @throws {Error} When the kernel is older than its source: `npm run prepare` was forgotten.
 */
export function kernelBytes(room: string, name: string): Uint8Array | undefined {
  const built = join(projectHome, "build/kernels", `${room}-${name}.wasm`);
  if (!existsSync(built)) return undefined;
  const [source] = globSync(`src/*/${room}/kernels/${name}.ts`, { cwd: projectHome });
  if (source !== undefined && statSync(join(projectHome, source)).mtimeMs > statSync(built).mtimeMs) {
    throw new Error(`Cannot use the kernel ${room}-${name}: its source is newer; run npm run prepare`);
  }
  return readFileSync(built);
}
