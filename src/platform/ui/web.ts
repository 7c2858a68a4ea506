// ui: the instrument's parts for a browser, over Mantine where it serves. See page.screen.tsx for the frame of a screen.
import "./phum.css";

export { Ask } from "./ask.screen.tsx";
export { AboveButtons, BigButton, Button, ButtonRow } from "./buttons.screen.tsx";
export { Drawing, type DrawingName } from "./drawings.screen.tsx";
export { Choice, DevicePlate, Field, PassphraseField, Pick } from "./forms.screen.tsx";
export { useKept } from "./kept.screen.tsx";
export { usePageKeys } from "./keys.screen.tsx";
export { useLive, useSpokenOnDemand } from "./live.screen.tsx";
export { FileName } from "./name.screen.tsx";
export { Bezel, Columns, Instrument, Page } from "./page.screen.tsx";
export { Coach, Cover, Dots, FaultPlate, Lamp, Lane, Plate, Readouts, Stamp, Todo } from "./plates.screen.tsx";
export { useLanguage, useSay } from "./settings.screen.tsx";
export { Meter, Ruler, Tape } from "./tape.screen.tsx";
export { Verdict } from "./verdict.screen.tsx";
