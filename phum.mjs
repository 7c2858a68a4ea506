// Starts the command line: the one built file where it is newer than every source (npm run prepare), else the sources. Plain
// JavaScript, so that Node's TypeScript is not even loaded: 30 MB less while a device is examined. Node keeps the compiled form
// between runs.
import { existsSync, readdirSync, statSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";

const home = import.meta.dirname;
const built = join(home, "build/entries/phum.mjs");

/** The rule of entryFile in src/base/machine, before anything of it can be loaded. */
function isNewest(file) {
  if (!existsSync(file)) return false;
  const builtMs = statSync(file).mtimeMs;
  const isOlder = (folder) =>
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return isOlder(path);
      return !/\.(ts|json)$/.test(entry.name) || statSync(path).mtimeMs < builtMs;
    });
  return isOlder(join(home, "src"));
}

enableCompileCache(join(home, "node_modules/.cache/phum"));
await import(isNewest(built) ? "./build/entries/phum.mjs" : "./src/apps/cli/main.ts");
