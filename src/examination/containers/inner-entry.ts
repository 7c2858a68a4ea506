import type { ByteSource } from "#examination/sources";
import type { Budget } from "./budget.ts";

/** How bytes are packed that can be unpacked from their start on. */
export type Packing = "deflate" | "zlib" | "gzip" | "zstd" | "bzip2" | "xz" | "lz4";

/** How the bytes of an entry are had. */
export type InnerContent =
  | { how: "plain"; bytes: ByteSource }
  | { how: "packed"; packing: Packing; bytes: ByteSource }
  | { how: "closed"; why: "encrypted" | "unsupported" };

/** One file in a container. */
export interface InnerEntry {
  /** Names below the container, as its bytes are; at least one. */
  path: readonly Uint8Array[];
  content: InnerContent;
  /** What comes out, as the container says; null: it does not say. */
  sizeBytes: number | null;
  /** Where its bytes are of no known type, pictures are looked for in it. */
  search?: true;
  /** It was deleted in there: how sure it is that these bytes are its own, in the word of whoever reads it. */
  deleted?: string;
}

/** Why something in a container was not looked into, or not all of it. */
export type InnerProblem =
  | "encrypted"
  | "unsupported"
  | "split"
  | "damaged"
  | "unread"
  | "too-deep"
  | "too-many"
  | "too-large"
  | "too-long"
  | "bomb";

/** An entry whose bytes come once, in their order, from a codec that cannot be asked twice. */
export interface InnerStream {
  piece(bytes: Uint8Array): void;
  /** @param complete Whether all of it came. */
  end(complete: boolean): void;
}

/** What takes the entries of a container while it is read. */
export interface ContainerVisit {
  readonly budget: Budget;
  /** Of the container's file; what is in it may be named by it. */
  readonly name: Uint8Array;
  entry(entry: InnerEntry): void;
  /** @param search As that of an entry. */
  stream(path: readonly Uint8Array[], search?: boolean): InnerStream;
  /** @param path Of the entry it is about; absent: the container itself. */
  problem(what: InnerProblem, path?: readonly Uint8Array[]): void;
}

/**
 * Reads one container.
 *
 * @throws {RangeError} Where it is damaged beyond what it could say of its entries.
 * @throws {BudgetStop} Where the budget is used up.
 */
export type ContainerReader = (source: ByteSource, visit: ContainerVisit) => void;
