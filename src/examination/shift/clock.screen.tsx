import { type FormEvent, useState } from "react";
import { momentText } from "#base/words";
import type { Refusal } from "#platform/ui";
import { Ask, Button, Choice, Columns, Field, useLanguage, useSay } from "#platform/ui/web";
import { dayWritten } from "./phone-time.ts";
import type { ShiftAct } from "./shift-view.ts";
import { sayShift } from "./words.ts";

type ClockProps = { act: (act: ShiftAct) => Promise<Refusal | null>; nowMs: number };

/** Opens the question for the phone's time. @param again It was compared before. */
export function CompareClock({ act, nowMs, again }: ClockProps & { again: boolean }) {
  const say = useSay(sayShift);
  const [asking, setAsking] = useState(false);
  const word = say(again ? "start.change" : "clock.compare");
  return (
    <>
      <Button small onPress={() => setAsking(true)} label={`${word}: ${say("clock.title")}`}>
        {word}
      </Button>
      {asking ? <ClockQuestion act={act} nowMs={nowMs} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

/** The same time, or the day and the hour that the phone shows. */
function ClockQuestion({ act, nowMs, onClose }: ClockProps & { onClose: () => void }) {
  const { language } = useLanguage();
  const say = useSay(sayShift);
  const [answer, setAnswer] = useState<"yes" | "other" | null>(null);
  const [day, setDay] = useState(() => dayWritten(nowMs));
  const [hour, setHour] = useState("");
  const [error, setError] = useState<string | null>(null);
  const take = async (): Promise<void> => {
    const refusal = await act({ act: "clock", phone: answer === "yes" ? null : `${day.trim()} ${hour.trim()}` });
    if (refusal === null) onClose();
    else setError(refusal.words[language]);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (answer !== null) void take();
  };
  return (
    <Ask
      title={say("clock.question")}
      harmless={{ word: say("clock.back"), onPress: onClose }}
      other={{
        word: say("clock.take"),
        onPress: () => void take(),
        why: answer === null ? say("clock.ask") : null,
      }}
    >
      <form onSubmit={submit} className="stack">
        <p>{say("clock.shows", { time: momentText(language, nowMs, { part: "both" }) })}</p>
        <Choice
          legend={say("clock.question")}
          hideLegend
          name="clock"
          columns={1}
          value={answer}
          options={(["yes", "other"] as const).map((value) => ({ value, label: say(`clock.${value}`) }))}
          onChoose={setAnswer}
        />
        {answer === "other" ? (
          <Columns kind="2">
            <Field label={say("clock.day")} hint={say("clock.day.hint")} value={day} onInput={setDay} />
            <Field
              label={say("clock.hour")}
              hint={say("clock.hour.hint")}
              value={hour}
              onInput={setHour}
              error={error}
            />
          </Columns>
        ) : null}
        <button type="submit" hidden>
          {say("clock.take")}
        </button>
      </form>
    </Ask>
  );
}
