import { type FormEvent, useEffect, useRef, useState } from "react";
import { Refused, Told } from "#examination/evidence/web";
import type { Refusal, ScreenProps } from "#platform/ui";
import {
  Ask,
  BigButton,
  Button,
  ButtonRow,
  Columns,
  DevicePlate,
  Drawing,
  Field,
  Lamp,
  Page,
  Plate,
  useLanguage,
  useLive,
  useSay,
} from "#platform/ui/web";
import { AgreeQuestion } from "./agree.screen.tsx";
import { type DevicesShown, devicesShown, type DevicePlate as Plated, pluggedSpoken } from "./devices-shown.ts";
import type { LaneAsks, LanesAct, LanesView } from "./lanes-view.ts";
import "./lanes.css";
import { sayLanes } from "./words.ts";

type DevicesProps = ScreenProps<LanesView, LanesAct> & {
  /** The number the next exhibit gets. */
  exhibit: string;
};

/** What is plugged in, and one press that starts. */
export function DevicesScreen({ view, act, go, exhibit }: DevicesProps) {
  const { language } = useLanguage();
  const say = useSay(sayLanes);
  const [asking, setAsking] = useState<"path" | LaneAsks | null>(null);
  const [refused, setRefused] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const shown = devicesShown(language, view, exhibit);
  usePluggedSpoken(view);
  const { writable, rights } = shown.asks;
  const examine = async (): Promise<void> => {
    setAsking(null);
    setBusy(true);
    const [consent, elevate] = [writable, rights].map((about) => about.map(({ key }) => key));
    const refusal = await act({ act: "examine", consent: consent ?? [], elevate: elevate ?? [] });
    setBusy(false);
    setRefused(refusal);
    if (refusal === null) go("examining");
  };
  // One question after the other, each in its own words; the last yes begins.
  const start = (agreed: LaneAsks | null): void => {
    if (agreed === null && writable.length > 0) setAsking("writable");
    else if (agreed !== "rights" && rights.length > 0) setAsking("rights");
    else void examine();
  };
  return (
    <>
      <Page name="devices" title={shown.title} windowTitle={shown.title} sub={shown.sub}>
        <Refused by={refused} />
        <Columns kind="75">
          <section className="stack" aria-label={say("devices.group")}>
            {shown.empty ? (
              <div className="plug">
                <Drawing name="plug" />
              </div>
            ) : null}
            {shown.plates.map((plate) => (
              <PlateOf key={plate.key} plate={plate} act={act} />
            ))}
            {shown.queue === null ? null : <p className="dim">{shown.queue}</p>}
          </section>
          <BesideDevices shown={shown} />
        </Columns>
      </Page>
      <ButtonRow>
        <Button back onPress={() => go("start")}>
          {say("app.back")}
        </Button>
        <Button onPress={() => setAsking("path")}>{say("devices.path")}</Button>
        <BigButton onPress={() => start(null)} why={shown.go.why} busy={busy}>
          {shown.go.word}
        </BigButton>
      </ButtonRow>
      {asking === "path" ? <PathQuestion act={act} onClose={() => setAsking(null)} /> : null}
      {asking === "writable" || asking === "rights" ? (
        <AgreeQuestion
          asks={asking}
          about={shown.asks[asking].map(({ name }) => name)}
          onLeave={() => setAsking(null)}
          onAgree={() => start(asking)}
        />
      ) : null}
    </>
  );
}

function PlateOf({ plate, act }: { plate: Plated; act: DevicesProps["act"] }) {
  const { key, kind, name, tag, serial, exhibit, lines, look, chosen } = plate;
  const inside = (
    <>
      {serial === "" ? null : (
        <span className="dim sm">
          <Told text={serial} />
        </span>
      )}
      {exhibit === null ? null : (
        <span className="sm">
          <b>
            <Told text={exhibit} />
          </b>
        </span>
      )}
      {lines.map((line) => (
        <span key={line}>
          <Told text={line} />
        </span>
      ))}
    </>
  );
  const given = { drawing: kind, name, ...(tag === null ? {} : { tag }) };
  return look === "flat" ? (
    <DevicePlate {...given} state="flat">
      {inside}
    </DevicePlate>
  ) : (
    <DevicePlate
      {...given}
      state="choice"
      chosen={chosen}
      onChoose={(next) => void act({ act: "choose", device: key, chosen: next })}
    >
      {inside}
    </DevicePlate>
  );
}

/** The write blocker's lamp, and this computer's own disk: seen, never chosen. */
function BesideDevices({ shown }: { shown: DevicesShown }) {
  const say = useSay(sayLanes);
  const { blocker, own } = shown;
  return (
    <div className="stack">
      <Plate stack>
        <div>
          <Lamp state={blocker.seen ? "lit" : "unlit"}>{blocker.word}</Lamp>
        </div>
        <p>{blocker.text}</p>
      </Plate>
      {own ? (
        <DevicePlate state="own" drawing="laptop" name={say("devices.own")}>
          <span className="dim">{say("devices.own.text")}</span>
        </DevicePlate>
      ) : null}
    </div>
  );
}

/** The question opens on this field. */
function focusFirst(field: HTMLInputElement | null): void {
  field?.setAttribute("data-autofocus", "");
}

/** A folder or a disk copy, by its place on this computer. */
function PathQuestion({ act, onClose }: { act: DevicesProps["act"]; onClose: () => void }) {
  const { language } = useLanguage();
  const say = useSay(sayLanes);
  const [path, setPath] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const add = async (): Promise<void> => {
    if (path.trim() === "") return setError(say("devices.path.missing"));
    setBusy(true);
    const refusal = await act({ act: "add-path", path: path.trim() });
    setBusy(false);
    if (refusal === null) onClose();
    else setError(refusal.words[language]);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void add();
  };
  return (
    <Ask
      title={say("devices.path")}
      harmless={{ word: say("app.cancel"), onPress: onClose }}
      other={{ word: say("devices.path.add"), onPress: () => void add(), busy }}
    >
      <form onSubmit={submit}>
        <Field
          inputRef={focusFirst}
          label={say("devices.path.label")}
          value={path}
          onInput={setPath}
          hint={say("devices.path.hint")}
          error={error}
        />
      </form>
    </Ask>
  );
}

/** Says what comes and goes. */
function usePluggedSpoken(view: LanesView): void {
  const { language } = useLanguage();
  const { polite } = useLive();
  const before = useRef(view.devices);
  useEffect(() => {
    const spoken = pluggedSpoken(language, before.current, view);
    before.current = view.devices;
    if (spoken !== null) polite(spoken);
  }, [language, polite, view]);
}
