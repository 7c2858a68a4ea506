// kit: what the officer's app and its screens say to each other. Composition only; the rooms hold the rules.
export type { ActAnswer, KitAct, KitView } from "./kit-view.ts";
export { sayKit } from "./words.ts";
