// How a journey speaks to Phum: as an officer's shell does, through ./phum, in a folder of its own.
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { seededRandom } from "#base/values";
import type { Report } from "#examination/evidence";

const home = resolve(import.meta.dirname, "..");

/** A desk: one folder with an agency, an officer and whatever the journey writes there. */
export interface Desk {
  dir: string;
  /** Phum's own folder, its ./phum, and the environment in which a journey runs it. */
  home: string;
  command: string;
  env: NodeJS.ProcessEnv;
  path(name: string): string;
  /** Runs ./phum in the desk's folder. */
  phum(...words: string[]): SpawnSyncReturns<string>;
  /** Runs ./phum and expects it to end well; gives its last line. */
  lastLine(...words: string[]): string;
  write(name: string, bytes: Uint8Array): string;
  agencyKey: string;
  recipient: string;
  close(): void;
}

/** Sets a desk: agency, officer, certificate, passphrase. */
export function setDesk(name: string): Desk {
  const dir = mkdtempSync(join(tmpdir(), `phum-${name}-`));
  const path = (file: string): string => join(dir, file);
  const command = join(home, "phum");
  const env = { PATH: process.env["PATH"], LANG: "C", XDG_STATE_HOME: path("state"), HOME: dir };
  const phum = (...words: string[]): SpawnSyncReturns<string> =>
    spawnSync(command, words, { cwd: dir, encoding: "utf8", maxBuffer: 2 ** 26, env });
  const lastLine = (...words: string[]): string => {
    const { status, stdout, stderr } = phum(...words);
    if (status !== 0) throw new Error(`phum ${words.join(" ")} ended with ${status}\n${stdout}${stderr}`);
    return stdout.trimEnd().split("\n").at(-1) ?? "";
  };
  const write = (file: string, bytes: Uint8Array): string => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), bytes);
    return path(file);
  };
  write("P", Buffer.from("a phrase for a journey\n"));
  const agencyKey = lastLine("signer", "new", "--out", "agency.key", "--passphrase-file", "P");
  const recipient = lastLine("identity", "new", "--out", "officer.key", "--passphrase-file", "P");
  const enrol = ["--name", "សុខ ដារ៉ា", "--unit", "Phnom Penh", "--valid-until", "2099-12-31"];
  lastLine("identity", "enrol", "officer.pub", ...enrol, ...SIGN, "--out", "officer.cert");
  const close = (): void => rmSync(dir, { recursive: true });
  return { dir, home, command, env, path, phum, lastLine, write, agencyKey, recipient, close };
}

/** The agency's signature. */
export const SIGN = ["--sign", "agency.key", "--passphrase-file", "P"];
/** The officer at work. */
export const OFFICER = ["--certificate", "officer.cert", "--identity", "officer.key", "--passphrase-file", "P"];

/** Words that build a filter of a category from paths on the desk. */
export function buildWords(desk: Desk, category: string, paths: string[]): string[] {
  const named = ["--name", category, "--agency", "Journey", "--category", category, "--recipient", desk.recipient];
  return ["filter", "build", ...paths, ...named, ...SIGN, "--out", `${category}.phumf`];
}

/** Seeded noise: as probative as a picture, and of nothing. */
export function noise(seed: string, bytes: number): Uint8Array {
  const random = seededRandom(seed);
  const words = new Uint32Array(Math.ceil(bytes / 4));
  for (let i = 0; i < words.length; i++) words[i] = random.bits32();
  return new Uint8Array(words.buffer, 0, bytes);
}

/** Benign text-like filling: readable words, no two blocks the same. */
export function prose(seed: string, bytes: number): Uint8Array {
  const random = seededRandom(seed);
  const words = ["river", "rice", "school", "market", "house", "garden", "bridge", "music", "monsoon", "temple"];
  let text = "";
  while (text.length < bytes) text += `${words[random.below(words.length)]} ${random.below(100_000)} `;
  return Buffer.from(text.slice(0, bytes), "latin1");
}

/** The report that an exhibit folder holds. */
export function reportIn(desk: Desk, exhibit: string): Report {
  return JSON.parse(readFileSync(desk.path(join(exhibit, "report.json")), "utf8")) as Report;
}
