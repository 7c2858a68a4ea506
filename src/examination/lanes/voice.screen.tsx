import { useEffect, useRef } from "react";
import { useLanguage, useLive } from "#platform/ui/web";
import { announce, type SpokenSoFar } from "./announcer.ts";
import type { LaneView } from "./lanes-view.ts";
import { playRedTone } from "./red-tone.screen.tsx";

/** Speaks progress and answers, and sounds once on red, whichever screen is open. Draws nothing. */
export function LanesVoice({ lanes, nowMs }: { lanes: readonly LaneView[]; nowMs: number }) {
  const { language } = useLanguage();
  const { polite, assertive } = useLive();
  const memory = useRef<SpokenSoFar | null>(null);
  useEffect(() => {
    const said = announce(memory.current, lanes, { language, nowMs });
    memory.current = said.memory;
    if (said.polite !== null) polite(said.polite);
    if (said.assertive !== null) assertive(said.assertive);
    if (said.tone) playRedTone();
  }, [lanes, nowMs, language, polite, assertive]);
  return null;
}
