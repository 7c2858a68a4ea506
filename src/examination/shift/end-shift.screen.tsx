import { useState } from "react";
import { Ask, Button, useSay } from "#platform/ui/web";
import type { ShiftAct } from "./shift-view.ts";
import { sayShift } from "./words.ts";

/** Ends the shift, after a question. */
export function EndShift({ act }: { act: (act: ShiftAct) => Promise<unknown> }) {
  const say = useSay(sayShift);
  const [asking, setAsking] = useState(false);
  const end = (): void => {
    setAsking(false);
    void act({ act: "end-shift" });
  };
  return (
    <>
      <Button small onPress={() => setAsking(true)}>
        {say("start.end")}
      </Button>
      {asking ? (
        <Ask
          title={say("start.end.ask")}
          harmless={{ word: say("start.end.stay"), onPress: () => setAsking(false) }}
          other={{ word: say("start.end"), onPress: end }}
        >
          <p>{say("start.end.text")}</p>
        </Ask>
      ) : null}
    </>
  );
}
