import { hash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes } from "#base/values";
import { boundedJson } from "./bounded-json.ts";
import { writeDurably } from "./durable-file.node.ts";
import { evidenceFault } from "./faults.ts";

/** Largest state of a checkpoint: 256 MiB. */
const STATE_MAX_BYTES = 256 * 1024 * 1024;

/** Writes the state that checkpoint `counter` will sign, beside the one before. @returns its SHA-256, hexadecimal. */
export function writeState(dir: string, counter: number, state: Record<string, unknown>): string {
  const bytes = canonicalBytes(state);
  if (bytes.length > STATE_MAX_BYTES) {
    throw new RangeError(
      `Cannot keep the state: it must be at most ${STATE_MAX_BYTES} bytes, current is ${bytes.length}`,
    );
  }
  writeDurably(statePath(dir, counter), bytes);
  return hash("sha256", bytes, "hex");
}

/** Removes the state of an older checkpoint, once a newer one is signed and synced. */
export function dropState(dir: string, counter: number): void {
  rmSync(statePath(dir, counter), { force: true });
}

/** Reads the state that a checkpoint signed. @throws {Fault} evidence/tampered when it is missing or another. */
export function readState(dir: string, counter: number, digest: string): Record<string, unknown> {
  const path = statePath(dir, counter);
  const bytes = existsSync(path) && statSync(path).size <= STATE_MAX_BYTES ? readFileSync(path) : undefined;
  const value =
    bytes === undefined || hash("sha256", bytes, "hex") !== digest ? undefined : boundedJson(bytes, STATE_MAX_BYTES);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw evidenceFault("evidence/tampered", `${path} is not the state that was signed`, {
      place: path,
      values: { place: `state-${counter}.json` },
    });
  }
  return value as Record<string, unknown>;
}

function statePath(dir: string, counter: number): string {
  return join(dir, `state-${counter}.json`);
}
