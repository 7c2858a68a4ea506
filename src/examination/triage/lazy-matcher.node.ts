import type { InnerMatch, InnerMatcher, InnerMatching } from "./inner-matcher.node.ts";

/** A matcher that opens its lists with the first byte that comes. */
export interface LazyMatcher extends InnerMatcher {
  /** Until when whoever gives bytes has to wait; undefined: it may go on. */
  wait(): Promise<void> | undefined;
  /** What kept the lists from being opened. */
  readonly failure: unknown;
}

const NOTHING: InnerMatch = { listed: [], lowEntropy: false, hits: [] };

/** @param failed Told when they cannot be opened: nothing is compared then. */
export function lazyMatcher(open: () => Promise<InnerMatcher>, failed: () => void): LazyMatcher {
  let matcher: InnerMatcher | null = null;
  let opening: Promise<void> | undefined;
  let failure: unknown;
  const start = (): void => {
    opening ??= open().then(
      (opened) => {
        matcher = opened;
      },
      (error: unknown) => {
        failure = error;
        failed();
      },
    );
  };
  return {
    begin: () => matcher?.begin() ?? waiting(() => matcher, start),
    wait: () => (matcher === null && failure === undefined ? opening : undefined),
    get failure() {
      return failure;
    },
    close: () => matcher?.close(),
  };
}

/** A file whose first bytes came before the lists were open; of one without any nothing is asked. */
function waiting(matcher: () => InnerMatcher | null, start: () => void): InnerMatching {
  let own: InnerMatching | undefined;
  let first: Uint8Array[] = [];
  const opened = (): InnerMatching | undefined => {
    own ??= first.length > 0 ? matcher()?.begin() : undefined;
    if (own !== undefined) for (const piece of first.splice(0)) own.piece(piece);
    return own;
  };
  return {
    piece(bytes) {
      const now = opened();
      if (now !== undefined) {
        now.piece(bytes);
        return;
      }
      first = [...first, bytes.slice()];
      start();
    },
    end: (sizeBytes) => opened()?.end(sizeBytes) ?? NOTHING,
  };
}
