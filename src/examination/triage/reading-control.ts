/** The officer's hand on an examination that is under way. */
export interface ReadingControl {
  /** No new read is begun; those under way end. */
  pause(): void;
  goOn(): void;
  /** The device is not there any more, whatever its reader has noticed. */
  pulledOut(): void;
  /** Ends at a checkpoint, without a report: the program ends, and the examination does not. */
  leave(): void;
  readonly paused: boolean;
  readonly gone: boolean;
  readonly left: boolean;
  /** Told after every change; one listener, the examination. */
  follow(listener: () => void): void;
}

/** Makes the control of one examination: nothing was said yet. */
export function readingControl(): ReadingControl {
  let [paused, gone, left] = [false, false, false];
  let tell = (): void => undefined;
  const set = (change: () => void): void => {
    const before = [paused, gone, left].join();
    change();
    if (before !== [paused, gone, left].join()) tell();
  };
  return {
    pause: () =>
      set(() => {
        paused = true;
      }),
    goOn: () =>
      set(() => {
        paused = false;
      }),
    pulledOut: () =>
      set(() => {
        gone = true;
      }),
    leave: () =>
      set(() => {
        left = true;
      }),
    get paused() {
      return paused;
    },
    get gone() {
      return gone;
    },
    get left() {
      return left;
    },
    follow: (listener) => {
      tell = listener;
    },
  };
}
