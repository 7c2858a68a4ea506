import { useId, useState } from "react";
import { number } from "#base/words";
import { Refused } from "#examination/evidence/web";
import type { Acting, Refusal } from "#platform/ui";
import { Ask, Choice, FileName, useLanguage, useSay } from "#platform/ui/web";
import type { FindingRow, LookingAct } from "./looking-view.ts";
import { sayLooking } from "./words.ts";

const CATEGORIES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const NOTE_CHARACTERS = 2000;

/** A note and a category for one finding, also by touch. */
export function NoteQuestion({
  lane,
  row,
  act,
  onClose,
}: {
  lane: string;
  row: FindingRow;
  act: Acting<LookingAct>;
  onClose: (done: boolean) => void;
}) {
  const { language } = useLanguage();
  const say = useSay(sayLooking);
  const id = useId();
  const [text, setText] = useState(row.note);
  const [category, setCategory] = useState(row.category === null ? "" : String(row.category));
  const [refused, setRefused] = useState<Refusal | null>(null);
  const keep = async (): Promise<void> => {
    const next = category === "" ? null : Number(category);
    const acts: LookingAct[] = [];
    if (text !== row.note) acts.push({ act: "note", lane, index: row.index, text });
    if (next !== row.category) acts.push({ act: "categorise", lane, index: row.index, category: next });
    for (const one of acts) {
      const refusal = await act(one);
      if (refusal !== null) return setRefused(refusal);
    }
    onClose(true);
  };
  return (
    <Ask
      title={say("review.note")}
      harmless={{ word: say("row.cancel"), onPress: () => onClose(false) }}
      other={{ word: say("review.save"), onPress: () => void keep() }}
    >
      {row.name === "" ? null : (
        <p>
          <b>
            <FileName name={row.name} />
          </b>
        </p>
      )}
      <Refused by={refused} />
      <div className="field">
        <label htmlFor={id}>{say("review.note.label")}</label>
        <textarea
          id={id}
          data-autofocus
          rows={3}
          value={text}
          maxLength={NOTE_CHARACTERS}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <div className="digits">
        <Choice
          legend={say("review.category.label")}
          name="category"
          options={[
            { value: "", label: say("review.category.none") },
            ...CATEGORIES.map((value) => ({ value: String(value), label: number(language, value) })),
          ]}
          value={category}
          onChoose={setCategory}
        />
      </div>
    </Ask>
  );
}
