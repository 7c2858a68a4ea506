import { type ReactNode, useEffect, useMemo, useState } from "react";
import { number } from "#base/words";
import type { Given, Report } from "#examination/evidence";
import { Refused, Told, useGiven } from "#examination/evidence/web";
import type { OfficerName } from "#examination/shift";
import type { ScreenProps } from "#platform/ui";
import {
  BigButton,
  Button,
  ButtonRow,
  Columns,
  Cover,
  FileName,
  Meter,
  Page,
  Plate,
  Tape,
  useLanguage,
  useSay,
} from "#platform/ui/web";
import { AskLook } from "./ask-look.screen.tsx";
import { type GetFindings, useRows } from "./finding-rows.screen.tsx";
import {
  BLOCK_ROWS,
  budgetShown,
  findingsTitle,
  type Grouping,
  groupsOf,
  type RowGroup,
  type RowShown,
} from "./findings-shown.ts";
import { Look } from "./look.screen.tsx";
import "./looking.css";
import type { LookingAct, LookingView } from "./looking-view.ts";
import { NoteQuestion } from "./note-question.screen.tsx";
import { reviewKey } from "./review-keys.ts";
import { SeriesPlate } from "./series.screen.tsx";
import { sayLooking } from "./words.ts";

type FindingsProps = ScreenProps<LookingView, LookingAct> & {
  lane: { key: string; practice: boolean };
  /** Officers of the kit, and who works now: the second officer is another one. */
  officers: OfficerName[];
  officer: OfficerName | null;
  getFindings: GetFindings;
  getReport: (lane: string) => Promise<Given<Report>>;
};

type Asking = { what: "look" | "note"; index: number } | null;

/** Where it lies, without looking. */
export function FindingsScreen(props: FindingsProps) {
  const { view, act, go, nowMs, lane, officers, officer, getFindings, getReport } = props;
  const { language } = useLanguage();
  const say = useSay(sayLooking);
  const fetched = useRows(lane.key, getFindings);
  const { rows, total } = fetched;
  const [by, setBy] = useState<Grouping>("place");
  const [keys, setKeys] = useState(true);
  const [asking, setAsking] = useState<Asking>(null);
  const groups = useMemo(() => groupsOf(language, rows, by), [language, rows, by]);
  const look = view.look !== null && view.look.lane === lane.key ? view.look : null;
  const asked = asking === null ? undefined : rows.find(({ index }) => index === asking.index);
  const looked = look?.index;
  const { again } = fetched;
  // biome-ignore lint/correctness/useExhaustiveDependencies: fetched again when a look has ended, and only then
  useEffect(() => (looked === undefined ? undefined : () => again(looked)), [looked]);
  useReviewKeys(keys && asking === null && look === null, {
    order: groups.flatMap((group) => group.rows.map(({ row }) => row.index)),
    onCategory: (index, category) =>
      void act({ act: "categorise", lane: lane.key, index, category }).then(() => again(index)),
    onNote: (index) => setAsking({ what: "note", index }),
  });
  const waiting = fetched.refused === null ? say("findings.loading") : say("findings.name");
  const title = total === null ? waiting : findingsTitle(language, total);
  const close = (done: boolean): void => {
    if (done && asking !== null) again(asking.index);
    setAsking(null);
  };
  const closed = budgetShown(language, view).closed;
  return (
    <>
      <Page name={`findings-${lane.key}`} title={title} windowTitle={title} sub={say("findings.sub")}>
        <Refused by={fetched.refused} />
        <Columns kind="75">
          <div className="stack">
            <Tabs by={by} onBy={setBy} keys={keys} onKeys={setKeys} />
            {total === 0 ? <p className="lead">{say("findings.empty")}</p> : null}
            {groups.map((group) => (
              <Group key={group.key} group={group}>
                {(shown) => (
                  <Row
                    shown={shown}
                    ask={closed ? null : () => setAsking({ what: "look", index: shown.row.index })}
                    note={() => setAsking({ what: "note", index: shown.row.index })}
                  >
                    {look?.index === shown.row.index ? (
                      <Look key={`${look.index}/${look.untilMs}`} look={look} nowMs={nowMs} act={act} />
                    ) : null}
                  </Row>
                )}
              </Group>
            ))}
            <More total={total} shown={rows.length} onMore={fetched.more} />
          </div>
          <Beside view={view} lane={lane.key} getReport={getReport} />
        </Columns>
      </Page>
      <ButtonRow>
        <Button back onPress={() => go(`answer-${lane.key}`)}>
          {say("findings.back")}
        </Button>
        <BigButton onPress={() => go(`report-${lane.key}`)}>{say("findings.report")}</BigButton>
      </ButtonRow>
      {asking?.what === "look" && asked !== undefined ? (
        <AskLook
          lane={lane.key}
          row={asked}
          practice={lane.practice}
          seconds={view.secondOfficer ? officers.filter(({ id }) => id !== officer?.id) : null}
          act={act}
          onClose={close}
        />
      ) : null}
      {asking?.what === "note" && asked !== undefined ? (
        <NoteQuestion lane={lane.key} row={asked} act={act} onClose={close} />
      ) : null}
    </>
  );
}

function Tabs({
  by,
  onBy,
  keys,
  onKeys,
}: {
  by: Grouping;
  onBy: (by: Grouping) => void;
  keys: boolean;
  onKeys: (keys: boolean) => void;
}) {
  const say = useSay(sayLooking);
  return (
    <>
      <div className="tabs">
        <Button small pressed={by === "place"} onPress={() => onBy("place")}>
          {say("findings.byPlace")}
        </Button>
        <Button small pressed={by === "series"} onPress={() => onBy("series")}>
          {say("findings.bySeries")}
        </Button>
        <span className="keys-switch">
          <Button small pressed={keys} onPress={() => onKeys(!keys)}>
            {say(keys ? "review.keys.on" : "review.keys.off")}
          </Button>
        </span>
      </div>
      {keys ? <p className="dim sm keys-help">{say("review.help")}</p> : null}
    </>
  );
}

function Group({ group, children }: { group: RowGroup; children: (row: RowShown) => ReactNode }) {
  return (
    <section className="plate">
      <h2>
        <Told text={group.title} /> · <Count of={group.rows.length} />
      </h2>
      <ul>
        {group.rows.map((row) => (
          <li key={row.row.index} className="find" data-row={row.row.index} tabIndex={-1}>
            {children(row)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Count({ of }: { of: number }) {
  const { language } = useLanguage();
  return <>{number(language, of)}</>;
}

function Row({
  shown,
  ask,
  note,
  children,
}: {
  shown: RowShown;
  /** null: looking is closed for today. */
  ask: (() => void) | null;
  note: () => void;
  children: ReactNode;
}) {
  const say = useSay(sayLooking);
  const { name, how, facts, wont, category, row } = shown;
  const label = (word: string): string => `${word}: ${name ?? how}`.slice(0, 200);
  return (
    <>
      <Cover label={say("row.covered")} />
      <div>
        <h3>{name === null ? how : <FileName name={name} />}</h3>
        {name === null ? null : <p>{how}</p>}
        {category === null ? null : <p className="tag">{category}</p>}
      </div>
      <dl className="facts">
        {facts.map(({ label: what, value, foreign }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{foreign ? <FileName name={value} /> : value}</dd>
          </div>
        ))}
        {row.note === "" ? null : (
          <div>
            <dt>{say("review.note")}</dt>
            <dd>
              <FileName name={row.note} />
            </dd>
          </div>
        )}
      </dl>
      {children}
      <div className="acts">
        <Button small label={label(say("review.note"))} onPress={note}>
          {say("review.note")}
        </Button>
        {wont === null ? (
          <Button
            small
            label={label(say("row.ask"))}
            onPress={() => ask?.()}
            why={ask === null ? say("budget.limit") : null}
          >
            {say("row.ask")}
          </Button>
        ) : (
          <p className="dim sm wont">{wont}</p>
        )}
      </div>
    </>
  );
}

function More({ total, shown, onMore }: { total: number | null; shown: number; onMore: () => void }) {
  const say = useSay(sayLooking);
  if (total === null || shown >= total) return null;
  return (
    <div className="row middle">
      <p className="dim">{say("findings.shown", { shown, total })}</p>
      <Button onPress={onMore}>{say("findings.more", { count: Math.min(BLOCK_ROWS, total - shown) })}</Button>
    </div>
  );
}

/** The officer's limit of the day, and the tape as a locator. */
function Beside({ view, lane, getReport }: { view: LookingView; lane: string } & Pick<FindingsProps, "getReport">) {
  const { language } = useLanguage();
  const say = useSay(sayLooking);
  const given = useGiven(() => getReport(lane), lane);
  const report = given !== null && "value" in given ? given.value : null;
  const { items, minutes, text } = budgetShown(language, view);
  const { budget } = view;
  return (
    <aside className="stack" aria-label={say("budget.title")}>
      <Plate stack label={say("budget.title")}>
        <h2>{say("budget.title")}</h2>
        <Meter value={budget.items} limit={budget.itemsLimit} text={items.text} pips={items.parts} />
        <Meter value={budget.seconds} limit={budget.secondsLimit} text={minutes.text} pips={minutes.parts} />
        <p className={budget.reached || budget.breakDue ? "" : "dim"}>{text}</p>
      </Plate>
      {report === null ? null : (
        <Plate label={say("findings.tape")}>
          <h2>{say("findings.tape")}</h2>
          <Tape
            cells={report.coverage.tape}
            label={say("findings.tape")}
            spoken={findingsTitle(language, report.findings.length)}
            found={report.verdict === "red" ? "red" : "amber"}
            small
          />
        </Plate>
      )}
      {report === null ? null : <SeriesPlate report={report} />}
    </aside>
  );
}

/** Keys of a review, only while a row has the focus, and only while they are switched on. */
function useReviewKeys(
  on: boolean,
  doing: {
    order: number[];
    onCategory: (index: number, category: number | null) => void;
    onNote: (index: number) => void;
  },
): void {
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent): void => {
      const place = document.activeElement?.closest<HTMLElement>("[data-row]");
      if (place === null || place === undefined || document.activeElement?.matches("input, textarea, select")) return;
      const at = doing.order.indexOf(Number(place.dataset["row"]));
      const move = reviewKey(event, { at, rows: doing.order.length });
      if (move === null) return;
      event.preventDefault();
      const index = doing.order[move.move === "row" ? move.index : at];
      if (index === undefined) return;
      if (move.move === "row") document.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus();
      else if (move.move === "category") doing.onCategory(index, move.category);
      else doing.onNote(index);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  });
}
