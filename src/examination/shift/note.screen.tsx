import { useSay } from "#platform/ui/web";
import { sayShift } from "./words.ts";

/** Said in a calm place until a native speaker has checked the Khmer. */
export function Unchecked() {
  const say = useSay(sayShift);
  return <p className="dim sm">{say("note.unchecked")}</p>;
}
