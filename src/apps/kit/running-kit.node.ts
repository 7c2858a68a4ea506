import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";

/** One kit is run by one program: another start asks it to open its page again. */
export interface RunningKit {
  close(): void;
}

const PATIENCE_MS = 3000;
/** The longest path a socket may have on Linux. */
const PATH_MOST = 107;
const ANSWER_MOST = 1000;

/**
 * Asks the program that runs this kit already for a fresh address.
 *
 * @returns undefined where none runs.
 */
export function askRunning(dir: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(socketPath(dir));
    const done = (): void => {
      socket.destroy();
      resolve(/^http:\/\/127\.0\.0\.1:\d+\/open\?ticket=[\w-]+\n$/.test(text) ? text.trimEnd() : undefined);
    };
    socket.setTimeout(PATIENCE_MS, done);
    socket.on("error", done);
    socket.on("close", done);
    socket.on("data", (piece: Buffer) => {
      text += piece.toString("latin1");
      if (text.length > ANSWER_MOST || text.endsWith("\n")) done();
    });
  });
}

/** Lets later starts ask; the socket lies in the kit's folder, which is its owner's alone. */
export async function answerStarts(dir: string, freshAddress: () => string): Promise<RunningKit> {
  const path = socketPath(dir);
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.end(`${freshAddress()}\n`);
  });
  server.maxConnections = 4;
  // One that nobody answers is left over.
  if (process.platform !== "win32") rmSync(path, { force: true });
  await listening(server, path);
  server.unref();
  return { close: () => server.close() };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

function socketPath(dir: string): string {
  if (process.platform === "win32") {
    return `\\\\.\\pipe\\phum-${createHash("sha256").update(dir).digest("hex").slice(0, 32)}`;
  }
  const path = join(dir, "app.sock");
  if (Buffer.byteLength(path) > PATH_MOST) throw new RangeError(`Cannot run a kit in ${dir}: its path is too long`);
  return path;
}
