// lanes: the screens of devices, examining and answer, and the voice that speaks of them.
export { AnswerScreen } from "./answer.screen.tsx";
export { DevicesScreen } from "./devices.screen.tsx";
export { ExaminingScreen } from "./examining.screen.tsx";
export { LanesVoice } from "./voice.screen.tsx";
