import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Hono } from "hono";
import { boundedText } from "./bounded-body.node.ts";
import { type EventStreams, eventStreams } from "./event-streams.node.ts";
import { type LocalServer, openLocalServer } from "./local-server.node.ts";
import { type TicketBook, ticketBook } from "./ticket-book.node.ts";

const SESSION = "session-of-this-test";

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface House {
  server: LocalServer;
  tickets: TicketBook;
  events: EventStreams;
  /** What a browser of this page sends along, and what the test says besides; a header of undefined is left out. */
  ask(path: string, more?: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer }): Promise<Answer>;
}

async function withHouse(work: (house: House) => Promise<void>, requestMs = 5000): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "phum-http-"));
  const files = join(dir, "page");
  mkdirSync(join(files, "assets"), { recursive: true });
  writeFileSync(join(files, "index.html"), "<!doctype html>page");
  writeFileSync(join(files, "assets/a.js"), "1;");
  writeFileSync(join(dir, "secret.html"), "secret");
  writeFileSync(join(files, "notes.txt"), "not a kind that is handed out");
  const tickets = ticketBook();
  const events = eventStreams({ state: () => '{"n":1}', leastMs: 20, most: 3 });
  const routes = new Hono();
  routes.get("/events", (c) => events.open(c.req.raw.signal));
  routes.post("/act", async (c) => c.text(`took ${(await boundedText(c.req.raw, 1000))?.length}`));
  routes.get("/breaks", () => {
    throw new Error("secret detail");
  });
  const framed = (path: string): boolean => path === "/assets/a.js";
  const server = await openLocalServer({ port: 0, session: SESSION, tickets, files, routes, framed, requestMs });
  try {
    await work({ server, tickets, events, ask: (path, more = {}) => asked(server.port, path, more) });
  } finally {
    events.close();
    await server.close();
    rmSync(dir, { recursive: true });
  }
}

function asked(
  port: number,
  path: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer },
): Promise<Answer> {
  const own = `http://127.0.0.1:${port}`;
  const plain: OutgoingHttpHeaders = {
    host: `127.0.0.1:${port}`,
    cookie: `other=1; phum-${port}=${SESSION}`,
    "sec-fetch-site": "same-origin",
    ...(method === "POST" ? { origin: own } : {}),
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: "127.0.0.1", path, method, headers: sent, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (piece: Buffer) => {
        text += piece;
      });
      const done = (): void => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
      answer.on("end", done);
      answer.on("error", done);
    });
    asking.on("error", reject);
    asking.end(body);
  });
}

test("openLocalServer() lets a ticket in once, takes it out of the address, and sets a cookie that no script reads", () =>
  withHouse(async ({ server, tickets, ask }) => {
    const { pathname, search } = new URL(server.ticketAddress(tickets.issue()));
    const bare = { cookie: undefined, "sec-fetch-site": "none" };
    const first = await ask(pathname + search, { headers: bare });
    assert.equal(first.status, 303);
    assert.equal(first.headers.location, "/");
    assert.equal(
      String(first.headers["set-cookie"]),
      `phum-${server.port}=${SESSION}; Path=/; HttpOnly; SameSite=Strict`,
    );
    assert.equal((await ask(pathname + search, { headers: bare })).status, 401, "a ticket twice");
    assert.equal((await ask("/open?ticket=wrong", { headers: bare })).status, 401, "a wrong ticket");
    assert.equal((await ask("/open?ticket=", { headers: bare })).status, 401, "no ticket");
  }));

test("openLocalServer() refuses whoever has no session, a wrong one, or the one of another port", () =>
  withHouse(async ({ server, ask }) => {
    for (const cookie of [undefined, "", `phum-${server.port}=`, `phum-${server.port}=wrong`, `phum-1=${SESSION}`]) {
      for (const path of ["/", "/events", "/assets/a.js", "/act"]) {
        const method = path === "/act" ? "POST" : "GET";
        assert.equal((await ask(path, { method, headers: { cookie } })).status, 401, `${cookie} ${path}`);
      }
    }
    const { body } = await ask("/", { headers: { cookie: undefined } });
    assert.match(body, /Start Phum again/);
    assert.match(body, /[\u1780-\u17ff]/);
  }));

test("openLocalServer() refuses names that were bent to this computer", () =>
  withHouse(async ({ server: { port }, ask }) => {
    for (const host of [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${port + 1}`,
      `[::1]:${port}`,
    ]) {
      assert.equal((await ask("/", { headers: { host } })).status, 421, host);
    }
    assert.equal((await ask("/", { headers: { host: `localhost:${port}` } })).status, 200);
  }));

test("openLocalServer() refuses other pages, also those of another port of this computer", () =>
  withHouse(async ({ server: { port }, ask }) => {
    const own = `http://127.0.0.1:${port}`;
    const post = (headers: OutgoingHttpHeaders) => ask("/act", { method: "POST", headers, body: "{}" });
    assert.equal((await post({})).body, "took 2");
    for (const origin of [
      "https://evil.example",
      "null",
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
    ]) {
      assert.equal((await post({ origin })).status, 403, origin);
      assert.equal((await ask("/events", { headers: { origin } })).status, 403, origin);
    }
    assert.equal((await post({ origin: `http://localhost:${port}` })).status, 403);
    assert.equal((await post({ origin: undefined })).status, 403);
    for (const site of ["cross-site", "same-site"]) {
      assert.equal((await post({ origin: own, "sec-fetch-site": site })).status, 403, site);
      assert.equal((await ask("/events", { headers: { "sec-fetch-site": site } })).status, 403, site);
      assert.equal((await ask("/", { headers: { "sec-fetch-site": site, "sec-fetch-mode": "navigate" } })).status, 403);
    }
    assert.equal((await post({ "sec-fetch-site": "none" })).status, 403);
    assert.equal((await ask("/", { headers: { "sec-fetch-site": "none" } })).status, 200, "typed by hand");
  }));

test("openLocalServer() knows three methods, and a POST is never a GET", () =>
  withHouse(async ({ ask }) => {
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"]) {
      assert.equal((await ask("/act", { method })).status, 405, method);
    }
    assert.equal((await ask("/act")).status, 404);
    assert.equal((await ask("/events", { method: "POST", body: "" })).status, 404);
    const overridden = { "x-http-method-override": "POST", "content-type": "application/x-www-form-urlencoded" };
    assert.equal((await ask("/act?_method=POST", { headers: overridden })).status, 404);
  }));

test("openLocalServer() hands out the files of its folder and nothing else", () =>
  withHouse(async ({ ask }) => {
    assert.equal((await ask("/assets/a.js")).body, "1;");
    const outside = ["/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/assets/../../secret.html"];
    const strange = [
      "/..\\secret.html",
      "//secret.html",
      "/assets/%00a.js",
      "/notes.txt",
      "/assets",
      "/__proto__",
      "/%ff",
    ];
    for (const path of [...outside, ...strange]) {
      const { status, body } = await ask(path);
      assert.ok(status === 404 || status === 400, `${path} ${status}`);
      assert.doesNotMatch(body, /secret/);
    }
  }));

test("openLocalServer() lets nothing in from outside, nothing be framed, nothing be kept; says nothing of its own errors", () =>
  withHouse(async ({ ask }) => {
    for (const path of ["/", "/assets/a.js", "/events", "/nothing", "/breaks"]) {
      if (path === "/events") continue; // Never ends; its headers are the same middleware's.
      const { headers, body } = await ask(path);
      const policy = String(headers["content-security-policy"]);
      assert.match(policy, /default-src 'none'/);
      const framed = path === "/assets/a.js";
      assert.doesNotMatch(framed ? policy.replace(/style-src[^;]*/, "") : policy, /unsafe|http:|https:|\*/);
      assert.match(policy, framed ? /frame-ancestors 'self'/ : /frame-ancestors 'none'/);
      assert.equal(headers["cache-control"], "no-store");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
      assert.doesNotMatch(body, /secret detail/);
    }
    assert.equal((await ask("/breaks")).status, 500);
  }));

test("openLocalServer() takes small bodies only, whatever they say of themselves", () =>
  withHouse(async ({ server: { port }, ask }) => {
    const post = (headers: OutgoingHttpHeaders, body: string) => ask("/act", { method: "POST", headers, body });
    assert.equal((await post({}, "x".repeat(1000))).body, "took 1000");
    assert.equal((await post({}, "x".repeat(1001))).status, 413);
    assert.equal((await post({ "transfer-encoding": "chunked" }, "x".repeat(100_000))).status, 413);
    assert.equal(
      (await ask("/", { headers: { "x-long": "x".repeat(20_000) } }).catch(() => ({ status: 431 }))).status,
      431,
    );
    // Compressed bombs stay what they are: nothing is unpacked.
    const packed = await ask("/act", { method: "POST", headers: { "content-encoding": "gzip" }, body: "x".repeat(10) });
    assert.equal(packed.body, "took 10");
    assert.equal(
      await endOf(port, "POST /act HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
      "",
    );
  }));

test("openLocalServer() ends a request that does not arrive", () =>
  withHouse(async ({ server: { port } }) => {
    assert.doesNotMatch(await endOf(port, "GET / HTTP/1.1\r\nHost: 127.0"), / 200 /);
  }, 300));

test("openLocalServer() refuses other protocols", () =>
  withHouse(async ({ server: { port } }) => {
    const host = `Host: 127.0.0.1:${port}\r\nCookie: phum-${port}=${SESSION}`;
    const socket = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAA";
    assert.equal(await endOf(port, `GET /events HTTP/1.1\r\n${host}\r\n${socket}\r\n\r\n`), "");
    assert.equal(await endOf(port, `CONNECT 127.0.0.1:1 HTTP/1.1\r\n${host}\r\n\r\n`), "");
    assert.equal(await endOf(port, "\u0016\u0003\u0001\u0002\u0000\u0001"), "");
  }));

test("openLocalServer() goes on answering its own page while others knock without end", () =>
  withHouse(async ({ server: { port }, ask }) => {
    const answers: number[] = [];
    const knock = async (): Promise<void> => {
      for (let i = 0; i < 40; i++) {
        const { status } = await ask("/events", { headers: { cookie: undefined } }).catch(() => ({ status: 0 }));
        answers.push(status);
        await endOf(port, "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nHost: x\r\n\r\n");
      }
    };
    let dropped = 0;
    const fresh = async (): Promise<void> => {
      for (let i = 0; i < 40; i++) await ask("/").catch(() => dropped++);
    };
    const own = await keptConnection(port);
    const flood = Promise.all([...Array.from({ length: 20 }, knock), fresh()]);
    for (let i = 0; i < 20; i++) assert.match(await own.ask(), /^HTTP\/1.1 200 /);
    await flood;
    own.end();
    const heard = answers.filter((status) => status === 401).length;
    assert.ok(heard > 0 && heard < 400, `${heard} of ${answers.length} were answered`);
    assert.ok(answers.includes(0), "the others were not listened to");
    assert.ok(dropped > 0, "a new connection is dropped unheard, whoever opens it");
  }));

test("eventStreams() sends the newest state, ends the oldest of too many, and forgets who left", () =>
  withHouse(async ({ server: { port }, events }) => {
    const streams = await Promise.all([1, 2, 3].map(() => openEvents(port)));
    for (const stream of streams) assert.match(await stream.until(/data: \{"n":1\}\n\n/), /text\/event-stream/);
    assert.equal(events.listeners, 3);
    const fourth = await openEvents(port);
    await fourth.until(/data/);
    assert.equal(events.listeners, 3);
    await streams[0]?.until(/\r\n0\r\n\r\n$/);
    events.changed();
    events.changed();
    assert.equal((await fourth.until(/data[\s\S]*data/)).match(/data:/g)?.length, 2);
    for (const stream of [...streams, fourth]) stream.end();
    while (events.listeners > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }));

/** What comes back for raw bytes until the other side ends. */
function endOf(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    socket.on("data", (piece: Buffer) => {
      text += piece.toString("latin1");
    });
    socket.on("error", () => resolve(text));
    socket.on("close", () => resolve(text));
  });
}

/** A connection that stays open, as a page's does. */
async function keptConnection(port: number): Promise<{ ask(): Promise<string>; end(): void }> {
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const line = `GET /assets/a.js HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: phum-${port}=${SESSION}\r\n\r\n`;
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        let text = "";
        const take = (piece: Buffer): void => {
          text += piece;
          if (!text.endsWith("1;")) return;
          socket.off("data", take);
          socket.off("close", reject);
          resolve(text);
        };
        socket.on("data", take);
        socket.once("close", reject);
        socket.write(line);
      }),
    end: () => socket.destroy(),
  };
}

async function openEvents(port: number) {
  let text = "";
  const socket = connect(port, "127.0.0.1");
  socket.on("data", (piece: Buffer) => {
    text += piece;
  });
  socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: phum-${port}=${SESSION}\r\n\r\n`);
  const until = async (wanted: RegExp): Promise<string> => {
    while (!wanted.test(text)) await new Promise((resolve) => setTimeout(resolve, 5));
    return text;
  };
  return { until, end: () => socket.destroy() };
}
