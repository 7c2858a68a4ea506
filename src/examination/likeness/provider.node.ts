import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { likenessFault } from "./faults.ts";
import {
  type DistanceQuestion,
  type FingerprintQuestion,
  type ProviderAnswer,
  type ProviderHello,
  providerAnswer,
  providerHello,
} from "./provider-message.ts";

const START_MS = 30_000;
const ANSWER_MS = 20_000;
const LINE_MOST = 1 << 16;

/** A local program of an agency that makes and compares fingerprints of its own kind, e.g. PhotoDNA under the agency's licence. */
export interface Provider {
  readonly hello: ProviderHello;
  /** @returns null where the picture has no fingerprint of this kind. */
  fingerprint(picture: {
    width: number;
    height: number;
    pixels: Uint8Array;
  }): Promise<{ value: string; quality?: number } | null>;
  /** In the provider's own measure. */
  distance(a: string, b: string): Promise<number>;
  close(): void;
}

/**
 * Starts a provider. It gets pixels and values alone: no name, no path, no place of evidence.
 *
 * @param command The program, by its full path, and its arguments.
 * @throws {Fault} likeness/provider, where it does not start, does not answer, or speaks otherwise.
 */
export async function openProvider(command: readonly string[]): Promise<Provider> {
  const talk = startTalk(command);
  const hello = await talk.hello;
  return {
    hello,
    async fingerprint({ width, height, pixels }) {
      const answer = await talk.ask({ ask: "fingerprint", width, height, bytes: pixels.length }, pixels);
      if (!("value" in answer)) throw talk.fail("speaks otherwise");
      const { value, quality } = answer;
      return value === null ? null : { value, ...(quality === undefined ? {} : { quality }) };
    },
    async distance(a, b) {
      const answer = await talk.ask({ ask: "distance", a, b });
      if (!("distance" in answer)) throw talk.fail("speaks otherwise");
      return answer.distance;
    },
    close: talk.close,
  };
}

type Question = Omit<FingerprintQuestion, "id"> | Omit<DistanceQuestion, "id">;

interface Talk {
  hello: Promise<ProviderHello>;
  ask(question: Question, body?: Uint8Array): Promise<ProviderAnswer>;
  /** Ends the program; every question is answered by the Fault that is given back. */
  fail(why: string): Error;
  close(): void;
}

interface Waiting {
  resolve(answer: ProviderAnswer | ProviderHello): void;
  reject(error: Error): void;
  late: NodeJS.Timeout;
}

/** The hello is waited for under this number; questions count from 1. */
const HELLO = 0;

function startTalk([program = "", ...words]: readonly string[]): Talk {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "ignore"], env: {} });
  const waiting = new Map<number, Waiting>();
  let over: Error | undefined;
  const fail = (why: string): Error => {
    over ??= likenessFault("likeness/provider", `The provider ${why}`, { values: { program, why } });
    for (const { reject, late } of waiting.values()) {
      clearTimeout(late);
      reject(over);
    }
    waiting.clear();
    child.kill("SIGKILL");
    return over;
  };
  const wait = <T extends ProviderAnswer | ProviderHello>(id: number, ms: number): Promise<T> =>
    new Promise<ProviderAnswer | ProviderHello>((resolve, reject) => {
      waiting.set(id, { resolve, reject, late: setTimeout(() => fail("does not answer"), ms) });
    }) as Promise<T>;
  child.on("error", () => fail("does not start"));
  child.on("close", () => fail("ended"));
  child.stdin.on("error", () => undefined); // its end is told by "close"
  createInterface({ input: child.stdout }).on("line", (text) => {
    const said = text.length > LINE_MOST ? null : waiting.has(HELLO) ? providerHello(text) : providerAnswer(text);
    const id = said !== null && "id" in said ? said.id : HELLO;
    const asked = waiting.get(id);
    if (said === null || asked === undefined) {
      fail("speaks otherwise");
      return;
    }
    waiting.delete(id);
    clearTimeout(asked.late);
    asked.resolve(said);
  });
  let last = HELLO;
  return {
    fail,
    hello: wait<ProviderHello>(HELLO, START_MS),
    close: () => child.stdin.end(),
    async ask(question, body) {
      if (over !== undefined) throw over;
      const id = ++last;
      child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
      if (body !== undefined) child.stdin.write(body);
      return wait<ProviderAnswer>(id, ANSWER_MS);
    },
  };
}
