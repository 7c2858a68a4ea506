/** Those that wait until something holds. */
export interface HeldUp {
  readonly isAny: boolean;
  /** @returns undefined: it holds now. */
  until(holds: () => boolean): Promise<void> | undefined;
  /** To be called when something has changed. */
  look(): void;
}

export function heldUp(): HeldUp {
  let waiting: { holds(): boolean; go(): void }[] = [];
  return {
    get isAny() {
      return waiting.length > 0;
    },
    until(holds) {
      if (holds()) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ holds, go: resolve });
      return promise;
    },
    look() {
      const ready = waiting.filter(({ holds }) => holds());
      waiting = waiting.filter((one) => !ready.includes(one));
      for (const { go } of ready) go();
    },
  };
}
