// The one program that may be elevated: `open-device DEVICE -- COMMAND ARGS…`. It opens DEVICE for reading (a block
// device, by its own path, nothing else), gives up root, and runs COMMAND with the device as descriptor 3 (direct where
// that works) and 4 (buffered). It knows no other verb and no option. Small on purpose: read it before you allow it.
// It lives while its standard input is open, which it hands on; then COMMAND has half a second each to end by itself,
// to be asked and to be killed. Exit: COMMAND's, 128 + signal, or one of opener-exit.ts.
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { dropPrivileges } from "./drop-privileges.node.ts";
import { openBlockDevice } from "./open-block-device.node.ts";
import { OPENER_EXITS, openerExit } from "./opener-exit.ts";

const GRACE_MS = 500;
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
const KEPT = ["LANG", "LC_ALL", "LC_MESSAGES", "TZ"];

function end(exit: number, words: string): never {
  process.stderr.write(`phum open-device: ${words}\n`);
  process.exit(exit);
}

function run(device: string, command: readonly string[]): ChildProcess {
  const { buffered, direct } = openBlockDevice(device, true);
  dropPrivileges(process.env);
  const [program = "", ...rest] = command;
  const env = Object.fromEntries(
    KEPT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  return spawn(program, rest, { env, stdio: ["pipe", "inherit", "inherit", direct ?? buffered, buffered] });
}

function watch(child: ChildProcess): void {
  child.on("error", (error) => end(OPENER_EXITS["source/opener"], `the command does not start: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
  if (child.stdin === null) return;
  child.stdin.on("error", () => {}); // the command has closed it; its exit is told by "exit"
  process.stdin.on("error", () => leave(child));
  process.stdin.on("close", () => leave(child));
  process.stdin.pipe(child.stdin);
}

function leave(child: ChildProcess): void {
  child.stdin?.end();
  setTimeout(() => child.kill("SIGTERM"), GRACE_MS);
  setTimeout(() => child.kill("SIGKILL"), 2 * GRACE_MS);
  setTimeout(() => process.exit(128 + constants.signals.SIGKILL), 3 * GRACE_MS);
}

const [device = "", dashes, ...command] = process.argv.slice(2);
if (!device.startsWith("/") || dashes !== "--" || command.length === 0) {
  end(OPENER_EXITS.usage, "one device by its absolute path, --, and the command to run");
}
try {
  watch(run(device, command));
} catch (error) {
  const code = error instanceof Error && "code" in error ? String(error.code) : "source/opener";
  end(openerExit(code), error instanceof Error ? error.message : String(error));
}
