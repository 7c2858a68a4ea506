import { frameCollector } from "./collect-frames.node.ts";
import type { Moments } from "./frame-moments.ts";
import { greyPlane, isRgb } from "./grey-plane.ts";
import type { VideoFacts } from "./video.ts";
import type { VideoWork } from "./video-work.ts";

type Frame = InstanceType<typeof import("@napi-rs/webcodecs")["VideoFrame"]>;

/** Takes frames from a decoder. */
export interface FrameTaker {
  take(frame: Frame): void;
  /** How many frames are waiting. */
  untaken(): number;
  settled(): Promise<void>;
}

/** Takes frames as the decoder gives them, one after the other, each closed at once: a decoder with open frames stalls. */
export function frameTaker(
  { wish, onFrame }: VideoWork,
  { facts, waiting }: { facts: VideoFacts; waiting: Moments },
): FrameTaker {
  let chain: Promise<void> = Promise.resolve();
  let untaken = 0;
  const closed = frameCollector();
  let planes = new Uint8Array(0);
  let grey = new Uint8Array(0);
  const take = async (frame: Frame): Promise<void> => {
    try {
      const { codedWidth: width, codedHeight: height, format } = frame;
      if (format === null || width * height > wish.pixelsMost || facts.frames >= wish.framesMost) return;
      const wanted = frame.allocationSize();
      if (planes.length < wanted) planes = new Uint8Array(wanted);
      if (grey.length < width * height) grey = new Uint8Array(width * height);
      const [first] = await frame.copyTo(planes);
      if (first === undefined) return;
      const { offset, stride } = first;
      const pixels = greyPlane({ format, bytes: planes, offset, stride, width, height }, grey);
      if (pixels === undefined) return;
      const limited = !isRgb(format) && frame.colorSpace.fullRange !== true;
      onFrame({ frame: facts.frames, timestampMs: waiting.next(), width, height, pixels, limited });
      if (facts.width === 0) [facts.width, facts.height] = [width, height];
      facts.frames++;
    } catch {
      facts.damaged = true;
    } finally {
      frame.close();
      closed(planes.length);
      untaken--;
    }
  };
  return {
    take: (frame) => {
      untaken++;
      chain = chain.then(() => take(frame));
    },
    untaken: () => untaken,
    settled: () => chain,
  };
}
