import type { Language } from "#base/words";

/** Why an act was not done, in both languages. Nothing was lost. */
export interface Refusal {
  code: string;
  words: Record<Language, string>;
  place?: string;
}

/** Sends an act; null: done. Never throws: a lost connection is a refusal too. */
export type Acting<A> = (act: A) => Promise<Refusal | null>;

/** What every screen gets. */
export interface ScreenProps<V, A> {
  view: V;
  act: Acting<A>;
  /** Goes to another screen: "start", "devices", "examining", "answer-2", "findings-2", "report-2", "self-test". */
  go: (screen: string) => void;
  /** The program's clock, milliseconds. */
  nowMs: number;
}
