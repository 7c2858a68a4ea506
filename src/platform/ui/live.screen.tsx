import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from "react";

interface Live {
  /** Spoken when the listener pauses. */
  polite: (text: string) => void;
  /** Spoken at once: red, and what stops the work. */
  assertive: (text: string) => void;
  /** What F7 says. */
  demand: { current: (() => string) | null };
}

const LiveContext = createContext<Live | null>(null);

/** The two live regions; everything spoken goes through them. */
export function LiveRegions({ children }: { children: ReactNode }) {
  const [polite, setPolite] = useState("");
  const [assertive, setAssertive] = useState("");
  const demand = useRef<(() => string) | null>(null);
  const live = useMemo<Live>(() => {
    // The same sentence said twice must differ, or it is not spoken again.
    const again = (before: string, text: string): string => (before === text ? `${text}\u00a0` : text);
    return {
      polite: (text) => setPolite((before) => again(before, text)),
      assertive: (text) => setAssertive((before) => again(before, text)),
      demand,
    };
  }, []);
  return (
    <LiveContext value={live}>
      {children}
      <div className="vh" role="status" aria-live="polite">
        {polite}
      </div>
      <div className="vh" role="alert" aria-live="assertive">
        {assertive}
      </div>
    </LiveContext>
  );
}

/** Speaks to whoever listens instead of looking. */
export function useLive(): Pick<Live, "polite" | "assertive" | "demand"> {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("Cannot speak: no LiveRegions stand above");
  return live;
}

/** Gives the sentence that F7 speaks while this screen is open. */
export function useSpokenOnDemand(sentence: () => string): void {
  const { demand } = useLive();
  useEffect(() => {
    demand.current = sentence;
    return () => {
      if (demand.current === sentence) demand.current = null;
    };
  }, [demand, sentence]);
}
