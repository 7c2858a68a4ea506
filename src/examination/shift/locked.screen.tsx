import { useEffect, useState } from "react";
import { type Refusal, type ScreenProps, shownName } from "#platform/ui";
import {
  BigButton,
  Button,
  ButtonRow,
  Choice,
  Page,
  PassphraseField,
  Plate,
  useLanguage,
  useSay,
} from "#platform/ui/web";
import { Unchecked } from "./note.screen.tsx";
import { waitSeconds } from "./shift-shown.ts";
import type { ShiftAct, ShiftView } from "./shift-view.ts";
import { sayShift } from "./words.ts";

/** Who is working: a name, a passphrase. Practice needs neither. */
export function LockedScreen({
  view,
  act,
  go,
  nowMs,
  reading,
  onPractice,
}: ScreenProps<ShiftView, ShiftAct> & {
  /** A device is still being read behind the lock. */
  reading: boolean;
  onPractice: () => void;
}) {
  const say = useSay(sayShift);
  const { language } = useLanguage();
  const nobody = view.officers.length === 0;
  const only = view.officers.length === 1 ? view.officers[0] : undefined;
  const [chosen, setChosen] = useState<string | null>(null);
  const officer = chosen ?? view.officer?.id ?? only?.id ?? null;
  const [passphrase, setPassphrase] = useState("");
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const wait = useSecondsUntil(view.nextTryMs, nowMs);
  const open = async (): Promise<void> => {
    if (officer === null) return;
    setBusy(true);
    const refused = await act({ act: "unlock", officer, passphrase });
    setBusy(false);
    setPassphrase("");
    setRefusal(refused);
    if (refused === null) go(reading ? "examining" : "start");
    else document.getElementById("passphrase")?.focus();
  };
  const why = officer === null ? say("locked.name") : passphrase === "" ? say("locked.type") : null;
  return (
    <>
      <Page
        name="locked"
        title={say("locked.title")}
        windowTitle={say("locked.title")}
        sub={nobody ? undefined : say("locked.sub")}
        narrow
      >
        {view.ended ? <p className="lead">{say("locked.ended")}</p> : null}
        {reading ? <p>{say("locked.reading")}</p> : null}
        <Plate stack>
          {nobody ? (
            <p>{say("locked.empty")}</p>
          ) : (
            <>
              <Choice
                legend={say("locked.title")}
                hideLegend
                tall
                name="officer"
                value={officer}
                options={view.officers.map(({ id, name, unit }) => ({
                  value: id,
                  label: <Officer name={name} unit={unit} />,
                }))}
                onChoose={(id) => {
                  setChosen(id);
                  document.getElementById("passphrase")?.focus();
                }}
              />
              <PassphraseField
                id="passphrase"
                label={say("start.passphrase")}
                value={passphrase}
                onInput={setPassphrase}
                error={refusal?.words[language] ?? null}
              />
            </>
          )}
        </Plate>
        <p className="dim">{say("locked.practice")}</p>
        <Unchecked />
      </Page>
      <ButtonRow>
        {nobody ? null : (
          <Button left onPress={onPractice} guide="practice">
            {say("start.practice")}
          </Button>
        )}
        <Button onPress={() => go("self-test")}>{say("start.selfTest")}</Button>
        {nobody ? (
          <BigButton onPress={onPractice} guide="practice">
            {say("start.practice")}
          </BigButton>
        ) : (
          <BigButton
            busy={busy}
            why={wait > 0 ? say("locked.wait", { seconds: wait }) : why}
            onPress={() => void open()}
          >
            {wait > 0 ? say("locked.wait", { seconds: wait }) : say("locked.open")}
          </BigButton>
        )}
      </ButtonRow>
    </>
  );
}

function Officer({ name, unit }: { name: string; unit: string }) {
  return (
    <>
      <bdi>{shownName(name).text}</bdi>
      {unit === "" ? null : <bdi className="sm dim unit">{shownName(unit).text}</bdi>}
    </>
  );
}

/** Counts down once a second from what the program said. */
function useSecondsUntil(untilMs: number | null, nowMs: number): number {
  const [past, setPast] = useState(0);
  useEffect(() => {
    setPast(0);
    if (waitSeconds(untilMs, nowMs) === 0) return;
    const begun = performance.now();
    const timer = window.setInterval(() => setPast(performance.now() - begun), 500);
    return () => window.clearInterval(timer);
  }, [untilMs, nowMs]);
  return waitSeconds(untilMs, nowMs + past);
}
