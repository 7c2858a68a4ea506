import { useCallback, useEffect, useRef, useState } from "react";
import type { Acting, Refusal } from "#platform/ui";
import {
  Ask,
  BigButton,
  Button,
  ButtonRow,
  Choice,
  FaultPlate,
  Lamp,
  Page,
  useLanguage,
  useLive,
  useSay,
} from "#platform/ui/web";
import { isolatedText } from "./isolated-text.ts";
import { Refused } from "./refused.screen.tsx";
import type { Report } from "./report-record.ts";
import {
  type Given,
  PAPERS,
  type Paper,
  paperAddress,
  reportShown,
  type SealAct,
  type StickFolder,
  stickLabel,
} from "./report-shown.ts";
import { Told } from "./told.screen.tsx";
import "./report-screen.css";
import { sayEvidence } from "./words.ts";

/** Fetches again whenever `mark` changes; null: not yet. An empty mark fetches nothing. */
export function useGiven<T>(get: () => Promise<Given<T>>, mark: string): Given<T> | null {
  const [given, setGiven] = useState<{ mark: string; value: Given<T> } | null>(null);
  const latest = useRef(get);
  latest.current = get;
  useEffect(() => {
    if (mark === "") return;
    let gone = false;
    void latest.current().then((value) => {
      if (!gone) setGiven({ mark, value });
    });
    return () => {
      gone = true;
    };
  }, [mark]);
  return given !== null && given.mark === mark ? given.value : null;
}

interface ReportProps {
  /** null: there is no such lane. */
  lane: { key: string; exhibit: string; answer: { digest: string; sealed: boolean } | null } | null;
  getReport: (lane: string) => Promise<Given<Report>>;
  getSticks: () => Promise<Given<StickFolder[]>>;
  act: Acting<SealAct>;
  go: (screen: string) => void;
}

/** Hands over a paper a court can check: the report as it will print, print or save, seal for the agency. */
export function ReportScreen({ lane, getReport, getSticks, act, go }: ReportProps) {
  const { language } = useLanguage();
  const say = useSay(sayEvidence);
  const [asking, setAsking] = useState<"print" | "seal" | null>(null);
  const [handedOver, setHandedOver] = useState(false);
  const answer = lane?.answer ?? null;
  const key = lane?.key ?? "";
  const given = useGiven(() => getReport(key), answer === null ? "" : `${key}/${answer.digest}`);
  const sealed = answer?.sealed === true;
  const shown = reportShown(language, { written: answer !== null, begun: lane !== null, sealed }, given);
  const ready = shown.state === "ready";
  const close = useCallback(() => setAsking(null), []);
  return (
    <>
      <Page
        name={`report-${key}`}
        title={shown.title}
        windowTitle={shown.title}
        sub={shown.state === "ready" && shown.sub !== null ? shown.sub : undefined}
        narrow
      >
        {lane === null ? null : (
          <p className="row">
            <span>
              <Told text={say("page.exhibit")} /> <Told text={isolatedText(lane.exhibit)} />
            </span>
            {shown.lamp === null ? null : <Lamp state="safe">{shown.lamp}</Lamp>}
          </p>
        )}
        {shown.state === "changed" || shown.state === "failed" ? <FaultPlate title={shown.sub ?? shown.title} /> : null}
        {ready ? <PageOne lane={key} /> : null}
      </Page>
      <ButtonRow>
        <Button back onPress={() => go(lane === null ? "examining" : `answer-${key}`)}>
          {say("screen.back")}
        </Button>
        {ready ? <Button onPress={() => setAsking("seal")}>{say("screen.seal")}</Button> : null}
        {ready && (handedOver || sealed) ? (
          <>
            <Button onPress={() => setAsking("print")}>{say("screen.print")}</Button>
            <BigButton onPress={() => go("devices")}>{say("screen.next")}</BigButton>
          </>
        ) : null}
        {ready && !handedOver && !sealed ? (
          <BigButton onPress={() => setAsking("print")}>{say("screen.print")}</BigButton>
        ) : null}
      </ButtonRow>
      {asking === "print" ? <PrintQuestion lane={key} onClose={close} onDone={() => setHandedOver(true)} /> : null}
      {asking === "seal" ? <SealQuestion lane={key} getSticks={getSticks} act={act} onClose={close} /> : null}
    </>
  );
}

const MARGIN_PX = 24;

/** The signed page itself, in a frame that runs nothing and loads nothing. */
function PageOne({ lane }: { lane: string }) {
  const say = useSay(sayEvidence);
  const frame = useRef<HTMLIFrameElement>(null);
  const [heightPx, setHeightPx] = useState(1180);
  const measure = (): void => {
    const page = frame.current?.contentDocument?.querySelector(".sheet");
    if (page !== undefined && page !== null) setHeightPx(Math.ceil(page.getBoundingClientRect().bottom) + MARGIN_PX);
  };
  return (
    <iframe
      ref={frame}
      className="paper-frame"
      title={say("screen.page")}
      src={paperAddress(lane, "html", "both")}
      sandbox="allow-same-origin"
      onLoad={measure}
      height={heightPx}
    />
  );
}

function PrintQuestion({ lane, onClose, onDone }: { lane: string; onClose: () => void; onDone: () => void }) {
  const say = useSay(sayEvidence);
  const [paper, setPaper] = useState<Paper>("both");
  const link = (text: string, address: string, how: { download: true } | { target: "_blank" }) => (
    <a className="key" href={address} rel="noopener" onClick={onDone} {...how}>
      {text}
    </a>
  );
  return (
    <Ask title={say("screen.print")} harmless={{ word: say("screen.back"), onPress: onClose }}>
      <Choice
        legend={say("screen.print.text")}
        name="paper"
        options={PAPERS.map((value) => ({ value, label: say(`screen.${value}`) }))}
        value={paper}
        onChoose={setPaper}
      />
      <div className="stack">
        {link(say("screen.print.now"), paperAddress(lane, "pdf", paper), { target: "_blank" })}
        {link(say("screen.pdf"), paperAddress(lane, "pdf", paper), { download: true })}
        {link(say("screen.pages"), paperAddress(lane, "html", "both"), { download: true })}
      </div>
    </Ask>
  );
}

const LOOK_AGAIN_MS = 2000;

/** Asks which stick; sticks appear by themselves. */
function SealQuestion({
  lane,
  getSticks,
  act,
  onClose,
}: {
  lane: string;
  getSticks: ReportProps["getSticks"];
  act: Acting<SealAct>;
  onClose: () => void;
}) {
  const { language } = useLanguage();
  const say = useSay(sayEvidence);
  const { polite } = useLive();
  const [round, setRound] = useState(0);
  const given = useLatest(useGiven(getSticks, `sticks/${round}`));
  const [folder, setFolder] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refusal | null>(null);
  useEffect(() => {
    const timer = setInterval(() => setRound((now) => now + 1), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const sticks = given !== null && "value" in given ? given.value : [];
  const chosen =
    sticks.find((stick) => stick.folder === folder)?.folder ?? (sticks.length === 1 ? sticks[0]?.folder : undefined);
  const seal = async (): Promise<void> => {
    if (chosen === undefined) return;
    setBusy(true);
    const refusal = await act({ act: "seal", lane, folder: chosen });
    setBusy(false);
    if (refusal !== null) return setRefused(refusal);
    polite(say("screen.sealed"));
    onClose();
  };
  return (
    <Ask
      title={say("screen.seal")}
      harmless={{ word: say("screen.cancel"), onPress: onClose }}
      other={{
        word: say("screen.seal"),
        onPress: () => void seal(),
        why: chosen === undefined && sticks.length > 0 ? say("screen.seal.choose") : null,
        busy,
      }}
    >
      {sticks.length === 0 ? (
        <p>{say("screen.seal.none")}</p>
      ) : (
        <Choice
          legend={say("screen.seal.text")}
          name="stick"
          columns={1}
          options={sticks.map((stick) => ({ value: stick.folder, label: <bdi>{stickLabel(language, stick)}</bdi> }))}
          value={chosen ?? null}
          onChoose={setFolder}
        />
      )}
      <Refused by={refused} />
      <Refused by={given !== null && "refused" in given ? given.refused : null} />
    </Ask>
  );
}

/** What was given last, while the next is under way. */
function useLatest<T>(value: T | null): T | null {
  const latest = useRef<T | null>(null);
  if (value !== null) latest.current = value;
  return latest.current;
}
