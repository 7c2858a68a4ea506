// evidence: the report as a screen, and how a sentence with foreign texts is drawn.
export { Refused } from "./refused.screen.tsx";
export { ReportScreen, useGiven } from "./report.screen.tsx";
export { Told } from "./told.screen.tsx";
