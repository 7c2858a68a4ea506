/** All open streams of events (server-sent events): every one gets the same text. */
export interface EventStreams {
  /** Sends the text of the newest state to every listener, at most once in `leastMs`; what came between is never sent. */
  changed(): void;
  /** A new stream's answer; undefined where too many are open: the oldest is ended for it. */
  open(signal: AbortSignal): Response;
  readonly listeners: number;
  close(): void;
}

interface EventStreamsOptions {
  /** The newest state as one line of text. */
  state(): string;
  leastMs: number;
  most: number;
}

/** A line that says nothing, so often: a lost connection is noticed. */
const HEARTBEAT_MS = 10_000;
/** A listener that does not take what it is sent is ended. */
const BEHIND_BYTES = 4 << 20;

/** Makes the streams. A new listener gets the state at once; a listener over the limit ends the oldest one. */
export function eventStreams({ state, leastMs, most }: EventStreamsOptions): EventStreams {
  const open: EventStream[] = [];
  let [sentMs, timer]: [number, NodeJS.Timeout | undefined] = [0, undefined];
  const drop = (stream: EventStream): void => {
    stream.end();
    const at = open.indexOf(stream);
    if (at >= 0) open.splice(at, 1);
  };
  const send = (line: string): void => {
    for (const stream of [...open]) if (!stream.send(line)) drop(stream);
  };
  const sendState = (): void => {
    timer = undefined;
    sentMs = performance.now();
    if (open.length > 0) send(`data: ${state()}\n\n`);
  };
  const heartbeat = setInterval(() => send(":\n\n"), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    changed: () => {
      timer ??= setTimeout(sendState, Math.max(0, sentMs + leastMs - performance.now()));
    },
    open: (signal) => {
      const [oldest] = open;
      if (open.length >= most && oldest !== undefined) drop(oldest);
      const stream = eventStream();
      open.push(stream);
      signal.addEventListener("abort", () => drop(stream), { once: true });
      stream.send(`retry: 500\ndata: ${state()}\n\n`);
      const headers = { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" };
      return new Response(stream.body, { headers });
    },
    get listeners() {
      return open.length;
    },
    close: () => {
      clearInterval(heartbeat);
      clearTimeout(timer);
      for (const stream of [...open]) drop(stream);
    },
  };
}

interface EventStream {
  body: ReadableStream<Uint8Array>;
  /** @returns whether it is still listened to. */
  send(text: string): boolean;
  end(): void;
}

function eventStream(): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
      },
      cancel: () => {
        controller = undefined;
      },
    },
    { highWaterMark: BEHIND_BYTES, size: (piece) => piece?.length ?? 0 },
  );
  return {
    body,
    send: (text) => {
      if (controller === undefined || (controller.desiredSize ?? 0) <= 0) return false;
      controller.enqueue(encoder.encode(text));
      return true;
    },
    end: () => {
      try {
        controller?.close();
      } catch {
        // Already ended by its reader.
      }
      controller = undefined;
    },
  };
}
