import type { IncomingHttpHeaders } from "node:http";
import { sameText } from "./ticket-book.node.ts";

/** Why a request is refused before any route sees it. */
export type Refusal = "host" | "method" | "origin" | "site" | "session";

/** What is looked at of a request. */
export interface Asked {
  method: string;
  headers: IncomingHttpHeaders;
  /** The ticket is presented here: no session yet. */
  ticket: boolean;
}

const METHODS = new Set(["GET", "HEAD", "POST"]);

/**
 * Whether a request comes from this server's own page in a browser that holds its session.
 *
 * Host: a name that was bent to 127.0.0.1 (DNS rebinding) is not ours. Origin and Sec-Fetch-Site: another page, also one of another
 * port of this computer, may neither act nor listen; a page may be opened by hand ("none"). Session: the cookie.
 */
export function refusalOf(
  { method, headers, ticket }: Asked,
  at: { port: number; session: string },
): Refusal | undefined {
  const hosts = [`127.0.0.1:${at.port}`, `localhost:${at.port}`];
  const { host = "", origin, "sec-fetch-site": site, "sec-fetch-mode": mode } = headers;
  if (!hosts.includes(host)) return "host";
  if (!METHODS.has(method)) return "method";
  if (origin !== undefined && origin !== `http://${host}`) return "origin";
  if (method === "POST" && origin === undefined) return "origin";
  if (site !== undefined && site !== "same-origin" && !(site === "none" && method !== "POST")) {
    // A link from elsewhere may bring the ticket; it opens nothing by itself.
    if (!(ticket && mode === "navigate")) return "site";
  }
  if (!ticket && !cookiesOf(headers, at.port).some((cookie) => sameText(cookie, at.session))) return "session";
  return undefined;
}

/** Cookies of one host are shared by all its ports: the name says which one. */
export function cookieName(port: number): string {
  return `phum-${port}`;
}

function cookiesOf({ cookie = "" }: IncomingHttpHeaders, port: number): string[] {
  const begin = `${cookieName(port)}=`;
  return cookie
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(begin))
    .map((pair) => pair.slice(begin.length));
}
