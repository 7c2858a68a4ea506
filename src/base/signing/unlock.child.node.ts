// The unlocking child: tries one passphrase on one file, or wraps a new one, and ends. Passphrase and file come by standard
// input, the answer goes by standard output; nothing by argument, environment, file or log. It reads only Phum's own folder.
import { readSync, writeSync } from "node:fs";
import { unwrapWithPassphrase, WORK_FACTOR, wrapInPassphrase } from "./passphrase-box.node.ts";
import { readRequest, type UnlockAnswer, type UnlockRequest, writeAnswer } from "./unlock-frame.node.ts";

const REQUEST_MAX_BYTES = 65_536;

function readInput(): Uint8Array {
  const frame = new Uint8Array(REQUEST_MAX_BYTES);
  let length = 0;
  for (;;) {
    const read = readSync(0, frame, length, frame.length - length, null);
    if (read === 0) return frame.subarray(0, length);
    length += read;
  }
}

async function answerTo(request: UnlockRequest): Promise<Omit<UnlockAnswer, "peakBytes">> {
  const { verb, workFactor, passphrase, bytes } = request;
  if (verb === "wrap") return { outcome: "opened", bytes: await wrapInPassphrase(bytes, passphrase, workFactor) };
  const result = await unwrapWithPassphrase(bytes, passphrase, WORK_FACTOR);
  return { outcome: result.outcome, bytes: result.outcome === "opened" ? result.plain : new Uint8Array(0) };
}

// Without Node's permission model this child would not be what its parent believes: then it answers nothing.
if (process.permission !== undefined) {
  const answer = await answerTo(readRequest(readInput()));
  const frame = writeAnswer({ ...answer, peakBytes: process.resourceUsage().maxRSS * 1024 });
  for (let written = 0; written < frame.length; ) written += writeSync(1, frame, written);
}
