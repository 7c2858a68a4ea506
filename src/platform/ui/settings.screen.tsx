import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { LANGUAGES, type Language, type Speaker, type Values } from "#base/words";

type Light = "day" | "night";

interface Settings {
  language: Language;
  setLanguage: (language: Language) => void;
  light: Light;
  setLight: (light: Light) => void;
}

const SettingsContext = createContext<Settings | null>(null);

/** Language and light of this browser; the only two things it keeps. Both stand on <html> as well. */
export function SettingsProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => kept("phum.language", LANGUAGES) ?? browserLanguage());
  const [chosen, setLight] = useState<Light | null>(() => kept("phum.light", ["day", "night"] as const));
  const system = useSystemLight();
  const light = chosen ?? system;
  useEffect(() => {
    document.documentElement.lang = language;
    keep("phum.language", language);
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset["light"] = light;
    if (chosen !== null) keep("phum.light", chosen);
  }, [light, chosen]);
  const settings = useMemo(() => ({ language, setLanguage, light, setLight }), [language, light]);
  return <SettingsContext value={settings}>{children}</SettingsContext>;
}

function useSettings(): Settings {
  const settings = useContext(SettingsContext);
  if (settings === null) throw new Error("Cannot read the language: no SettingsProvider stands above");
  return settings;
}

/** The language of this screen. */
export function useLanguage(): { language: Language; setLanguage: (language: Language) => void } {
  const { language, setLanguage } = useSettings();
  return { language, setLanguage };
}

/** A room's sentences in the language of this screen. */
export function useSay<K extends string>(speaker: Speaker<K>): (key: K, values?: Values) => string {
  const { language } = useSettings();
  return useMemo(() => (key, values) => speaker(language, key, values), [speaker, language]);
}

/** Night or day; follows the system until a person chooses. */
export function useNight(): { night: boolean; toggleNight: () => void } {
  const { light, setLight } = useSettings();
  return { night: light === "night", toggleNight: () => setLight(light === "night" ? "day" : "night") };
}

function useSystemLight(): Light {
  const query = useMemo(() => window.matchMedia("(prefers-color-scheme: dark)"), []);
  const [dark, setDark] = useState(query.matches);
  useEffect(() => {
    const change = (): void => setDark(query.matches);
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, [query]);
  return dark ? "night" : "day";
}

function browserLanguage(): Language {
  return /^en\b/i.test(navigator.language) ? "en" : "km";
}

function kept<T extends string>(key: string, allowed: readonly T[]): T | null {
  try {
    const value = localStorage.getItem(key);
    return allowed.find((one) => one === value) ?? null;
  } catch {
    return null; // a browser that keeps nothing still works
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // a browser that keeps nothing still works
  }
}
