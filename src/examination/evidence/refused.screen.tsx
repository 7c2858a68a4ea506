import type { Refusal } from "#platform/ui";
import { FaultPlate, useLanguage } from "#platform/ui/web";
import { shownText } from "./shown-text.ts";

/** Why an act was not done, in the language of the screen, also after that was switched; null: it was done. */
export function Refused({ by }: { by: Refusal | null }) {
  const { language } = useLanguage();
  return by === null ? null : <FaultPlate title={shownText(by.words[language])} />;
}
