import { hash } from "node:crypto";

/** A UUID (RFC 9562, version 8) made of a report's digest and a name: the same report gives the same ids. */
export function madeUuid(digest: string, name: string): string {
  const made = hash("sha256", `phum-exchange/1 ${digest} ${name}`, "hex");
  const variant = "89ab"[Number.parseInt(made[16] ?? "0", 16) & 3];
  return [
    made.slice(0, 8),
    made.slice(8, 12),
    `8${made.slice(13, 16)}`,
    `${variant}${made.slice(17, 20)}`,
    made.slice(20, 32),
  ].join("-");
}
