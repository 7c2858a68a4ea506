import { canonicalBytes, equalBytes } from "#base/values";
import { filtersFault } from "./faults.ts";
import { otherVersion, tampered } from "./filter-file-layout.ts";
import type { BundleHeader, FilterHeader } from "./filter-header.ts";
import { bundleHeaderProblem, filterHeaderProblem, type HeaderProblem } from "./filter-header-check.ts";

/**
 * Reads a filter's header.
 *
 * @throws {Fault} filter/version, filter/category, filter/tampered.
 */
export function readFilterHeader(bytes: Uint8Array, place: string): FilterHeader {
  return readHeader(bytes, place, filterHeaderProblem) as FilterHeader;
}

/**
 * Reads a bundle's header.
 *
 * @throws {Fault} filter/version, filter/tampered.
 */
export function readBundleHeader(bytes: Uint8Array, place: string): BundleHeader {
  return readHeader(bytes, place, bundleHeaderProblem) as BundleHeader;
}

/**
 * Reads canonical JSON: a text with other white space, order or escapes than the one canonical text is refused.
 *
 * @throws {Fault} filter/tampered.
 */
export function readCanonical(bytes: Uint8Array, place: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw tampered(place, "no JSON", cause);
  }
  if (!equalBytes(canonicalBytes(value), bytes)) throw tampered(place, "JSON is not canonical");
  return value;
}

function readHeader(
  bytes: Uint8Array,
  place: string,
  problemOf: (value: unknown) => HeaderProblem | undefined,
): unknown {
  const value = readCanonical(bytes, place);
  const problem = problemOf(value);
  if (problem === undefined) return value;
  if (problem.kind === "version") throw otherVersion(place, problem.detail);
  if (problem.kind === "category") {
    const values = { place, category: problem.detail };
    throw filtersFault("filter/category", `category ${problem.detail} is not known`, { place, values });
  }
  throw tampered(place, `field ${problem.detail} of the header is not of its form`);
}
