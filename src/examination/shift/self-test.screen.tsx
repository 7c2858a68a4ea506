import { useEffect, useRef } from "react";
import type { ScreenProps } from "#platform/ui";
import { BigButton, Button, ButtonRow, Drawing, Page, Plate, useLanguage, useSay } from "#platform/ui/web";
import { CompareClock } from "./clock.screen.tsx";
import { selfTestShown } from "./self-test-shown.ts";
import type { SelfTestView, ShiftAct } from "./shift-view.ts";
import { sayShift } from "./words.ts";

const DRAWINGS = { waiting: "ring-open", good: "ring-full", look: "ring-look", stop: "square-stop" } as const;

/** Is this laptop fit for the raid. Begins by itself the first time. */
export function SelfTestScreen({ view, act, go, nowMs }: ScreenProps<SelfTestView, ShiftAct>) {
  const say = useSay(sayShift);
  const { language } = useLanguage();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || view.running || view.atMs !== null) return;
    begun.current = true;
    void act({ act: "self-test" });
  }, [view, act]);
  const { title, sub, lines } = selfTestShown(language, view);
  return (
    <>
      <Page name="self-test" title={title} windowTitle={title} sub={sub} narrow>
        {lines.length === 0 ? null : (
          <Plate>
            <ul className="tests">
              {lines.map(({ what, mark, word, name, value, sentence, compared }) => (
                <li key={what}>
                  <Drawing name={DRAWINGS[mark]} />
                  <p>
                    <b>{name}</b>
                  </p>
                  <p className="v">
                    <span className="nb">{value}</span>
                  </p>
                  <p className={mark === "good" || mark === "waiting" ? "dim line-2" : "line-2"}>
                    <b>{word}</b> {sentence}
                  </p>
                  {compared === null ? null : (
                    <p className="line-2">
                      <CompareClock act={act} nowMs={nowMs} again={compared} />
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </Plate>
        )}
      </Page>
      <ButtonRow>
        <Button left busy={view.running} onPress={() => void act({ act: "self-test" })}>
          {say("test.again")}
        </Button>
        <BigButton onPress={() => go("start")}>{say("test.done")}</BigButton>
      </ButtonRow>
    </>
  );
}
