const YOUNG_BYTES = 2 ** 24;
const ALL_BYTES = 2 ** 30;

/**
 * Has closed frames' memory given back in time: the decoder's package keeps a picture until its wrapper of a few bytes is collected, which
 * the engine sees no reason to do before a child has used up its memory (three minutes of 480 x 720). Only where the process was started
 * with --expose-gc.
 *
 * @returns To be called with the size of every frame that was closed.
 */
export function frameCollector(): (frameBytes: number) => void {
  const { gc } = globalThis;
  let [young, all] = [0, 0];
  return (frameBytes) => {
    young += frameBytes;
    all += frameBytes;
    if (gc === undefined || young < YOUNG_BYTES) return;
    // Frames that outlived a small collection wait for a large one.
    gc({ type: all < ALL_BYTES ? "minor" : "major", execution: "sync" });
    young = 0;
    if (all >= ALL_BYTES) all = 0;
  };
}
