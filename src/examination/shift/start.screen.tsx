import { type ReactNode, useEffect, useRef, useState } from "react";
import { momentText, number } from "#base/words";
import type { Refusal, ScreenProps } from "#platform/ui";
import {
  BigButton,
  Button,
  ButtonRow,
  Choice,
  Columns,
  FaultPlate,
  Field,
  Page,
  Pick,
  Plate,
  useKept,
  useLanguage,
  useLive,
  useSay,
} from "#platform/ui/web";
import { CompareClock } from "./clock.screen.tsx";
import { EndShift } from "./end-shift.screen.tsx";
import { Unchecked } from "./note.screen.tsx";
import { comparedText } from "./self-test-shown.ts";
import { listShown, nextWord, openGroup, whoLine, whyLine } from "./shift-shown.ts";
import { BASES, type Question, type ShiftAct, type ShiftView } from "./shift-view.ts";
import { sayShift } from "./words.ts";

type Props = ScreenProps<ShiftView, ShiftAct>;

/** Who, why and with which list; what is answered shrinks to a line. */
export function StartScreen({
  view,
  act,
  go,
  nowMs,
  sendList,
  onPractice,
}: Props & { sendList: (file: File) => Promise<Refusal | null>; onPractice: () => void }) {
  const say = useSay(sayShift);
  const { language } = useLanguage();
  const why = whyLine(language, view);
  const [open, setOpen] = useState(() => why === null);
  const next = useNext(view.missing, {
    go: () => go("devices"),
    show: (missing) => showMissing(missing, () => setOpen(true)),
  });
  return (
    <>
      <Page name="start" title={say("start.title")} windowTitle={say("start.title")} sub={say("start.sub")} narrow>
        <Plate>
          <Answered
            step={1}
            title={say("start.who")}
            done
            button={
              view.practice ? null : (
                <span className="row tight">
                  <Change what={say("start.who")} onPress={() => void act({ act: "lock" })} />
                  <EndShift act={act} />
                </span>
              )
            }
          >
            <p>
              <bdi>{whoLine(language, view)}</bdi>
            </p>
          </Answered>
        </Plate>
        {open || why === null ? (
          <WhyPlate view={view} act={act} go={go} nowMs={nowMs} />
        ) : (
          <Plate>
            <Answered
              step={2}
              title={say("start.why")}
              done
              button={<Change what={say("start.why")} onPress={() => setOpen(true)} />}
            >
              <p className="id">{why}</p>
            </Answered>
          </Plate>
        )}
        <ListPlate view={view} sendList={sendList} />
        {view.practice ? null : (
          <Plate>
            <div className="line bare">
              <span className={`num${view.clock === null ? "" : " done"}`} aria-hidden="true">
                {number(language, 4)}
              </span>
              <div>
                <h2>{say("clock.title")}</h2>
                <p>{momentText(language, nowMs, { part: "both" })}</p>
                <p className="dim">{comparedText(language, view.clock)}</p>
              </div>
              <CompareClock act={act} nowMs={nowMs} again={view.clock !== null} />
            </div>
          </Plate>
        )}
        <Unchecked />
      </Page>
      <ButtonRow>
        {view.practice ? (
          <Button left onPress={() => void act({ act: "lock" })}>
            {say("start.leavePractice")}
          </Button>
        ) : (
          <Button left onPress={onPractice}>
            {say("start.practice")}
          </Button>
        )}
        <Button onPress={() => go("self-test")}>{say("start.selfTest")}</Button>
        <BigButton arrow={view.missing === null} waiting={view.missing !== null} onPress={next}>
          {nextWord(language, view.missing)}
        </BigButton>
      </ButtonRow>
    </>
  );
}

/** The program hears the last text of a field in this time; only then something is said to be missing. */
const HEARD_MS = 500;

/** The big button: what was just typed is kept first, also where Enter was quicker than its pause. */
function useNext(missing: Question | null, doing: { go: () => void; show: (missing: Question) => void }): () => void {
  const [leaving, setLeaving] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is missing decides, and the press
  useEffect(() => {
    if (!leaving) return;
    const end = (): void => {
      setLeaving(false);
      if (missing === null) doing.go();
      else doing.show(missing);
    };
    // Only what is written takes a moment to be heard.
    if (openGroup(missing) !== "why") return end();
    const waiting = window.setTimeout(end, HEARD_MS);
    return () => window.clearTimeout(waiting);
  }, [leaving, missing]);
  return () => {
    if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
    setLeaving(true);
  };
}

/** Moves the focus to what is missing. */
function showMissing(missing: Question, openWhy: () => void): void {
  if (openGroup(missing) === "why") openWhy();
  window.setTimeout(() => {
    const field = document.getElementById(`q-${missing}`);
    const target = field?.querySelector<HTMLElement>("input:checked") ?? field?.querySelector("input") ?? field;
    target?.focus();
  });
}

function Answered({
  step,
  title,
  done,
  button,
  children,
}: {
  step: number;
  title: string;
  done: boolean;
  button: ReactNode;
  children: ReactNode;
}) {
  const { language } = useLanguage();
  return (
    <div className="line bare">
      <span className={`num${done ? " done" : ""}`} aria-hidden="true">
        {number(language, step)}
      </span>
      <div>
        <h2>{title}</h2>
        {children}
      </div>
      {button}
    </div>
  );
}

function Change({ what, onPress }: { what: string; onPress: () => void }) {
  const say = useSay(sayShift);
  return (
    <Button small onPress={onPress} label={`${say("start.change")}: ${what}`}>
      {say("start.change")}
    </Button>
  );
}

function WhyPlate({ view, act }: Props) {
  const say = useSay(sayShift);
  const { language } = useLanguage();
  const [refused, setRefused] = useState<Partial<Record<"basis-number" | "exhibit", Refusal | null>>>({});
  const send = (question: "basis-number" | "exhibit") => async (text: string) => {
    const refusal = await act({ act: "answer", question, text });
    setRefused((before) => ({ ...before, [question]: refusal }));
  };
  const basisNumber = useKept(view.basis.number, (text) => void send("basis-number")(text));
  const exhibit = useKept(view.exhibit, (text) => void send("exhibit")(text));
  const { kind, offence } = view.basis;
  const offences = view.offences.map(({ code, words }) => ({ value: code, label: `${code} · ${words[language]}` }));
  return (
    <Plate open stack>
      <div id="q-basis">
        <Choice
          legend={
            <span className="numbered">
              <span className="num" aria-hidden="true">
                {number(language, 2)}
              </span>
              <span>{say("start.why")}</span>
            </span>
          }
          name="basis"
          value={kind}
          options={BASES.map((value) => ({ value, label: say(`start.basis.${value}`) }))}
          onChoose={(value) => void act({ act: "answer", question: "basis", kind: value })}
        />
      </div>
      <Columns kind="3">
        <Field
          id="q-basis-number"
          label={say(`start.number.${kind ?? "warrant"}`)}
          {...basisNumber}
          error={refused["basis-number"]?.words[language] ?? null}
        />
        <Pick
          id="q-offence"
          label={say("start.offence")}
          value={offence ?? ""}
          options={offence === null ? [{ value: "", label: say("start.offenceChoose") }, ...offences] : offences}
          onChoose={(code) => void (code === "" ? null : act({ act: "answer", question: "offence", code }))}
        />
        <Field
          id="q-exhibit"
          label={say("start.exhibit")}
          hint={say("start.exhibitHint")}
          {...exhibit}
          error={refused.exhibit?.words[language] ?? null}
        />
      </Columns>
    </Plate>
  );
}

function ListPlate({ view, sendList }: { view: ShiftView; sendList: (file: File) => Promise<Refusal | null> }) {
  const say = useSay(sayShift);
  const { language } = useLanguage();
  const { polite } = useLive();
  const picker = useRef<HTMLInputElement>(null);
  const [sending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const shown = listShown(language, view.list);
  const send = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setSending(true);
    const refused = await sendList(file);
    setRefusal(refused);
    setSending(false);
    if (refused === null) polite(say("start.sent"));
  };
  const button = (
    <>
      <input
        ref={picker}
        type="file"
        className="vh"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => void send(event.currentTarget.files?.[0])}
      />
      <Button small id="q-list" busy={sending} onPress={() => picker.current?.click()}>
        {say("start.load")}
      </Button>
    </>
  );
  return (
    <>
      {shown.refuses ? (
        <FaultPlate title={shown.title}>
          <p>{shown.text}</p>
          <p className="after">{button}</p>
        </FaultPlate>
      ) : (
        <Plate>
          <Answered step={3} title={say("start.list")} done button={view.practice ? null : <span>{button}</span>}>
            <p>
              <bdi>{shown.title}</bdi>
            </p>
            <p className="dim">{shown.text}</p>
            {shown.advice === null ? null : (
              <p>
                <b>{shown.advice}</b>
              </p>
            )}
          </Answered>
        </Plate>
      )}
      {refusal === null ? null : (
        <FaultPlate title={say("start.unusable")} {...(refusal.place === undefined ? {} : { place: refusal.place })}>
          <p>{refusal.words[language]}</p>
        </FaultPlate>
      )}
    </>
  );
}
