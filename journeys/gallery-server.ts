// The built screens with a program behind them that only says what a scene holds. Loopback only; for tests and for looking.
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { pageOf, reportOf } from "./gallery-reports.ts";
import type { Scene } from "./gallery-view.ts";

const home = resolve(import.meta.dirname, "..");
const built = join(home, "build/kit");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
/** Stricter than the program's own: no inline style either. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'";

export interface Gallery {
  /** Opening it shows the scene. */
  addressOf: (scene: Scene) => string;
  close: () => Promise<void>;
}

/** Builds the screens where they are older than their sources. */
export async function builtScreens(): Promise<void> {
  const page = join(built, "index.html");
  const builtMs = existsSync(page) ? statSync(page).mtimeMs : 0;
  const sources = globSync("src/**/*.{ts,tsx,css,json,html}", {
    cwd: home,
    exclude: (name) => name.endsWith(".test.ts"),
  });
  if (sources.every((file) => statSync(join(home, file)).mtimeMs <= builtMs)) return;
  const { build } = await import("vite");
  await build({ configFile: join(home, "src/apps/kit/vite.config.ts"), logLevel: "error" });
}

/** Opens the gallery at a free port. */
export async function openGallery(scenes: readonly Scene[]): Promise<Gallery> {
  const server = createServer((incoming, outgoing) => answer(scenes, incoming, outgoing));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    addressOf: ({ name }) => `http://127.0.0.1:${port}/scene/${name}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function answer(scenes: readonly Scene[], incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? "/", "http://gallery");
  const asked = /^\/scene\/([\w-]+)$/.exec(url.pathname)?.[1];
  if (asked !== undefined) {
    const hash = scenes.find(({ name }) => name === asked)?.hash ?? "";
    outgoing.writeHead(303, { location: `/#${hash}`, "set-cookie": `scene=${asked}; Path=/; SameSite=Strict` });
    outgoing.end();
    return;
  }
  const name = /scene=([\w-]+)/.exec(incoming.headers.cookie ?? "")?.[1];
  const scene = scenes.find((one) => one.name === name);
  if (scene === undefined || !fromProgram(scene, url, { incoming, outgoing })) file(url.pathname, outgoing);
}

/** What the program would answer; false: it is a file's turn. */
function fromProgram(
  scene: Scene,
  url: URL,
  { incoming, outgoing }: { incoming: IncomingMessage; outgoing: ServerResponse },
): boolean {
  const { pathname, searchParams } = url;
  const json = (value: unknown): true => {
    outgoing.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
    outgoing.end(JSON.stringify(value));
    return true;
  };
  const [, what, key] = /^\/(report|findings)\/(\d+)$/.exec(pathname) ?? [];
  const lane = scene.view.lanes.lanes.find((one) => one.key === key);
  if (pathname === "/events") return events(scene, outgoing);
  if (pathname === "/act") return act(scene, incoming, json);
  if (pathname === "/list") return json({ ok: true });
  if (pathname === "/stick-folders") return json([{ folder: "1", name: "REPORTS", freeBytes: 12e9 }]);
  if (pathname === "/look/blurred" || pathname === "/look/sharp") return picture(outgoing);
  if (what === "report" && lane !== undefined) {
    const { report = {} } = scene;
    if (!("fault" in report)) return json({ ...reportOf(lane), ...report });
    outgoing.writeHead(409, { "content-type": "application/json" });
    outgoing.end(JSON.stringify({ ok: false, fault: report.fault }));
    return true;
  }
  if (what === "findings") {
    return json(pageOf(scene.rows ?? [], Number(searchParams.get("from")), Number(searchParams.get("count"))));
  }
  if (/^\/report\/\d+\.(html|pdf)$/.test(pathname)) return paper(outgoing);
  return false;
}

const served = new Set<string>();

function events(scene: Scene, outgoing: ServerResponse): true {
  if (scene.silent && served.delete(scene.name)) {
    outgoing.writeHead(503).end();
    return true;
  }
  served.add(scene.name);
  outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  outgoing.write(`data: ${JSON.stringify(scene.view)}\n\n`);
  if (scene.silent) outgoing.end();
  return true;
}

function act(scene: Scene, incoming: IncomingMessage, json: (value: unknown) => true): true {
  let text = "";
  incoming.on("data", (piece: Buffer) => {
    text += piece.toString("utf8");
  });
  incoming.on("end", () => {
    const { act: asked } = JSON.parse(text) as { act: keyof NonNullable<Scene["refuses"]> };
    const fault = scene.refuses?.[asked];
    json(fault === undefined ? { ok: true } : { ok: false, fault });
  });
  return true;
}

function file(pathname: string, outgoing: ServerResponse): void {
  const path = join(built, pathname === "/" ? "index.html" : pathname);
  const type = TYPES[extname(path)];
  if (type === undefined || !path.startsWith(built) || !existsSync(path)) {
    outgoing.writeHead(404).end();
    return;
  }
  outgoing.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
  outgoing.end(readFileSync(path));
}

function paper(outgoing: ServerResponse): true {
  outgoing.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  outgoing.end(
    '<!doctype html><html lang="en"><title>Report</title><h1>Report of examination</h1><p>Page one of a sample.</p>',
  );
  return true;
}

/** A grey drawing of 200 × 150 points: a gradient, nothing else. */
function picture(outgoing: ServerResponse): true {
  outgoing.writeHead(200, { "content-type": "image/png", "cache-control": "no-store" });
  outgoing.end(greyPicture({ width: 200, height: 150 }, (x, y) => (x + y) % 256));
  return true;
}

/** A grey picture as PNG. @param greyAt 0 to 255. */
export function greyPicture(
  { width, height }: { width: number; height: number },
  greyAt: (x: number, y: number) => number,
): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: width }, (_, x) => greyAt(x, y))]),
  );
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
