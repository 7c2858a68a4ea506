import type { Given, Report, StickFolder } from "#examination/evidence";
import type { FindingsPage } from "#examination/looking";
import type { Refusal } from "#platform/ui";
import { heard, type KitScreen, lost, NOTHING_YET, nextTryMs } from "./kit-touch.ts";
import type { ActAnswer, KitAct, KitView } from "./kit-view.ts";

/** Touch with the program that runs on this computer: its view, acts, a new list, and what a screen fetches besides. */
export interface KitClient {
  subscribe: (changed: () => void) => () => void;
  screen: () => KitScreen;
  act: (act: KitAct) => Promise<Refusal | null>;
  sendList: (file: File) => Promise<Refusal | null>;
  getReport: (lane: string) => Promise<Given<Report>>;
  getFindings: (lane: string, from: number, count: number) => Promise<Given<FindingsPage>>;
  getSticks: () => Promise<Given<StickFolder[]>>;
}

/**
 * Listens to /events and tries again without end when the connection breaks.
 *
 * @param lostTouch What a refused act says when the program does not answer.
 */
export function kitClient(lostTouch: Refusal): KitClient {
  let screen = NOTHING_YET;
  let tries = 0;
  const listeners = new Set<() => void>();
  const set = (next: KitScreen): void => {
    if (next === screen) return;
    screen = next;
    for (const changed of listeners) changed();
  };
  const listen = (): void => {
    const source = new EventSource("/events");
    source.onmessage = ({ data }: MessageEvent<string>) => {
      tries = 0;
      set(heard(screen, JSON.parse(data) as KitView));
    };
    source.onerror = () => {
      source.close();
      if (tries > 0 || screen.view !== null) set(lost(screen));
      window.setTimeout(listen, nextTryMs(tries++));
    };
  };
  listen();
  return {
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    screen: () => screen,
    ...asking(lostTouch),
  };
}

type Asking = Omit<KitClient, "subscribe" | "screen">;

function asking(lostTouch: Refusal): Asking {
  const send = async (path: string, init: RequestInit): Promise<Refusal | null> => {
    try {
      const response = await fetch(path, { method: "POST", ...init });
      const answer = (await response.json()) as ActAnswer;
      return answer.ok ? null : answer.fault;
    } catch {
      return lostTouch;
    }
  };
  const get = async <T,>(path: string): Promise<Given<T>> => {
    try {
      const response = await fetch(path);
      const answer = (await response.json()) as T | ActAnswer;
      if (response.ok) return { value: answer as T };
      return { refused: faultOf(answer as ActAnswer) ?? lostTouch };
    } catch {
      return { refused: lostTouch };
    }
  };
  return {
    act: (act) => send("/act", { headers: { "content-type": "application/json" }, body: JSON.stringify(act) }),
    sendList: (file) => send("/list", { headers: { "content-type": "application/octet-stream" }, body: file }),
    getReport: (lane) => get(`/report/${lane}`),
    getFindings: (lane, from, count) => get(`/findings/${lane}?from=${from}&count=${count}`),
    getSticks: () => get("/stick-folders"),
  };
}

function faultOf(answer: ActAnswer): Refusal | null {
  return answer.ok === false ? answer.fault : null;
}
