/** The officer's hand on an examination that is under way. */
export interface ReadingControl {
  /** No new read is begun; those under way end. */
  pause(): void;
  goOn(): void;
  /** The device is not there any more, whatever its reader has noticed. */
  pulledOut(): void;
  readonly paused: boolean;
  readonly gone: boolean;
  /** Told after every change; one listener, the examination. */
  follow(listener: () => void): void;
}

/** Makes the control of one examination: neither paused nor gone. */
export function readingControl(): ReadingControl {
  let [paused, gone] = [false, false];
  let tell = (): void => undefined;
  const set = (change: () => void): void => {
    const before = [paused, gone].join();
    change();
    if (before !== [paused, gone].join()) tell();
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
    get paused() {
      return paused;
    },
    get gone() {
      return gone;
    },
    follow: (listener) => {
      tell = listener;
    },
  };
}
