import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Fault } from "#base/faults";
import { entryFile, projectHome } from "#base/machine/node";
import type { KeptShift } from "#examination/shift/node";
import { kitFault } from "./faults.ts";
import type { FromKit, KitBegin, KitTrial, ToKit } from "./kit-message.ts";

export interface LaunchOptions {
  /** Folder of the kit, absolute. */
  dir: string;
  /** 0: any that is free. */
  port: number;
  trial?: KitTrial;
  /** The practice set is made at once, where it is missing. */
  makesPractice?: boolean;
  /** Told when the server stopped and was started again. */
  again(): void;
  /** The practice set is being made, 0 to 1; null: it is there now. */
  making?(fraction: number | null): void;
}

/** The running app, seen from its parent process. */
export interface LaunchedKit {
  /** An address that opens the page, once. */
  freshAddress(): string;
  /** The server's process; another one after a crash. */
  readonly pid: number | undefined;
  /** Settles when the shift ended or close() was called. @throws {Fault} kit/crashed. */
  readonly over: Promise<void>;
  /** Ends it: what is being read is kept at a checkpoint. */
  close(): Promise<void>;
}

/** So many crashes within so long, and it is not started again. */
const CRASHES_MOST = 5;
const CRASHES_WITHIN_MS = 60_000;
/** After the end of a shift the screens are told before the program ends. */
const LAST_WORD_MS = 1500;
const CLOSING_MS = 20_000;
const SECRET_BYTES = 32;

/**
 * Starts the server as a child and keeps it running: after a crash it is started again on the same port, with the same session and
 * the same unlocked identity, which stand in this process's memory alone until the shift ends.
 *
 * @throws {Fault} what the server could not begin with.
 */
export async function launchKit(options: LaunchOptions): Promise<LaunchedKit> {
  const launched = new Launched(options);
  await launched.begin();
  return launched;
}

class Launched implements LaunchedKit {
  readonly over: Promise<void>;
  readonly #options: LaunchOptions;
  readonly #session = randomBytes(SECRET_BYTES).toString("base64url");
  readonly #tickets = new Set<string>();
  readonly #crashesMs: number[] = [];
  #kept: KeptShift | null = null;
  #port: number;
  #child: ChildProcess | undefined;
  #closing = false;
  #finish: (fault: Fault | null) => void = () => undefined;

  constructor(options: LaunchOptions) {
    this.#options = options;
    this.#port = options.port;
    this.over = new Promise((resolve, reject) => {
      this.#finish = (fault) => (fault === null ? resolve() : reject(fault));
    });
    this.over.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  begin(): Promise<void> {
    const child = spawn(process.execPath, ["--no-warnings", entryFile("src/apps/kit/kit.child.node.ts")], {
      cwd: projectHome,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      windowsHide: true,
    });
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.on("message", (said: FromKit) => {
        if (said.kind === "listening") {
          this.#port = said.port;
          resolve();
        } else if (said.kind === "refused") {
          // It would be the same again.
          this.#closing = true;
          const refused = new Fault(said.code, said.message, { values: said.values });
          reject(refused);
          this.#finish(refused);
          child.kill("SIGKILL");
        } else this.#hear(said);
      });
      child.once("error", reject);
      child.once("exit", () => {
        reject(kitFault("kit/crashed", "The server ended before it began"));
        this.#exited();
      });
      this.#say(this.#beginning());
    });
  }

  freshAddress(): string {
    const ticket = randomBytes(SECRET_BYTES).toString("base64url");
    this.#tickets.add(ticket);
    this.#say({ kind: "ticket", ticket });
    return `http://127.0.0.1:${this.#port}/open?ticket=${ticket}`;
  }

  async close(): Promise<void> {
    this.#closing = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return this.#finish(null);
    const late = setTimeout(() => child.kill("SIGKILL"), CLOSING_MS);
    this.#say({ kind: "close" });
    await new Promise((resolve) => child.once("exit", resolve));
    clearTimeout(late);
    this.#finish(null);
  }

  #beginning(): KitBegin {
    const { dir, trial = {}, makesPractice = false } = this.#options;
    const [session, kept, tickets] = [this.#session, this.#kept, [...this.#tickets]];
    return { kind: "begin", dir, port: this.#port, session, tickets, kept, makesPractice, trial };
  }

  #say(message: ToKit): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #hear(said: FromKit): void {
    if (said.kind === "used") this.#tickets.delete(said.ticket);
    else if (said.kind === "keep") this.#kept = said.kept;
    else if (said.kind === "making") this.#options.making?.(said.fraction);
    else if (said.kind === "made") this.#options.making?.(null);
    else if (said.kind === "ended") setTimeout(() => void this.close(), LAST_WORD_MS);
  }

  #exited(): void {
    if (this.#closing) return;
    const nowMs = performance.now();
    this.#crashesMs.push(nowMs);
    const recent = this.#crashesMs.filter((atMs) => nowMs - atMs < CRASHES_WITHIN_MS);
    if (recent.length >= CRASHES_MOST) {
      this.#finish(kitFault("kit/crashed", `The server ended ${CRASHES_MOST} times within a minute`));
      return;
    }
    this.begin().then(
      () => this.#options.again(),
      () => undefined, // It ended or was refused before it began: both were heard.
    );
  }
}
