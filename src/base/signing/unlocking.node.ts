import { spawn } from "node:child_process";
import { entryFile, programFolders, projectHome } from "#base/machine/node";
import { concatBytes } from "#base/values";
import { signingFault } from "./faults.ts";
import { readAnswer, type UnlockAnswer, type UnlockRequest, writeRequest } from "./unlock-frame.node.ts";

/** On a slow computer 2^18 steps take some seconds; a child that takes two minutes will not come back. */
const PATIENCE_MS = 120_000;
const ANSWER_MAX_BYTES = 65_536;

/**
 * Lets a short child process do the costly work on a passphrase: its memory (at most 400 MB) is gone when it ends.
 *
 * @throws {Fault} identity/unlocking when the child ends without an answer.
 */
export async function unlock(request: UnlockRequest): Promise<UnlockAnswer> {
  const reads = programFolders.map((folder) => `--allow-fs-read=${folder}`);
  const flags = ["--permission", ...reads, "--max-old-space-size=64", "--no-warnings"];
  const child = spawn(process.execPath, [...flags, entryFile("src/base/signing/unlock.child.node.ts")], {
    env: {},
    cwd: projectHome,
    stdio: ["pipe", "pipe", "ignore"],
    windowsHide: true,
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  const parts: Uint8Array[] = [];
  let length = 0;
  child.stdout.on("data", (part: Uint8Array) => {
    length += part.length;
    if (length <= ANSWER_MAX_BYTES) parts.push(part);
    else child.kill("SIGKILL");
  });
  const ended = new Promise<unknown>((resolve) => {
    child.on("close", resolve);
    child.on("error", resolve);
  });
  child.stdin.on("error", () => undefined); // A child that ended early is noticed by its missing answer.
  child.stdin.end(writeRequest(request));
  const cause = await ended;
  const answer = readAnswer(concatBytes(...parts));
  if (answer === undefined || length > ANSWER_MAX_BYTES) {
    throw signingFault("identity/unlocking", "The unlocking child ended without an answer", { cause });
  }
  return answer;
}
