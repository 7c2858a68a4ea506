import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";

/** One file that is handed out. */
export interface BuiltFile {
  bytes: Uint8Array<ArrayBuffer>;
  type: string;
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
};
/** A built screen is far smaller. */
const MOST_BYTES = 64 << 20;

/**
 * The files of a built page, by the path they are asked for. They are listed once: what is not on the list cannot be asked for, so
 * that no path leads out of the folder. Read again when they change.
 */
export function builtFiles(folder: string): (path: string) => BuiltFile | undefined {
  let listed = new Map<string, string>();
  const known = new Map<string, { mtimeMs: number; file: BuiltFile }>();
  const list = (): void => {
    const names = existsSync(folder) ? globSync("**/*", { cwd: folder }) : [];
    listed = new Map(
      names
        .filter((name) => Object.hasOwn(TYPES, extname(name)) && statSync(join(folder, name)).isFile())
        .map((name) => [`/${name.replaceAll("\\", "/")}`, join(folder, name)]),
    );
  };
  list();
  return (asked) => {
    const path = asked === "/" ? "/index.html" : asked;
    if (path === "/index.html") list();
    const name = listed.get(path);
    const facts = name === undefined ? undefined : statSync(name, { throwIfNoEntry: false });
    if (name === undefined || facts === undefined || facts.size > MOST_BYTES) return undefined;
    const before = known.get(path);
    if (before?.mtimeMs === facts.mtimeMs) return before.file;
    const file = { bytes: Uint8Array.from(readFileSync(name)), type: TYPES[extname(name)] ?? "" };
    known.set(path, { mtimeMs: facts.mtimeMs, file });
    return file;
  };
}
