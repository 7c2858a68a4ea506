/** What holds a stage of an examination, or ends it. */
export interface StageGate {
  /** Aborted when the officer stops it, the device is gone, or the program ends. */
  readonly signal: AbortSignal;
  readonly held: boolean;
  /** Resolves when work may go on; also when it is over: look at the signal. */
  passed(): Promise<void>;
  hold(held: boolean): void;
  end(): void;
}

/** A gate that is open. @param signal Ends it, too. */
export function stageGate(signal: AbortSignal): StageGate {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  let isHeld = false;
  let waiting: (() => void)[] = [];
  const free = (): void => {
    for (const go of waiting.splice(0)) go();
  };
  either.addEventListener("abort", free, { once: true });
  return {
    signal: either,
    get held() {
      return isHeld;
    },
    passed: () =>
      isHeld && !either.aborted
        ? new Promise((resolve) => {
            waiting = [...waiting, resolve];
          })
        : Promise.resolve(),
    hold: (held) => {
      isHeld = held;
      if (!held) free();
    },
    end: () => over.abort(),
  };
}
