// words: how a room says a sentence in English or Khmer. The sentences themselves stand in each room's words/.
export { type MomentPart, momentText } from "./moment-text.ts";
export type { Language, Speaker, Values, Words } from "./speaker.ts";
export { LANGUAGES, languageOf, number, size, speaker } from "./speaker.ts";
