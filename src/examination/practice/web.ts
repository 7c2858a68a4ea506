// practice: the guide of a first run, for a browser.
export { PracticeCoach } from "./coach.screen.tsx";
