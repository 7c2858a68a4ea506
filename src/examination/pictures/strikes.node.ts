// What a decoder that was taken over would try. Tests of the wall ask a child for it.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import type { Strike } from "./picture-message.ts";

const TRIES: Record<Strike, () => unknown> = {
  spin: () => {
    for (;;) Math.random();
  },
  memory: () => {
    const held: Uint8Array[] = [];
    for (;;) held.push(new Uint8Array(2 ** 24).fill(1));
  },
  crash: () => process.abort(),
  "read-file": () => readFileSync("/etc/passwd").length,
  "write-file": () => writeFileSync(join(tmpdir(), "phum-strike"), ""),
  "read-file-natively": () => sharp("/etc/passwd").metadata(),
  connect: () =>
    new Promise((resolve, reject) => {
      connect(9, "127.0.0.1").on("error", reject).on("connect", resolve);
    }),
  start: () => {
    const { error } = spawnSync("/bin/true");
    if (error !== undefined) throw error;
  },
  signal: () => process.kill(process.ppid, 0),
};

/** Tries it. @returns What came of it, as text. */
export async function struck(strike: Strike): Promise<string> {
  try {
    return `done: ${String(await TRIES[strike]())}`;
  } catch (error) {
    return `failed: ${String(error)}`;
  }
}
