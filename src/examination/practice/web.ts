// practice: the guide of a first run, for a browser.
export { PracticeCoach, useTourState } from "./coach.screen.tsx";
