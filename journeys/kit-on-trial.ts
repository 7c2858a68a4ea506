// The real app as an officer meets it: `./phum kit` as a process of its own (launcher, server, examination), a kit that an agency
// filled, files that stand for sticks, and a real browser. For journeys, pictures of the guide and benches.
//
//   const kit = await kitOnTrial();            the agency's part: two officers, one list, policy; then the browser
//   kit.plug("Ultra Fit", prose("a", 2e6));    a stick of that model appears; kit.pull(name) and kit.putBack(name)
//   const page = await kit.open();             the app starts with the first page; later ones are other browsers
//   await unlock(page); await answerWhy(page, "2026-0142-1");       (officer-hands.ts)
//   await kit.close();
import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { enrol, newIdentity, newSigner, openSigner } from "#base/signing/node";
import { canonicalText } from "#base/values";
import type { Language } from "#base/words";
import { buildFilter } from "#examination/filters/node";
import { kitFolder, makeKitFolder } from "#examination/shift/node";
import { browserHere, openBrowser } from "./browser.ts";
import { builtScreens } from "./gallery-server.ts";
import { noise } from "./phum.ts";

const home = resolve(import.meta.dirname, "..");
const DAY_MS = 86_400_000;
/** Slower than this, and something is wrong, however busy the computer is. */
export const PATIENCE_MS = 120_000;
/** Passphrase of every officer on trial. */
export const PASSPHRASE = "a phrase for a journey";
/** The officers of the kit: who works, and who may open a look. */
export const OFFICERS = { works: "សុខ ដារ៉ា", second: "Chan Maly" } as const;
/** The bytes that are on the list unless a journey says otherwise. */
export const LISTED = noise("listed on trial", 256 * 1024);

/** Why no journey can run here; false: they can. For `test(…, { skip })`. */
export const noBrowser: string | false = whyNoBrowser();

export interface TrialOptions {
  /** Files of the list, by name; LISTED alone unless said. null: a kit that nobody filled, without officer and list. */
  listed?: Record<string, Uint8Array> | null;
  /** Days from now: when the list was released, until when it is good, and until when it is accepted. */
  days?: { released?: number; valid?: number; grace?: number };
  /** Limits of looking; 20 items and 600 seconds unless said. A second officer must open each look. */
  looking?: { items: number; seconds: number; breakEvery: number };
  /** Each read of a stick takes so long at least. */
  readMs?: number;
}

/** A stick that no journey reads to its end: five minutes until the bound stands, on the quietest computer too. */
export const ENDLESS = { sizeBytes: 2 ** 33, readMs: 50 } as const;

export interface PageOptions {
  /** Of the browser, so of the first page; English unless said. */
  language?: Language;
  width?: number;
  height?: number;
}

export interface PlugOptions {
  /** This computer could write to it. */
  writable?: boolean;
  /** It is so large: a hole after the bytes. */
  sizeBytes?: number;
}

export interface KitOnTrial {
  /** A folder of this trial alone; `kit`, `stick` (the agency's) and whatever the journey writes lie in it. */
  readonly dir: string;
  path(name: string): string;
  /** What the launcher said so far. */
  said(): string;
  /** Plugs a stick in. */
  plug(name: string, bytes: Uint8Array, options?: PlugOptions): void;
  pull(name: string): void;
  putBack(name: string): void;
  /** Another list, built now. @returns its path. */
  list(name: string, days?: TrialOptions["days"]): Promise<string>;
  /** Opens the app in a browser of its own; starts it where it does not run. */
  open(options?: PageOptions): Promise<Page>;
  /** Ends the launcher as Ctrl-C does. */
  stop(): Promise<void>;
  /** The server's process; another one after a crash. */
  serverPid(): number;
  close(): Promise<void>;
}

/** Fills a kit as an agency does and starts a browser. The app starts with the first open(). */
export async function kitOnTrial(options: TrialOptions = {}): Promise<KitOnTrial> {
  const here = browserHere();
  if ("none" in here) throw new Error(here.none);
  await builtScreens();
  const dir = mkdtempSync(join(tmpdir(), "phum-trial-"));
  for (const folder of ["sockets/mounted", "out", "stick"]) mkdirSync(join(dir, folder), { recursive: true });
  const list = await fillKit(dir, options);
  return new Trial({ dir, browser: await openBrowser(here), list, readMs: options.readMs ?? 0 });
}

type ListMaker = (name: string, days?: TrialOptions["days"]) => Promise<string>;

/** Agency, officers, list and policy, as documented in docs/formats/kit-folder.md; keys that are cheap to open. */
async function fillKit(dir: string, { listed = { "0.bin": LISTED }, days, looking }: TrialOptions): Promise<ListMaker> {
  const [folder, nowMs, cheap] = [kitFolder(join(dir, "kit")), Date.now(), { workFactor: 2 }];
  makeKitFolder(folder);
  const none: ListMaker = () => Promise.reject(new Error("Cannot build a list: this kit has no agency"));
  if (listed === null) return none;
  const agency = await openSigner((await newSigner(PASSPHRASE, cheap)).file, PASSPHRASE);
  const recipients: string[] = [];
  for (const name of Object.values(OFFICERS)) {
    const { file, public: officer } = await newIdentity(PASSPHRASE, cheap);
    const certificate = enrol({ officer, name, unit: "Phnom Penh", validUntil: "2099-12-31", agency, nowMs });
    writeFileSync(join(folder.officers, `${officer.signPublic.slice(0, 16)}.key`), file);
    writeFileSync(join(folder.officers, `${officer.signPublic.slice(0, 16)}.cert`), canonicalText(certificate));
    recipients.push(officer.recipient);
  }
  const originals = join(dir, "originals");
  mkdirSync(originals);
  for (const [name, bytes] of Object.entries(listed)) writeFileSync(join(originals, name), bytes);
  const build: ListMaker = async (name, { released = -4, valid = 40, grace = 70 } = {}) => {
    const at = (day: number): string => new Date(nowMs + day * DAY_MS).toISOString();
    const dates = { releasedAt: at(released), validUntil: at(valid), graceUntil: at(grace) };
    const about = { name, agency: "Trial", category: "national", release: `r${released}`, ...dates } as const;
    const out = join(dir, `${name}.phumf`);
    await buildFilter({ inputs: [originals], about, agency, recipients, out });
    return out;
  };
  renameSync(await build("National", days), join(folder.lists, "national.phumf"));
  if (looking !== undefined) {
    const policy = { format: "phum-policy", version: 1, looking, secondOfficer: true, shiftHours: 12, lockMinutes: 15 };
    writeFileSync(folder.policy, canonicalText(policy));
  }
  return build;
}

class Trial implements KitOnTrial {
  readonly dir: string;
  readonly list: ListMaker;
  readonly #browser: Browser;
  #launcher: ChildProcess | null = null;
  readonly #readMs: number;
  #said = "";

  constructor({ dir, browser, list, readMs }: { dir: string; browser: Browser; list: ListMaker; readMs: number }) {
    this.dir = dir;
    this.#readMs = readMs;
    this.list = list;
    this.#browser = browser;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  said(): string {
    return this.#said;
  }

  plug(name: string, bytes: Uint8Array, { writable = false, sizeBytes = bytes.length }: PlugOptions = {}): void {
    writeFileSync(this.path("being-plugged"), bytes);
    truncateSync(this.path("being-plugged"), sizeBytes);
    renameSync(this.path("being-plugged"), this.path(`sockets/${writable ? "mounted/" : ""}${name}`));
  }

  pull(name: string): void {
    renameSync(this.path(`sockets/${name}`), this.path(`out/${name}`));
  }

  putBack(name: string): void {
    renameSync(this.path(`out/${name}`), this.path(`sockets/${name}`));
  }

  async open({ language = "en", width = 1024, height = 800 }: PageOptions = {}): Promise<Page> {
    const address = this.#launcher === null ? await this.#start() : await this.#again();
    const locale = language === "km" ? "km-KH" : "en-GB";
    const context = await this.#browser.newContext({ viewport: { width, height }, locale, colorScheme: "light" });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await page.goto(address);
    return page;
  }

  async stop(): Promise<void> {
    const launcher = this.#launcher;
    if (launcher === null || launcher.exitCode !== null || launcher.signalCode !== null) return;
    launcher.kill("SIGINT");
    await once(launcher, "exit");
    this.#launcher = null;
  }

  serverPid(): number {
    const { stdout } = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 2 ** 26 });
    const mine = stdout
      .split("\n")
      .find((line) => /kit\.child/.test(line) && line.includes(` ${this.#launcher?.pid} `));
    if (mine === undefined) throw new Error("Cannot find the server: it does not run");
    return Number.parseInt(mine, 10);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  get #environment(): NodeJS.ProcessEnv {
    const [kit, sockets, stick] = [this.path("kit"), this.path("sockets"), this.path("stick")];
    const ours = { PHUM_KIT: kit, PHUM_SOCKETS: sockets, PHUM_STICK: stick, XDG_STATE_HOME: this.path("state") };
    const slow = this.#readMs > 0 ? { PHUM_READ_MS: String(this.#readMs) } : {};
    return { ...slow, PATH: process.env["PATH"], LANG: "C", HOME: this.dir, ...ours };
  }

  /** `./phum kit`: runs until it is stopped; the address comes with its first words. */
  async #start(): Promise<string> {
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    const launcher = spawn(join(home, "phum"), ["kit", "--no-browser"], {
      cwd: this.dir,
      env: this.#environment,
      stdio,
    });
    this.#launcher = launcher;
    return new Promise((resolve, reject) => {
      const hear = (piece: Buffer): void => {
        this.#said += piece.toString("utf8");
        const address = addressIn(this.#said);
        if (address !== undefined) resolve(address);
      };
      launcher.stdout.on("data", hear);
      launcher.stderr.on("data", hear);
      launcher.once("exit", () => reject(new Error(`The app ended: ${this.#said}`)));
    });
  }

  /** `./phum kit` once more: finds the one that runs and gives another address. */
  async #again(): Promise<string> {
    const run = promisify(execFile);
    const { stdout } = await run(join(home, "phum"), ["kit", "--no-browser"], {
      cwd: this.dir,
      env: this.#environment,
    });
    const address = addressIn(stdout);
    if (address === undefined) throw new Error(`The app gave no address: ${stdout}`);
    return address;
  }
}

function addressIn(text: string): string | undefined {
  return /http:\/\/127\.0\.0\.1:\d+\/open\?ticket=[\w-]+(?=[\s)])/.exec(text)?.[0];
}

function whyNoBrowser(): string | false {
  const here = browserHere();
  return "none" in here ? here.none : false;
}
