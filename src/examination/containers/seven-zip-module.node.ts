import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createContext, Script } from "node:vm";
import { projectHome } from "#base/machine/node";

/** What this room takes of 7-Zip's file system in memory. */
export interface SevenZipFiles {
  ErrnoError: new (errno: number) => Error;
  filesystems: { MEMFS: { ops_table: { file: { stream: StreamSteps; node: NodeSteps } } } };
  mkdir(path: string): void;
  writeFile(path: string, bytes: Uint8Array): void;
  lookupPath(path: string): { node: FileNode };
  getPath(node: FileNode): string;
  unlink(path: string): void;
}

export interface FileNode {
  usedBytes: number;
  stream_ops: StreamSteps;
}

export interface OpenStream {
  node: FileNode;
  path: string;
  flags: number;
  position: number;
}

export interface StreamSteps {
  read(stream: OpenStream, buffer: Int8Array, from: number, length: number, position: number): number;
  write(stream: OpenStream, buffer: Int8Array, from: number, length: number, position: number): number;
  close?(stream: OpenStream): void;
}

interface NodeSteps {
  setattr(node: FileNode, attributes: { size?: number }): void;
}

/** 7-Zip, once started: a command line over a file system that stands in memory and knows nothing of this machine. */
export interface SevenZipModule {
  FS: SevenZipFiles;
  callMain(command: string[]): number;
}

const HOME = "node_modules/7z-wasm";
/** Whether it is installed. */
export function hasSevenZip(): boolean {
  return parts !== undefined || existsSync(join(projectHome, HOME, "7zz.wasm"));
}

/** Names shorter than 16 bytes would be decoded by other rules than longer ones: a folder would not be found again below its own name. */
const [LOOSE, STRICT] = ["endPtr-idx>16&&heapOrArray.buffer&&UTF8Decoder", "heapOrArray.buffer&&UTF8Decoder"];

/** Names of old archives are in no known code page: where they are no UTF-8, each byte is a letter. Called as a constructor. */
function nameDecoder(): { decode(bytes: Uint8Array): string } {
  const strict = new TextDecoder("utf-8", { fatal: true });
  const letters = new TextDecoder("latin1");
  return {
    decode(bytes) {
      try {
        return strict.decode(bytes);
      } catch {
        return letters.decode(bytes);
      }
    },
  };
}

let parts: { script: Script; wasm: unknown } | undefined;

/** WebAssembly's module and instance, as this file uses them. */
const { Module, Instance } = WebAssembly;

/**
 * Starts a 7-Zip of its own. It runs in a context without Node: no file, no process, no clock but its own; its program's promises
 * are kept before this returns.
 *
 * @param print Takes a line of what it says.
 * @throws Where it is not installed, or memory does not suffice.
 */
export function startSevenZip(print: (line: string) => void): SevenZipModule {
  parts ??= {
    script: new Script(
      `${readFileSync(join(projectHome, HOME, "7zz.umd.js"), "utf8").replace(LOOSE, STRICT)}\n;SevenZip(given)`,
    ),
    wasm: new Module(readFileSync(join(projectHome, HOME, "7zz.wasm"))),
  };
  const { script, wasm } = parts;
  const given = {
    noInitialRun: true,
    print,
    printErr: print,
    instantiateWasm(
      imports: Record<string, Record<string, unknown>>,
      ok: (instance: unknown, module: unknown) => void,
    ) {
      const instance = new Instance(wasm as InstanceType<typeof Module>, imports);
      ok(instance, wasm);
      return instance.exports;
    },
  };
  const crypto = { getRandomValues: (bytes: Uint8Array) => bytes.fill(1) };
  const quiet = { log: () => undefined, warn: () => undefined, error: () => undefined };
  const world = { given, crypto, console: quiet, TextDecoder: nameDecoder };
  script.runInContext(createContext(world, { microtaskMode: "afterEvaluate" }));
  return given as unknown as SevenZipModule;
}
