// A real browser for journeys: the packaged Chromium, unpacked once into node_modules/.cache, or the system's. The package's own
// unpacking is not used: it shares one fixed name in the temporary folder with whatever lies there.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

const home = resolve(import.meta.dirname, "..");
const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A browser that can be started here, or why there is none (the reason of a skipped test). */
export type BrowserHere = { executable: string; libraries: string | null } | { none: string };

/** Looks for a browser; unpacks the packaged one the first time (2 to 5 s). PHUM_CHROMIUM names another. */
export function browserHere(): BrowserHere {
  const named = process.env["PHUM_CHROMIUM"];
  if (named !== undefined) return { executable: named, libraries: null };
  const packaged = packagedChromium();
  if (packaged !== null) return packaged;
  const executable = SYSTEM.find((path) => existsSync(path));
  return executable === undefined
    ? { none: "no browser: neither the packaged Chromium runs here nor one of the system" }
    : { executable, libraries: null };
}

/** Starts it, without a window. The caller closes it. */
export function openBrowser(here: Exclude<BrowserHere, { none: string }>): Promise<Browser> {
  return chromium.launch({
    executablePath: here.executable,
    args: ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--disable-dev-shm-usage", "--mute-audio"],
    env: { ...process.env, ...(here.libraries === null ? {} : { LD_LIBRARY_PATH: here.libraries }) },
  });
}

/** Unpacks into a fresh folder and renames it, so that two at once cannot meet half a browser. */
function packagedChromium(): BrowserHere | null {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const packed = packedFolder();
  if (packed === null) return null;
  const { folder, version } = packed;
  const target = join(home, "node_modules/.cache", `chromium-${version}`);
  if (!existsSync(target)) {
    mkdirSync(dirname(target), { recursive: true });
    const fresh = mkdtempSync(`${target}-`);
    writeFileSync(join(fresh, "chromium"), brotliDecompressSync(readFileSync(join(folder, "chromium.br"))));
    chmodSync(join(fresh, "chromium"), 0o755);
    const libraries = brotliDecompressSync(readFileSync(join(folder, "al2023.tar.br")));
    spawnSync("tar", ["-x", "-C", fresh], { input: libraries, maxBuffer: 2 ** 20 });
    try {
      renameSync(fresh, target);
    } catch {
      rmSync(fresh, { recursive: true, force: true }); // a neighbour was quicker
    }
  }
  const here = { executable: join(target, "chromium"), libraries: join(target, "lib") };
  const env = { ...process.env, LD_LIBRARY_PATH: here.libraries };
  return spawnSync(here.executable, ["--version", "--no-sandbox"], { env, timeout: 20_000 }).status === 0 ? here : null;
}

function packedFolder(): { folder: string; version: string } | null {
  try {
    const entry = createRequire(import.meta.url).resolve("@sparticuz/chromium");
    const root = entry.slice(0, entry.lastIndexOf("chromium") + "chromium".length);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const folder = join(root, "bin");
    return existsSync(join(folder, "chromium.br")) ? { folder, version } : null;
  } catch {
    return null;
  }
}
