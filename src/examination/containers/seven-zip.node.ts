import { type ByteSource, splitPath } from "#examination/sources";
import type { ContainerVisit, InnerStream } from "./inner-entry.ts";
import { areNamesLocked } from "./locked-names.ts";
import { hasSevenZip, type OpenStream, type SevenZipModule, startSevenZip } from "./seven-zip-module.node.ts";
import { isNamedPart, isPartOfSet } from "./split-archives.ts";

// 7z, RAR 4 and 5, CAB, ARJ, and zip with methods that Node does not know: structure and codecs of 7-Zip 24.09 in WebAssembly. It
// sees one file, which is read from the source as it asks, and a folder whose files are handed on as they are written.

const ARCHIVE = "/archive";
const OUT = "/out";
const ENOSPC = 51;
const EIO = 29;
const DIED = 134;
/** The most that is no error. */
const WARNED = 1;
/** Of what it says: enough to tell a password from damage. */
const SAID_LINES = 200;

/** What of an archive is taken, and how it is named. */
export interface SevenZipChoice {
  /** Takes only entries of these names; absent: all. */
  wanted?: ReadonlySet<string>;
  /** Of the only file in it, where it has no name there. */
  path?: readonly Uint8Array[];
  /** What it is, where it has no mark that 7-Zip goes by. */
  type?: "lzma";
}

/** Reads an archive with 7-Zip. */
export function readSevenZip(source: ByteSource, visit: ContainerVisit, choice: SevenZipChoice = {}): void {
  const { wanted, type } = choice;
  const typed = type === undefined ? [] : [`-t${type}`];
  if (!hasSevenZip()) {
    visit.problem("unsupported");
    return;
  }
  const locked = areNamesLocked(source) ? "all" : type === undefined ? lockedNames(source, visit) : new Set<string>();
  if (locked === "all") {
    visit.problem("encrypted");
    return;
  }
  const failure: { error?: unknown } = {};
  const isWanted = (name: string): boolean => !locked.has(name) && (wanted?.has(name) ?? true);
  const files = outgoing(visit, { failure, isWanted, path: choice.path ?? null });
  const heard = hearing(files, isWanted);
  const module = opened(source, heard.line, failure);
  capture(module, files, failure);
  const exit = run(module, ["x", "-y", "-p-", "-bd", "-bb0", "-snl-", ...typed, `-o${OUT}`, ARCHIVE], failure);
  const isPart = exit > WARNED && (isPartOfSet(source) || isNamedPart(visit.name));
  files.cut(isPart);
  for (const name of locked) if (wanted?.has(name) ?? true) visit.problem("encrypted", pathOf(name));
  if (isPart) visit.problem("split");
  else if (exit > WARNED && (exit === DIED || heard.isBroken() || (locked.size === 0 && !heard.isTold())))
    visit.problem(heard.why());
}

/** What 7-Zip says of errors: of entries, which are told as theirs, and of the archive. */
function hearing(
  files: Outgoing,
  isWanted: (name: string) => boolean,
): {
  line(line: string): void;
  isBroken(): boolean;
  isTold(): boolean;
  why(): "encrypted" | "unsupported" | "damaged";
} {
  let [isBroken, isTold] = [false, false];
  const said: string[] = [];
  return {
    line(line) {
      if (said.length < SAID_LINES) said.push(line);
      if (/^ERRORS:|^ERROR: \/?archive|^Cannot open the file/i.test(line)) isBroken = true;
      const [, what, name] = /^ERROR: ([^:]+) : (.+)$/.exec(line) ?? [];
      if (what === undefined || name === undefined) return;
      isTold = true;
      // A second name of a file that is given under its first one.
      if (/^Cannot (?:create (?:hard|symbolic) link|set file attribute)/.test(what)) return;
      if (isWanted(name)) files.fail(name, /Unsupported Method/i.test(what) ? "unsupported" : "damaged");
    },
    isBroken: () => isBroken,
    isTold: () => isTold,
    why() {
      const text = said.join("\n");
      if (/Wrong password|encrypted (?:archive|file)/i.test(text)) return "encrypted";
      return /Unsupported Method/i.test(text) ? "unsupported" : "damaged";
    },
  };
}

function pathOf(name: string): Uint8Array[] {
  return splitPath(Buffer.from(name, "utf8"));
}

/** Its exit code. What a callback threw is thrown here; its own end (an exception, a trap, no memory) is an exit code. */
function run(module: SevenZipModule, command: string[], failure: { error?: unknown }): number {
  let exit = DIED;
  try {
    exit = module.callMain(command);
  } catch {
    // told by the exit code
  }
  if (failure.error !== undefined) throw failure.error;
  return exit;
}

/** An archive that is read from its source as 7-Zip asks. */
function opened(source: ByteSource, print: (line: string) => void, failure: { error?: unknown }): SevenZipModule {
  const module = startSevenZip(print);
  const { FS } = module;
  FS.writeFile(ARCHIVE, new Uint8Array(0));
  FS.mkdir(OUT);
  const { node } = FS.lookupPath(ARCHIVE);
  node.usedBytes = source.sizeBytes;
  node.stream_ops = {
    ...node.stream_ops,
    read(...[, buffer, from, length, position]) {
      try {
        const there = Math.max(0, Math.min(length, source.sizeBytes - position));
        return there === 0
          ? 0
          : source.readSync(new Uint8Array(buffer.buffer, buffer.byteOffset + from, there), position);
      } catch (error) {
        failure.error ??= error;
        throw new FS.ErrnoError(EIO);
      }
    },
    write: () => {
      throw new FS.ErrnoError(ENOSPC);
    },
  };
  return module;
}

/** Names of encrypted entries; "all" where not even the names can be read. */
function lockedNames(source: ByteSource, visit: ContainerVisit): Set<string> | "all" {
  const locked = new Set<string>();
  let [name, isOpen, lines] = ["", false, 0];
  let isLocked = false;
  const failure: { error?: unknown } = {};
  const print = (line: string): void => {
    try {
      // 20 lines an entry; a list without end is not waited for.
      if (++lines % 16 === 0) visit.budget.spend(0);
      if (lines > 32 * visit.budget.limits.entries)
        throw new RangeError("Cannot list an archive: it has too many entries");
    } catch (error) {
      failure.error ??= error;
      throw error;
    }
    if (line.startsWith("----------")) isOpen = true;
    else if (/Wrong password|encrypted archive/i.test(line)) isLocked = true;
    else if (isOpen && line.startsWith("Path = ")) name = line.slice(7);
    else if (isOpen && line === "Encrypted = +") locked.add(name);
  };
  const module = opened(source, print, failure);
  const exit = run(module, ["l", "-slt", "-p-", "-sccUTF-8", ARCHIVE], failure);
  return exit !== 0 && isLocked && !isOpen ? "all" : locked;
}

interface Outgoing {
  open(name: string): void;
  piece(name: string, bytes: Uint8Array): void;
  close(name: string): void;
  /** An entry is not what it should be: said right behind its bytes. */
  fail(name: string, why: "unsupported" | "damaged"): void;
  /** Files that were not closed. @param isPart The last one may go on in another archive. */
  cut(isPart: boolean): void;
}

function outgoing(
  visit: ContainerVisit,
  {
    failure,
    isWanted,
    path,
  }: { failure: { error?: unknown }; isWanted(name: string): boolean; path: readonly Uint8Array[] | null },
): Outgoing {
  const open = new Map<string, InnerStream | null>();
  /** The file that was closed last: an error may still be said of it. */
  let last: { name: string; stream: InnerStream } | null = null;
  const guarded = (work: () => void): void => {
    if (failure.error !== undefined) return;
    try {
      work();
    } catch (error) {
      failure.error = error;
    }
  };
  const settle = (complete: boolean): void => {
    const { stream } = last ?? {};
    last = null;
    stream?.end(complete);
  };
  const begin = (name: string): InnerStream | null => {
    const known = open.get(name);
    if (known !== undefined) return known;
    settle(true);
    const stream = isWanted(name) ? visit.stream(path ?? pathOf(name)) : null;
    open.set(name, stream);
    return stream;
  };
  return {
    open: (name) => guarded(() => void begin(name)),
    piece: (name, bytes) => guarded(() => begin(name)?.piece(bytes)),
    close: (name) =>
      guarded(() => {
        const stream = open.get(name) ?? null;
        open.delete(name);
        if (stream !== null) last = { name, stream };
      }),
    fail: (name, why) =>
      guarded(() => {
        const isLast = last?.name === name;
        if (isLast) settle(false);
        if (!isLast || why === "unsupported") visit.problem(why, path ?? pathOf(name));
      }),
    cut: (isPart) => {
      guarded(() => settle(!isPart));
      for (const stream of open.values()) stream?.end(false);
      open.clear();
      if (failure.error !== undefined) throw failure.error;
    },
  };
}

/** Hands on what is written below OUT; nothing of it stands in memory. */
function capture({ FS }: SevenZipModule, files: Outgoing, failure: { error?: unknown }): void {
  const { stream: steps, node: nodeSteps } = FS.filesystems.MEMFS.ops_table.file;
  const nameOf = (stream: OpenStream): string | null => {
    const path = stream.path ?? FS.getPath(stream.node);
    return path.startsWith(`${OUT}/`) ? path.slice(OUT.length + 1) : null;
  };
  const write = steps.write;
  steps.write = (...given) => {
    const [stream, buffer, from, length, position] = given;
    const name = nameOf(stream);
    if (name === null) return write(...given);
    files.piece(name, new Uint8Array(buffer.buffer, buffer.byteOffset + from, length));
    if (failure.error !== undefined) throw new FS.ErrnoError(ENOSPC);
    stream.node.usedBytes = Math.max(stream.node.usedBytes, position + length);
    return length;
  };
  steps.close = (stream) => {
    const name = nameOf(stream);
    if (name === null || (stream.flags & 3) === 0) return;
    files.open(name);
    files.close(name);
    if (failure.error !== undefined) throw new FS.ErrnoError(ENOSPC);
  };
  nodeSteps.setattr = () => undefined;
}
