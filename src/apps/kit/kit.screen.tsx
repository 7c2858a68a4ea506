import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { PracticeCoach, useTourState } from "#examination/practice/web";
import { LockedScreen, MakingScreen, SelfTestScreen, StartScreen } from "#examination/shift/web";
import { percentRead } from "#platform/ui";
import { AboveButtons, Bezel, ButtonRow, FaultPlate, Page, Stamp, usePageKeys, useSay } from "#platform/ui/web";
import type { KitClient } from "./kit-client.screen.tsx";
import type { Touch } from "./kit-touch.ts";
import type { KitView } from "./kit-view.ts";
import { tourBegins, useTour } from "./tour-kept.screen.tsx";
import { firstReading, isReading, stepOf, type Where, whereIs } from "./which-screen.ts";
import { sayKit } from "./words.ts";

const lanesRoom = () => import("#examination/lanes/web");
const lookingRoom = () => import("#examination/looking/web");
const evidenceRoom = () => import("#examination/evidence/web");
/** Pause before a screen is asked for again, milliseconds. */
const AGAIN_MS = 500;
const DevicesScreen = lazy(async () => ({ default: (await patiently(lanesRoom)).DevicesScreen }));
const ExaminingScreen = lazy(async () => ({ default: (await patiently(lanesRoom)).ExaminingScreen }));
const AnswerScreen = lazy(async () => ({ default: (await patiently(lanesRoom)).AnswerScreen }));
const LanesVoice = lazy(async () => ({ default: (await patiently(lanesRoom)).LanesVoice }));
const FindingsScreen = lazy(async () => ({ default: (await patiently(lookingRoom)).FindingsScreen }));
const ReportScreen = lazy(async () => ({ default: (await patiently(evidenceRoom)).ReportScreen }));

/** The whole app: what the program says, and the screen that the address asks for. */
export function Kit({ client }: { client: KitClient }) {
  const { view, touch } = useSyncExternalStore(client.subscribe, client.screen);
  if (view === null) return <NothingYet touch={touch} />;
  return view.shift.ended && touch === "lost" ? <Over /> : <Shown client={client} view={view} touch={touch} />;
}

/** The shift has ended, and the program with it. */
function Over() {
  const say = useSay(sayKit);
  usePageKeys({ onLock: null });
  return (
    <div className="app">
      <Bezel step={null} onLock={null} />
      <Page name="over" windowTitle="Phum" title={say("frame.over")} sub={say("frame.overText")} narrow>
        {null}
      </Page>
      <ButtonRow>{null}</ButtonRow>
    </div>
  );
}

function NothingYet({ touch }: { touch: Touch }) {
  const say = useSay(sayKit);
  usePageKeys({ onLock: null });
  return (
    <div className="app">
      <Bezel step={null} onLock={null} />
      <Page name="nothing" windowTitle="Phum" title={say("frame.wait")} narrow>
        {touch === "lost" ? (
          <FaultPlate title={say("frame.lostTitle")}>
            <p>{say("frame.neverThere")}</p>
          </FaultPlate>
        ) : null}
      </Page>
    </div>
  );
}

function Shown({ client, view, touch }: { client: KitClient; view: KitView; touch: Touch }) {
  const say = useSay(sayKit);
  const where = useWhere(view);
  const open = view.shift.state === "open";
  const lock = useMemo(() => (open ? () => void client.act({ act: "lock" }) : null), [open, client]);
  usePageKeys({ onLock: lock });
  useEffect(fetchAll, []);
  const { touring, begin, leave } = useTour(view.shift.practice);
  const read = useTourState();
  const coach = touring ? (
    <PracticeCoach
      read={read}
      sight={{
        screen: where.screen,
        chosen: view.lanes.devices.some(({ chosen }) => chosen),
        // Red stands as soon as it is found: its button can be pressed while reading goes on.
        answered: view.lanes.lanes.some(({ answer, red }) => answer !== null || red),
      }}
      onLeave={leave}
    />
  ) : null;
  return (
    <div className={`app${view.shift.practice ? " practice" : ""}`}>
      <Bezel step={stepOf(where.screen)} onLock={lock} />
      {view.shift.practice ? (
        <Stamp>
          {touring ? null : (
            <button type="button" className="tool" onClick={begin}>
              {say("frame.guide")}
            </button>
          )}
        </Stamp>
      ) : null}
      <Notices view={view} touch={touch} act={client.act} />
      <AboveButtons value={coach}>
        <Suspense fallback={<OneMoment />}>
          {open ? <LanesVoice lanes={view.lanes.lanes} nowMs={view.nowMs} /> : null}
          <ScreenOf client={client} view={view} where={where} />
        </Suspense>
      </AboveButtons>
    </div>
  );
}

function OneMoment() {
  const say = useSay(sayKit);
  return (
    <main id="main" className="narrow" aria-busy="true">
      <p className="lead">{say("frame.wait")}</p>
    </main>
  );
}

/** What stands above every screen: touch lost, program started again. */
function Notices({ view, touch, act }: { view: KitView; touch: Touch; act: KitClient["act"] }) {
  const say = useSay(sayKit);
  const restarted = view.restarted && view.shift.state === "open";
  if (touch !== "lost" && !restarted) return null;
  const reading = firstReading(view);
  return (
    <div className="notices">
      {touch === "lost" ? (
        <FaultPlate title={say("frame.lostTitle")}>
          <p>{say("frame.lost")}</p>
        </FaultPlate>
      ) : null}
      {restarted ? (
        <FaultPlate title={say("frame.restarted")}>
          {reading === null ? null : <p>{say("frame.restartedFrom", { percent: percentRead(reading.fraction) })}</p>}
          <p className="after">
            <button type="button" className="key small" onClick={() => void act({ act: "understood" })}>
              {say("frame.understood")}
            </button>
          </p>
        </FaultPlate>
      ) : null}
    </div>
  );
}

/** A screen that is asked for while the program starts again comes when it is there. */
async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/** Every screen is fetched while the first is read: pressing a button waits for nothing. */
function fetchAll(): void {
  for (const load of [lanesRoom, lookingRoom, evidenceRoom]) void patiently<unknown>(load);
}

/** Goes to a screen: by the address, so that Back of the browser and a reload work. */
function go(screen: string): void {
  location.hash = screen;
}

function useWhere(view: KitView): Where {
  const hash = useSyncExternalStore(listenToHash, () => location.hash);
  const [opened, setOpened] = useState<KitView | null>(view);
  const where = whereIs(hash, view, opened !== null);
  const name = where.lane === null ? where.screen : `${where.screen}-${where.lane}`;
  useEffect(() => {
    setOpened(null);
    if (where.screen !== "locked" && where.screen !== "making" && hash !== `#${name}`) {
      history.replaceState(null, "", `#${name}`);
    }
  }, [hash, name, where.screen]);
  return where;
}

function listenToHash(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  return () => window.removeEventListener("hashchange", changed);
}

function ScreenOf({ client, view, where }: { client: KitClient; view: KitView; where: Where }): ReactNode {
  const { shift, nowMs, lanes } = view;
  const { act, getReport, getFindings, getSticks, sendList } = client;
  const given = { act, go, nowMs };
  const practise = async (): Promise<void> => {
    if ((await act({ act: "practice" })) === null) {
      tourBegins();
      go("devices");
    }
  };
  const onPractice = (): void => void practise();
  const lane = lanes.lanes.find(({ key }) => key === where.lane);
  switch (where.screen) {
    case "locked":
      return <LockedScreen {...given} view={shift} reading={isReading(view)} onPractice={onPractice} />;
    case "start":
      return <StartScreen {...given} view={shift} sendList={sendList} onPractice={onPractice} />;
    case "self-test":
      return <SelfTestScreen {...given} view={view.selfTest} />;
    case "making":
      return <MakingScreen fraction={view.making ?? 0} onBack={() => go("start")} />;
    case "devices":
      return <DevicesScreen {...given} view={lanes} exhibit={shift.exhibit} />;
    case "examining":
      return <ExaminingScreen {...given} view={lanes} />;
    case "answer":
      return (
        <AnswerScreen
          {...given}
          view={lanes}
          lane={where.lane ?? ""}
          getReport={getReport}
          expertPhone={shift.expertPhone}
        />
      );
    case "findings":
      return (
        <FindingsScreen
          {...given}
          view={view.looking}
          lane={{ key: where.lane ?? "", practice: lane?.practice ?? false }}
          officers={shift.officers}
          officer={shift.officer}
          getFindings={getFindings}
          getReport={getReport}
        />
      );
    case "report":
      return <ReportScreen act={act} go={go} lane={lane ?? null} getReport={getReport} getSticks={getSticks} />;
  }
}
