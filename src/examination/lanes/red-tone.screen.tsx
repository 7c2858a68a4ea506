import { useSyncExternalStore } from "react";

let soundOn = true;
const listeners = new Set<() => void>();

/** The switch for sound; on until it is switched off, kept only as long as the page is open. */
export function useSound(): { on: boolean; toggle: () => void } {
  const on = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => soundOn,
  );
  return {
    on,
    toggle: () => {
      soundOn = !soundOn;
      for (const listener of listeners) listener();
    },
  };
}

const TONES_HZ = [196, 147];
const TONE_SECONDS = 0.35;
const LOUDNESS = 0.25;

/** Two low tones, one after the other; silent where the switch is off or the browser allows no sound yet. */
export function playRedTone(): void {
  if (!soundOn || typeof AudioContext === "undefined") return;
  const context = new AudioContext();
  TONES_HZ.forEach((frequency, i) => {
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    const from = context.currentTime + i * TONE_SECONDS * 1.2;
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(LOUDNESS, from + 0.03);
    loudness.gain.linearRampToValueAtTime(0, from + TONE_SECONDS);
    tone.connect(loudness).connect(context.destination);
    tone.start(from);
    tone.stop(from + TONE_SECONDS);
    if (i === TONES_HZ.length - 1) tone.onended = () => void context.close();
  });
}
