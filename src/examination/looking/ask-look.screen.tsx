import { useState } from "react";
import { Refused } from "#examination/evidence/web";
import type { OfficerName } from "#examination/shift";
import type { Acting, Refusal } from "#platform/ui";
import { Ask, Button, Choice, FileName, PassphraseField, Pick, useLanguage, useSay } from "#platform/ui/web";
import { type AskForm, askMissing, labNote, reasonChoices } from "./look-course.ts";
import type { FindingRow, LookingAct } from "./looking-view.ts";
import { sayLooking } from "./words.ts";

/** Why must someone look? "Do not look" is the large button; a second officer opens it where policy says so. */
export function AskLook({
  lane,
  row,
  practice,
  seconds,
  act,
  onClose,
}: {
  lane: string;
  row: FindingRow;
  practice: boolean;
  /** Officers who may open it; null: nobody else is needed. */
  seconds: OfficerName[] | null;
  act: Acting<LookingAct>;
  /** done: something was kept or opened. */
  onClose: (done: boolean) => void;
}) {
  const { language } = useLanguage();
  const say = useSay(sayLooking);
  const [form, setForm] = useState<AskForm>({ reason: null, second: null, passphrase: "" });
  const [refused, setRefused] = useState<Refusal | null>(null);
  const [busy, setBusy] = useState(false);
  const why = askMissing(language, form, seconds !== null);
  const send = async (asked: LookingAct): Promise<void> => {
    setBusy(true);
    const refusal = await act(asked);
    setBusy(false);
    setForm((before) => ({ ...before, passphrase: "" }));
    if (refusal === null) onClose(true);
    else setRefused(refusal);
  };
  const { reason, second, passphrase } = form;
  const open = (): void => {
    if (reason === null) return;
    const opener = second === null ? null : { officer: second, passphrase };
    void send({ act: "look", lane, index: row.index, reason, second: opener });
  };
  const keepForLab = (): void => {
    if (reason !== null) {
      void send({ act: "note", lane, index: row.index, text: labNote(language, reason, row.note) });
    }
  };
  return (
    <Ask
      title={say("ask.title")}
      harmless={{ word: say("ask.dont"), onPress: () => onClose(false) }}
      other={{ word: say("ask.open"), onPress: open, why, busy }}
    >
      {row.name === "" ? null : (
        <p>
          <b>
            <FileName name={row.name} />
          </b>
        </p>
      )}
      <Refused by={refused} />
      <Choice
        legend={say("ask.title")}
        hideLegend
        name="look-reason"
        columns={1}
        options={reasonChoices(language)}
        value={reason}
        onChoose={(chosen) => setForm((before) => ({ ...before, reason: chosen }))}
      />
      <p>{say(practice ? "ask.practice" : "ask.how")}</p>
      {seconds === null ? null : (
        <SecondOfficer form={form} seconds={seconds} onForm={setForm} onLab={reason === null ? null : keepForLab} />
      )}
    </Ask>
  );
}

function SecondOfficer({
  form,
  seconds,
  onForm,
  onLab,
}: {
  form: AskForm;
  seconds: OfficerName[];
  onForm: (form: AskForm) => void;
  onLab: (() => void) | null;
}) {
  const say = useSay(sayLooking);
  const options = [
    { value: "", label: say("ask.second.choose") },
    ...seconds.map(({ id, name, unit }) => ({ value: id, label: unit === "" ? name : `${name}, ${unit}` })),
  ];
  return (
    <fieldset className="stack">
      <legend>
        <b>{say("ask.second")}</b>
      </legend>
      {seconds.length === 0 ? null : (
        <div className="cols c2">
          <Pick
            label={say("ask.second.name")}
            value={form.second ?? ""}
            options={options}
            onChoose={(id) => onForm({ ...form, second: id === "" ? null : id })}
          />
          <PassphraseField
            label={say("ask.pass")}
            value={form.passphrase}
            onInput={(passphrase) => onForm({ ...form, passphrase })}
          />
        </div>
      )}
      <div>
        <Button small onPress={() => onLab?.()} why={onLab === null ? say("ask.missing.reason") : null}>
          {say("ask.lab")}
        </Button>
      </div>
    </fieldset>
  );
}
