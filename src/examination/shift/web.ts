// shift: its screens, for a browser. Locked, start, making of the practice stick, self-test.
export { LockedScreen } from "./locked.screen.tsx";
export { MakingScreen } from "./making.screen.tsx";
export { SelfTestScreen } from "./self-test.screen.tsx";
export { StartScreen } from "./start.screen.tsx";
