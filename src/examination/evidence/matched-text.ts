import type { Finding } from "./report-record.ts";

const NAMES = { sha256: "SHA-256", sha1: "SHA-1", md5: "MD5" } as const;

/** By which digests a whole file is on the list, and what to say where that is less than it may seem; null: nothing is told. */
export function matchedText({ matched }: Finding): {
  names: string;
  doubt: "matched.md5-alone" | "matched.no-size" | null;
} | null {
  if (matched === undefined || matched.algorithms.length === 0) return null;
  const names = matched.algorithms.map((algorithm) => NAMES[algorithm]).join(" + ");
  if (matched.sizeEqual || matched.algorithms.includes("sha256")) return { names, doubt: null };
  return { names, doubt: matched.algorithms.join() === "md5" ? "matched.md5-alone" : "matched.no-size" };
}
