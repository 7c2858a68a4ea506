import { lstatSync, readdirSync } from "node:fs";
import { toHex } from "#base/values";
import type { OpenBytes } from "#examination/sources";
import { openSource } from "#examination/sources/node";

/** So many files are handed over because of their names; others when they are asked for. */
const SEGMENTS_MOST = 4096;
const RELATED_MOST = 256;
const NAMES_MOST = 100_000;

/** What a child is told of the files it was given. */
export interface HandedFiles {
  /** The file that was asked for, hexadecimal, as all names. */
  name: string;
  /** Of the folder; names alone give nothing. */
  names: string[];
  /** Descriptors from 3 on, in this order. */
  files: [name: string, sizeBytes: number][];
  /** Asked for, and not to be had. */
  missing: string[];
}

/** The files of an image, opened by the process that parses none of them. */
export interface EvidenceFiles {
  readonly fds: readonly number[];
  handed(): HandedFiles;
  /** Opens a file of the folder that a child asked for, and those named like it. */
  add(name: string): void;
  close(): void;
}

/**
 * Opens an image's file and the files named like it, for reading.
 *
 * @param path Absolute, bytes, links resolved.
 * @returns Null where the file itself cannot be opened.
 */
export function evidenceFiles(path: Uint8Array): EvidenceFiles | null {
  const cut = path.lastIndexOf(0x2f) + 1;
  const folder = path.subarray(0, cut);
  const own = toHex(path.subarray(cut));
  const names = namesIn(folder);
  const opened = new Map<string, OpenBytes>();
  const missing = new Set<string>();
  const add = (name: string): void => {
    if (opened.has(name) || missing.has(name)) return;
    const file = names.has(name) ? openPlain(folder, name) : null;
    if (file === null) missing.add(name);
    else opened.set(name, file);
  };
  const addLike = (name: string, most: number, sameStem: (other: string) => boolean): void => {
    add(name);
    let count = 0;
    for (const other of names) {
      if (count >= most) break;
      if (other !== name && sameStem(other) && !opened.has(other)) {
        add(other);
        count++;
      }
    }
  };
  names.add(own);
  const stem = stemOf(own);
  addLike(own, SEGMENTS_MOST, (other) => stemOf(other) === stem);
  if (!opened.has(own)) {
    for (const { close } of opened.values()) close();
    return null;
  }
  return {
    get fds() {
      return [...opened.values()].map(({ handles }) => handles.parts[0]?.buffered ?? -1);
    },
    handed: () => ({
      name: own,
      names: [...names].slice(0, NAMES_MOST),
      files: [...opened].map(([name, { sizeBytes }]) => [name, sizeBytes]),
      missing: [...missing],
    }),
    add(name) {
      const series = seriesOf(name);
      addLike(name, RELATED_MOST, (other) => series !== "" && seriesOf(other) === series);
    },
    close: () => {
      for (const { close } of opened.values()) close();
    },
  };
}

function namesIn(folder: Uint8Array): Set<string> {
  try {
    return new Set(readdirSync(Buffer.from(folder), { encoding: "buffer" }).map((name) => toHex(name)));
  } catch {
    return new Set(); // a folder that may be entered and not listed
  }
}

/** A name without its ending: segments differ in that alone. */
function stemOf(hex: string): string {
  return Buffer.from(hex, "hex")
    .toString("latin1")
    .replace(/\.[^.]*$/, "")
    .toLowerCase();
}

/** A name without ending and number: "disk-s001.vmdk", "disk-s002.vmdk". */
function seriesOf(hex: string): string {
  return stemOf(hex).replace(/[0-9]+$/, "");
}

/** A regular file, not through a link: what that leads to is not of this folder. */
function openPlain(folder: Uint8Array, name: string): OpenBytes | null {
  const path = Buffer.concat([folder, Buffer.from(name, "hex")]);
  try {
    const facts = lstatSync(path);
    if (!facts.isFile()) return null;
    const segments = [{ pathBytes: toHex(path), sizeBytes: facts.size }];
    return openSource({ kind: "image", segments, sizeBytes: facts.size });
  } catch {
    return null;
  }
}
