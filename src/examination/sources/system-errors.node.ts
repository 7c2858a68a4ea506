import type { Fault } from "#base/faults";
import { sourceFault } from "./faults.ts";

/** Code of a system error, e.g. "ENOENT"; "EIO" where it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "EIO";
}

/**
 * The Fault for a source that could not be looked at or opened.
 *
 * @param place The path as text.
 */
export function openFault(error: unknown, place: string, kind: "device" | "file"): Fault {
  const code = errorCode(error);
  const options = { place, values: { path: place, code }, cause: error };
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENXIO" || code === "ENODEV") {
    return sourceFault("source/missing", `Cannot open ${place}: it is not there (${code})`, options);
  }
  if (code === "ENOMEDIUM") return sourceFault("source/no-medium", `Cannot open ${place}: no medium`, options);
  if (code === "EACCES" || code === "EPERM") {
    const fault = kind === "device" ? "source/rights" : "source/refused";
    return sourceFault(fault, `Cannot open ${place}: no right to read it (${code})`, options);
  }
  return sourceFault("source/input-error", `Cannot open ${place}: ${code}`, options);
}
