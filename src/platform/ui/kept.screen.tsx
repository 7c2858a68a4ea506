import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 400;

/**
 * A field's text that the program keeps: shown at once, sent after a short pause and when the field is left. What the program
 * says replaces it, except while it is being written.
 *
 * @param kept As the program has it.
 * @param send Sends it; called with the last text only.
 */
export function useKept(
  kept: string,
  send: (text: string) => void,
): { value: string; onInput: (text: string) => void; onDone: () => void } {
  const [written, setWritten] = useState<string | null>(null);
  const sender = useRef(send);
  const left = useRef(false);
  const sent = useRef<string | null>(null);
  sender.current = send;
  const sendOnce = (text: string): void => {
    if (sent.current === text) return;
    sent.current = text;
    sender.current(text);
  };
  useEffect(() => setWritten((now) => (left.current || now === kept ? null : now)), [kept]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new text begins a new pause
  useEffect(() => {
    if (written === null || written === kept) return;
    const waiting = window.setTimeout(() => sendOnce(written), PAUSE_MS);
    return () => window.clearTimeout(waiting);
  }, [written]);
  return {
    value: written ?? kept,
    onInput: (text) => {
      left.current = false;
      setWritten(text);
    },
    onDone: () => {
      left.current = true;
      if (written !== null && written !== kept) sendOnce(written);
    },
  };
}
