import { useState } from "react";
import { number } from "#base/words";
import type { Given, Report } from "#examination/evidence";
import { spokenText } from "#examination/evidence";
import { Refused, Told, useGiven } from "#examination/evidence/web";
import type { Refusal, ScreenProps } from "#platform/ui";
import {
  Ask,
  BigButton,
  Button,
  ButtonRow,
  Columns,
  Dots,
  Drawing,
  type DrawingName,
  Lamp,
  Page,
  Plate,
  Tape,
  Todo,
  useLanguage,
  useSay,
  useSpokenOnDemand,
  Verdict,
} from "#platform/ui/web";
import { type AnswerShown, answerShown } from "./answer-shown.ts";
import type { Step, StepKind } from "./answer-steps.ts";
import type { LanesAct, LanesView } from "./lanes-view.ts";
import "./lanes.css";
import { sayLanes } from "./words.ts";

type AnswerProps = ScreenProps<LanesView, LanesAct> & {
  /** Key of the lane whose answer it is. */
  lane: string;
  getReport: (lane: string) => Promise<Given<Report>>;
  /** Of the unit's expert; empty: not said. */
  expertPhone: string;
};

/** One colour, one word, one shape, and what to do; all of it from the signed report. */
export function AnswerScreen({ view, act, go, lane: key, getReport, expertPhone }: AnswerProps) {
  const { language } = useLanguage();
  const say = useSay(sayLanes);
  const lane = view.lanes.find((one) => one.key === key);
  const answer = lane?.answer ?? null;
  const given = useGiven(() => getReport(key), answer === null ? "" : `${key}/${answer.digest}`);
  const report = given !== null && "value" in given ? given.value : null;
  const shown = lane === undefined ? null : answerShown(language, { lane, lanes: view.lanes }, report);
  useSpokenOnDemand(() => spokenText(shown?.spoken ?? say("answer.none")));
  if (shown === null) {
    const refused = given !== null && "refused" in given ? given.refused : null;
    return <NoAnswer waiting={answer !== null && refused === null} refused={refused} go={go} />;
  }
  return (
    <>
      <Page name={`answer-${key}`} windowTitle={shown.word}>
        <Head shown={shown} />
        <Columns kind="57">
          <Verdict
            verdict={shown.verdict}
            word={shown.word}
            what={<Told text={shown.what} />}
            fraction={shown.fraction}
            {...(shown.more.length === 0
              ? {}
              : {
                  more: shown.more.map((text) => (
                    <p key={text}>
                      <Told text={text} />
                    </p>
                  )),
                })}
          />
          <DoThis steps={shown.steps} expertPhone={expertPhone} />
        </Columns>
        <WhatWasRead shown={shown} />
        <WhyAndRest shown={shown} />
      </Page>
      <AnswerButtons shown={shown} act={act} go={go} />
    </>
  );
}

const DRAWINGS: Record<StepKind, DrawingName> = {
  on: "keep-on",
  leave: "square-stop",
  seize: "bag",
  keep: "bag",
  closed: "no-file",
  readon: "read-on",
  surer: "read-on",
  list: "paper",
  call: "call",
  chief: "person",
};

/** What to do now; the expert's number stands where it says to call. */
function DoThis({ steps, expertPhone }: { steps: readonly Step[]; expertPhone: string }) {
  const { language } = useLanguage();
  const say = useSay(sayLanes);
  return (
    <Plate label={say("answer.head.do")}>
      <h2>{say("answer.head.do")}</h2>
      <Todo
        steps={steps.map(({ kind, text }, i) => ({
          drawing: DRAWINGS[kind],
          number: number(language, i + 1),
          text: (
            <>
              <Told text={text} />
              {kind === "call" && expertPhone !== "" ? (
                <>
                  {" "}
                  <b>
                    <bdi className="nb">{expertPhone}</bdi>
                  </b>
                </>
              ) : null}
            </>
          ),
        }))}
      />
    </Plate>
  );
}

function Head({ shown }: { shown: AnswerShown }) {
  const { kind, name, exhibit, lamp, place } = shown;
  return (
    <div className="row middle">
      <p className="device-line">
        <Drawing name={kind} />
        <span>
          <b className="lead">{name}</b>{" "}
          <span className="dim">
            <Told text={exhibit} />
          </span>
        </span>
      </p>
      {place === null ? null : <p className="dim">{place.text}</p>}
      <Lamp state={lamp.state}>{lamp.word}</Lamp>
    </div>
  );
}

function WhatWasRead({ shown }: { shown: AnswerShown }) {
  const say = useSay(sayLanes);
  return (
    <Plate label={say("answer.head.read")} stack>
      <div className="row">
        <h2>{say("answer.head.read")}</h2>
        <p className="big nb">
          {shown.percent}
          <small> {say("examining.read")}</small>
        </p>
      </div>
      <Tape
        cells={shown.tape}
        label={say("examining.tape")}
        spoken={shown.tapeSpoken}
        found={shown.verdict === "red" ? "red" : "amber"}
        locked={shown.locked}
      />
      <div className="sm">
        {shown.read.map((text) => (
          <p key={text}>
            <Told text={text} />
          </p>
        ))}
      </div>
    </Plate>
  );
}

function WhyAndRest({ shown }: { shown: AnswerShown }) {
  const say = useSay(sayLanes);
  const told = (texts: string[]) => texts.map((text) => <Told key={text} text={text} />);
  return (
    <>
      <Columns kind="57">
        <Plate label={say("answer.head.unread")} stack>
          <h2>{say("answer.head.unread")}</h2>
          <p>{shown.unread.join(" ")}</p>
          {shown.lists.map((text) => (
            <p key={text} className="dim sm">
              <Told text={text} />
            </p>
          ))}
        </Plate>
        <Plate label={shown.why.title} stack>
          <h2>{shown.why.title}</h2>
          <Dots lines={told(shown.why.items)} />
        </Plate>
      </Columns>
      {shown.notices.length === 0 ? null : (
        <Plate label={say("answer.head.notices")} stack>
          <h2>{say("answer.head.notices")}</h2>
          <div className="sm">
            <Dots lines={told(shown.notices)} />
          </div>
        </Plate>
      )}
    </>
  );
}

function AnswerButtons({ shown, act, go }: { shown: AnswerShown } & Pick<AnswerProps, "act" | "go">) {
  const say = useSay(sayLanes);
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState<Refusal | null>(null);
  const { key, live, canReadOn, findings, place } = shown;
  const send = async (what: "read-on" | "stop", then: string): Promise<void> => {
    setAsking(false);
    const refusal = await act({ act: what, lane: key });
    if (refusal === null) go(then);
    else setRefused(refusal);
  };
  const next = place?.next ?? null;
  return (
    <>
      <ButtonRow>
        <Refused by={refused} />
        <Button back onPress={() => go("examining")}>
          {say(live ? "answer.back" : "app.back")}
        </Button>
        {canReadOn ? <Button onPress={() => void send("read-on", "examining")}>{say("answer.more")}</Button> : null}
        {findings > 0 ? (
          <Button guide="findings" onPress={() => go(`findings-${key}`)}>
            {say("answer.findings", { count: findings })}
          </Button>
        ) : null}
        {next === null ? null : <Button onPress={() => go(`answer-${next}`)}>{say("answer.next")}</Button>}
        {live ? (
          <BigButton onPress={() => setAsking(true)}>{say("answer.stop")}</BigButton>
        ) : (
          <BigButton onPress={() => go(`report-${key}`)}>{say("answer.report")}</BigButton>
        )}
      </ButtonRow>
      {asking ? (
        <Ask
          title={say("examining.stop.ask")}
          harmless={{ word: say("examining.goOn"), onPress: () => setAsking(false) }}
          other={{ word: say("examining.stop"), onPress: () => void send("stop", `report-${key}`) }}
        >
          <p>{say("examining.stop.text", { percent: shown.percent })}</p>
        </Ask>
      ) : null}
    </>
  );
}

function NoAnswer({ waiting, refused, go }: { waiting: boolean; refused: Refusal | null; go: AnswerProps["go"] }) {
  const say = useSay(sayLanes);
  const title = say(waiting ? "app.moment" : "answer.none");
  return (
    <>
      <Page name="answer-none" title={title} windowTitle={title}>
        <Refused by={refused} />
      </Page>
      <ButtonRow>
        <BigButton onPress={() => go("examining")}>{say("answer.back")}</BigButton>
      </ButtonRow>
    </>
  );
}
