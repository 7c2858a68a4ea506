// Completes package-lock.json after a change of dependencies: `node tools/lock.ts && npm ci --dry-run`. npm leaves optional
// packages of other platforms out of a lock file, and then refuses it. Each missing one is added with the system, processor and
// C library that its name tells; npm keeps such entries and skips them elsewhere. They carry no integrity digest.
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

interface Locked {
  version?: string;
  optionalDependencies?: Record<string, string>;
  cpu?: string[];
  os?: string[];
  libc?: string[];
  optional?: boolean;
}

const path = resolve(import.meta.dirname, "../package-lock.json");
const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync(path, "utf8"));
let added = 0;
for (const [owner, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const places = [`${owner}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => lock.packages[place] !== undefined)) continue;
    lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), optional: true };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`lock: ${added} packages of other platforms added`);

function platformOf(name: string): Pick<Locked, "cpu" | "os" | "libc"> {
  const found =
    /-(linux|darwin|win32|freebsd|android|openharmony)-(x64|arm64|arm|ia32|riscv64|ppc64|s390x)(?:-(.+))?$/.exec(name);
  if (found === null) throw new Error(`lock: the name ${name} does not tell its platform`);
  const [, os = "", cpu = "", kind = ""] = found;
  const libc = os !== "linux" || kind === "" ? {} : { libc: [kind.startsWith("musl") ? "musl" : "glibc"] };
  return { cpu: [cpu], os: [os], ...libc };
}
