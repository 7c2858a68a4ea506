// looking: the screen of findings, with asking to look and the look itself.
export { FindingsScreen } from "./findings.screen.tsx";
