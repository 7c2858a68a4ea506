import { NativeSelect, TextInput } from "@mantine/core";
import { type ReactNode, type Ref, useState } from "react";
import { Drawing, type DrawingName } from "./drawings.screen.tsx";
import { useSay } from "./settings.screen.tsx";
import { sayUi } from "./words.ts";

const FIELD = {
  root: "field",
  wrapper: "field-box",
  label: "field-label",
  error: "field-error",
  description: "dim sm",
};

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** Left the field, or Enter: the moment to keep it. */
  onDone?: () => void;
  hint?: string;
  /** Ink and "!" below the field. */
  error?: string | null;
  id?: string;
  inputRef?: Ref<HTMLInputElement>;
  disabled?: boolean;
}

/** A line of text with its label above, hint and error below. */
export function Field({
  label,
  value,
  onInput,
  onDone,
  hint,
  error = null,
  id,
  inputRef,
  disabled = false,
}: FieldProps) {
  return (
    <TextInput
      unstyled
      classNames={FIELD}
      label={label}
      value={value}
      onChange={(event) => onInput(event.currentTarget.value)}
      onBlur={() => onDone?.()}
      {...(error === null ? {} : { error: <FieldError text={error} /> })}
      description={hint}
      inputWrapperOrder={["label", "input", "error", "description"]}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      disabled={disabled}
      {...(id === undefined ? {} : { id })}
      {...(inputRef === undefined ? {} : { ref: inputRef })}
    />
  );
}

/** A passphrase: never shown, except while the eye is held. */
export function PassphraseField({
  label,
  value,
  onInput,
  hint,
  error = null,
  id,
  inputRef,
  disabled = false,
}: FieldProps) {
  const say = useSay(sayUi);
  const [held, setHeld] = useState(false);
  const hold = (down: boolean) => (): void => setHeld(down);
  return (
    <div className="passphrase">
      <TextInput
        unstyled
        classNames={FIELD}
        type={held ? "text" : "password"}
        label={label}
        value={value}
        onChange={(event) => onInput(event.currentTarget.value)}
        {...(error === null ? {} : { error: <FieldError text={error} /> })}
        description={hint}
        inputWrapperOrder={["label", "input", "error", "description"]}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        disabled={disabled}
        {...(id === undefined ? {} : { id })}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
      />
      <button
        type="button"
        className="eye"
        aria-label={say("field.show")}
        aria-pressed={held}
        onPointerDown={hold(true)}
        onPointerUp={hold(false)}
        onPointerLeave={hold(false)}
        onBlur={hold(false)}
        onKeyDown={(event) => event.key === " " && setHeld(true)}
        onKeyUp={hold(false)}
      >
        <Drawing name="eye" />
      </button>
    </div>
  );
}

function FieldError({ text }: { text: string }) {
  return (
    <>
      <b aria-hidden="true">! </b>
      {text}
    </>
  );
}

/** Without it Mantine draws arrows of its own beside those of the browser. */
const NO_SIGN = <span hidden />;

/** A closed list of more than five. */
export function Pick({
  label,
  value,
  options,
  onChoose,
  hint,
  id,
}: {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChoose: (value: string) => void;
  hint?: string;
  id?: string;
}) {
  return (
    <NativeSelect
      unstyled
      classNames={FIELD}
      label={label}
      value={value}
      data={options}
      onChange={(event) => onChoose(event.currentTarget.value)}
      description={hint}
      inputWrapperOrder={["label", "input", "error", "description"]}
      rightSection={NO_SIGN}
      {...(id === undefined ? {} : { id })}
    />
  );
}

/** One of few; each a plate of its own. The legend is read first; `hideLegend` where a heading already says it. */
export function Choice<T extends string>({
  legend,
  name,
  options,
  value,
  onChoose,
  hideLegend = false,
  columns = 3,
  tall = false,
}: {
  legend: ReactNode;
  name: string;
  options: { value: T; label: ReactNode }[];
  value: T | null;
  onChoose: (value: T) => void;
  hideLegend?: boolean;
  columns?: 1 | 3;
  tall?: boolean;
}) {
  return (
    <fieldset className="q">
      <legend className={hideLegend ? "vh" : ""}>{legend}</legend>
      <div className={`choices${columns === 3 ? " three" : ""}${tall ? " tall" : ""}`}>
        {options.map((option) => (
          <label className="choice" key={option.value}>
            <input type="radio" name={name} checked={value === option.value} onChange={() => onChoose(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/**
 * A device: pressed as a whole where it can be chosen; `flat` (dashed) where it cannot; `own` (hatched) for this computer's.
 *
 * @param tag A short word beside the name, e.g. "Just plugged in".
 */
export function DevicePlate({
  drawing,
  name,
  size,
  tag,
  children,
  ...kind
}: {
  drawing: DrawingName;
  name: ReactNode;
  size?: string;
  tag?: string;
  children?: ReactNode;
} & ({ state: "flat" | "own" } | { state: "choice"; chosen: boolean; onChoose: (chosen: boolean) => void })) {
  const inside = (
    <>
      <Drawing name={drawing} />
      <span className="dev-text">
        <span>
          <span className="lead">
            <b>{name}</b> {size === undefined ? null : <b className="nb">{size}</b>}
          </span>{" "}
          {tag === undefined ? null : <span className="tag">{tag}</span>}
        </span>
        {children}
      </span>
    </>
  );
  if (kind.state !== "choice") return <div className={`dev ${kind.state}`}>{inside}</div>;
  return (
    <label className="dev">
      {inside}
      <input
        className="tick"
        type="checkbox"
        checked={kind.chosen}
        onChange={(event) => kind.onChoose(event.currentTarget.checked)}
      />
    </label>
  );
}
