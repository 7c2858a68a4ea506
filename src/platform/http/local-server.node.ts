import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { BodyTooLarge } from "./bounded-body.node.ts";
import { builtFiles } from "./built-files.node.ts";
import { refusalBudget } from "./refusal-budget.ts";
import { type Asked, cookieName, type Refusal, refusalOf } from "./request-guard.node.ts";
import type { TicketBook } from "./ticket-book.node.ts";
import { sayHttp } from "./words.ts";

export interface LocalServerOptions {
  /** 0: any that is free. */
  port: number;
  /** What the browser's cookie holds; the same again after a restart, so that open pages go on. */
  session: string;
  tickets: TicketBook;
  /** Built page: index.html and what it loads. */
  files: string;
  /** Routes behind the guard; asked before the files. */
  routes: Hono;
  /** Paths that the page itself may show in a frame: a report. */
  framed?(path: string): boolean;
  /** Tests alone: how long a request may take to arrive. */
  requestMs?: number;
}

export interface LocalServer {
  port: number;
  /** http://127.0.0.1:PORT/ */
  address: string;
  /** The address that opens the page, once. */
  ticketAddress(ticket: string): string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
/** An open page holds one connection for events and a few for the rest. */
const CONNECTIONS_MOST = 64;
const HEADER_MOST_BYTES = 8192;
const HEADERS_MS = 5000;
/** A large list arrives within this. */
const REQUEST_MS = 600_000;
const STATUS: Record<Refusal, number> = { host: 421, method: 405, origin: 403, site: 403, session: 401 };

/**
 * Opens a web server for this computer's own browser, and for nobody else.
 *
 * A ticket in the first address is exchanged once for a cookie and taken out of the address by a redirect. Every request's host,
 * origin, site and cookie are looked at before a route is; other protocols are refused; a flood of refused requests is not listened to.
 *
 * @throws {Error} EADDRINUSE where the port is taken.
 */
export async function openLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { tickets, session, requestMs = REQUEST_MS } = options;
  const at = { port: options.port, session };
  const budget = refusalBudget();
  const listen = getRequestListener(pageOf(options).fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      maxHeaderSize: HEADER_MOST_BYTES,
      headersTimeout: Math.min(HEADERS_MS, requestMs),
      requestTimeout: requestMs,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 30_000,
      noDelay: true,
    },
    (incoming, outgoing) => {
      const ticket = ticketIn(incoming);
      const refusal = refusalOf(askedOf(incoming, ticket !== undefined), at);
      if (refusal !== undefined) return refuse(outgoing, refusal, budget.take(performance.now()));
      if (ticket !== undefined) {
        if (!tickets.redeem(ticket)) return refuse(outgoing, "session", budget.take(performance.now()));
        return letIn(outgoing, at);
      }
      void listen(incoming, outgoing);
    },
  );
  server.maxConnections = CONNECTIONS_MOST;
  server.on("connection", (socket: Socket) => {
    if (budget.spent(performance.now())) socket.destroy();
  });
  const refuseSocket = (_: IncomingMessage, socket: { destroy(): void }): void => {
    budget.take(performance.now());
    socket.destroy();
  };
  server.on("upgrade", refuseSocket);
  server.on("connect", refuseSocket);
  server.on("clientError", (_, socket) => {
    budget.take(performance.now());
    socket.destroy();
  });
  at.port = await listening(server, options.port);
  const address = `http://${HOST}:${at.port}/`;
  return {
    port: at.port,
    address,
    ticketAddress: (ticket) => `${address}open?ticket=${ticket}`,
    close: () => closed(server),
  };
}

function listening(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host: HOST, exclusive: true }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function askedOf({ method = "", headers }: IncomingMessage, ticket: boolean): Asked {
  return { method, headers, ticket };
}

function ticketIn({ method, url = "" }: IncomingMessage): string | undefined {
  return method === "GET" ? /^\/open\?ticket=([\w-]{1,100})$/.exec(url)?.[1] : undefined;
}

/** The session begins: the cookie is for this server's own pages, unreadable to their scripts; the ticket leaves the address. */
function letIn(outgoing: ServerResponse, { port, session }: { port: number; session: string }): void {
  outgoing.writeHead(303, {
    location: "/",
    "set-cookie": `${cookieName(port)}=${session}; Path=/; HttpOnly; SameSite=Strict`,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-length": 0,
  });
  outgoing.end();
}

/** Says no and closes; in words only where someone may read them. */
function refuse(outgoing: ServerResponse, refusal: Refusal, inWords: boolean): void {
  if (!inWords) {
    outgoing.socket?.destroy();
    return;
  }
  const text =
    refusal === "session" ? `${sayHttp("km", "refused.session")}\n\n${sayHttp("en", "refused.session")}\n` : "";
  outgoing.writeHead(STATUS[refusal], {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    connection: "close",
  });
  outgoing.end(text);
}

/** Headers first, then the caller's routes, then the built files. */
function pageOf({ routes, files, framed = () => false }: LocalServerOptions): Hono {
  const page = new Hono();
  const fileOf = builtFiles(files);
  const [whole, inFrame] = [headersOf("DENY"), headersOf("SAMEORIGIN")];
  page.use((c, next) => (framed(c.req.path) ? inFrame : whole)(c, next));
  page.use(async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
  });
  page.route("/", routes);
  page.get("/*", (c) => {
    const file = fileOf(new URL(c.req.url).pathname);
    return file === undefined ? c.notFound() : c.body(file.bytes, 200, { "content-type": file.type });
  });
  page.notFound((c) => c.text("404\n", 404));
  page.onError((error, c) => (error instanceof BodyTooLarge ? c.text("413\n", 413) : c.text("500\n", 500)));
  return page;
}

/** Nothing from outside, no script and no style but our files; a paper in a frame carries its style in itself and runs nothing. */
function headersOf(frame: "DENY" | "SAMEORIGIN"): MiddlewareHandler {
  const framed = frame === "SAMEORIGIN";
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: framed ? ["'none'"] : ["'self'"],
      styleSrc: framed ? ["'self'", "'unsafe-inline'"] : ["'self'"],
      imgSrc: framed ? ["'self'", "data:"] : ["'self'"],
      fontSrc: framed ? ["'self'", "data:"] : ["'self'"],
      connectSrc: framed ? ["'none'"] : ["'self'"],
      frameSrc: ["'self'"],
      formAction: ["'none'"],
      baseUri: ["'none'"],
      frameAncestors: [framed ? "'self'" : "'none'"],
    },
    xFrameOptions: frame,
    referrerPolicy: "no-referrer",
    strictTransportSecurity: false,
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], displayCapture: [], usb: [] },
  });
}
