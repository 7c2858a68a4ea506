/** Why something below an input was not read, or not to its end. */
export type InputTrouble = "link" | "not-regular" | "unreadable" | "loop" | "changed";
