import { useCallback, useEffect, useState } from "react";
import { spokenText } from "#examination/evidence";
import { Refused, Told } from "#examination/evidence/web";
import type { Refusal, ScreenProps } from "#platform/ui";
import {
  Ask,
  BigButton,
  Button,
  ButtonRow,
  Columns,
  FaultPlate,
  Lamp,
  Lane,
  Page,
  Readouts,
  Ruler,
  Tape,
  useLanguage,
  useSay,
  useSpokenOnDemand,
} from "#platform/ui/web";
import { AgreeQuestion } from "./agree.screen.tsx";
import { progressSpoken } from "./announcer.ts";
import { examiningTitle, type LaneShown, laneShown, nextPress } from "./lane-shown.ts";
import type { LaneAsks, LanesAct, LanesView, LaneView } from "./lanes-view.ts";
import { useSound } from "./red-tone.screen.tsx";
import "./lanes.css";
import { sayLanes } from "./words.ts";

type ExaminingProps = ScreenProps<LanesView, LanesAct>;

/** Each device as it is read: one honest sentence, and what it rests on. */
export function ExaminingScreen({ view, act, go }: ExaminingProps) {
  const { language } = useLanguage();
  const say = useSay(sayLanes);
  const { on, toggle } = useSound();
  const [refused, setRefused] = useState<Refusal | null>(null);
  const [stopping, setStopping] = useState<string | null>(null);
  const [agreeing, setAgreeing] = useState<string | null>(null);
  const { lanes } = view;
  const { title, sub } = examiningTitle(language, lanes);
  const next = nextPress(language, lanes);
  const stopped = lanes.find(({ key, state }) => key === stopping && CAN_STOP.includes(state));
  const asked = lanes.find(({ key, asks }) => key === agreeing && asks !== null);
  const press = useCallback(
    async (lane: string, what: LaneShown["buttons"][number]["act"], agreed?: "stop" | LaneAsks): Promise<void> => {
      if (what === "stop" && agreed === undefined) return setStopping(lane);
      const asks = lanes.find(({ key }) => key === lane)?.asks ?? null;
      if (what === "go-on" && asks !== null && agreed !== asks) return setAgreeing(lane);
      const with_ = what === "go-on" && asks !== null ? { agreed: asks } : {};
      setRefused(await act({ act: what, lane, ...with_ }));
    },
    [act, lanes],
  );
  useLaneKeys(lanes, press);
  useSpokenOnDemand(
    useCallback(() => lanes.map((lane) => progressSpoken(language, lane)).join(" "), [lanes, language]),
  );
  return (
    <>
      <Page name="examining" title={title} windowTitle={title} sub={sub ?? undefined}>
        <Refused by={refused} />
        <Columns kind="2">
          {lanes.map((lane) => (
            <OneLane
              key={lane.key}
              lane={lane}
              shown={laneShown(language, lane)}
              press={(what) => void press(lane.key, what)}
            />
          ))}
        </Columns>
      </Page>
      <ButtonRow>
        {lanes.length === 0 ? (
          <BigButton onPress={() => go("devices")}>{say("examining.choose")}</BigButton>
        ) : (
          <>
            <Button left pressed={on} onPress={toggle}>
              {say(on ? "examining.sound.on" : "examining.sound.off")}
            </Button>
            <Button onPress={() => go("devices")}>{say("examining.choose")}</Button>
          </>
        )}
        {next === null ? null : <BigButton onPress={() => go(`answer-${next.lane}`)}>{next.word}</BigButton>}
      </ButtonRow>
      {asked === undefined || asked.asks === null ? null : (
        <AgreeQuestion
          asks={asked.asks}
          about={[laneShown(language, asked).name]}
          onLeave={() => setAgreeing(null)}
          onAgree={() => {
            setAgreeing(null);
            void press(asked.key, "go-on", asked.asks ?? undefined);
          }}
        />
      )}
      {stopped === undefined ? null : (
        <StopQuestion
          shown={laneShown(language, stopped)}
          onGoOn={() => setStopping(null)}
          onStop={() => {
            setStopping(null);
            void press(stopped.key, "stop", "stop");
          }}
        />
      )}
    </>
  );
}

const CAN_STOP: readonly LaneView["state"][] = ["starting", "reading", "paused"];
const TONES = { plain: "calm", amber: "amber", green: "green", red: "red", ink: "ink" } as const;

function OneLane({
  lane,
  shown,
  press,
}: {
  lane: LaneView;
  shown: LaneShown;
  press: (act: LaneShown["buttons"][number]["act"]) => void;
}) {
  const say = useSay(sayLanes);
  const { band, fault, bound, lamp } = shown;
  return (
    <Lane
      name={shown.name}
      label={spokenText(`${shown.name}, ${shown.exhibit}`)}
      drawing={shown.kind}
      exhibit={<Told text={shown.exhibit} />}
      percent={{ number: shown.percent, unit: say("examining.read") }}
      band={
        band === null
          ? { tone: "ink", sentence: <Told text={fault?.title ?? ""} />, more: <Told text={fault?.text ?? ""} /> }
          : {
              tone: TONES[band.look],
              sentence: <Told text={band.sentence} />,
              ...(band.text === null ? {} : { more: <Told text={band.text} /> }),
            }
      }
      foot={
        <>
          <Lamp state={lamp.state}>{lamp.word}</Lamp>
          {shown.buttons.map(({ act, word }) => (
            <Button
              key={act}
              small
              label={spokenText(`${word}: ${shown.name}, ${shown.exhibit}`)}
              onPress={() => press(act)}
            >
              {word}
            </Button>
          ))}
        </>
      }
    >
      {band !== null && fault !== null ? (
        <FaultPlate title={<Told text={fault.title} />}>
          <p>
            <Told text={fault.text} />
          </p>
        </FaultPlate>
      ) : null}
      {shown.lines.map((line) => (
        <p key={line}>
          <Told text={line} />
        </p>
      ))}
      <Tape
        cells={lane.tape}
        label={say("examining.tape")}
        spoken={shown.tape}
        found={lane.red ? "red" : "amber"}
        small
      />
      {bound === null ? null : <Ruler boundBytes={bound.bytes} label={bound.label} spoken={bound.spoken} />}
      <Readouts four lines={shown.readouts} />
    </Lane>
  );
}

/** Stop asks first; the harmless button is the large one. */
function StopQuestion({ shown, onGoOn, onStop }: { shown: LaneShown; onGoOn: () => void; onStop: () => void }) {
  const say = useSay(sayLanes);
  return (
    <Ask
      title={say("examining.stop.ask")}
      harmless={{ word: say("examining.goOn"), onPress: onGoOn }}
      other={{ word: say("examining.stop"), onPress: onStop }}
    >
      <p>
        <b>{shown.name}</b> · <Told text={shown.exhibit} />
      </p>
      <p>
        <Told text={say("examining.stop.text", { percent: shown.percent })} />
      </p>
    </Ask>
  );
}

/** ← → from lane to lane; P pauses or goes on, S stops, only while a lane has the focus. */
function useLaneKeys(
  lanes: readonly LaneView[],
  press: (lane: string, act: LaneShown["buttons"][number]["act"]) => Promise<void>,
): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof Element)) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      const places = [...document.querySelectorAll<HTMLElement>("[data-lane]")];
      const at = places.findIndex((place) => place.contains(event.target as Element));
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step !== 0 && places.length > 0) {
        event.preventDefault();
        places[(Math.max(at, step < 0 ? 0 : -1) + step + places.length) % places.length]?.focus();
        return;
      }
      const lane = lanes[at];
      if (lane === undefined) return;
      if (event.code === "KeyP" && lane.state === "reading") void press(lane.key, "pause");
      else if (event.code === "KeyP" && lane.state === "paused") void press(lane.key, "go-on");
      else if (event.code === "KeyS" && CAN_STOP.includes(lane.state)) void press(lane.key, "stop");
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [lanes, press]);
}
