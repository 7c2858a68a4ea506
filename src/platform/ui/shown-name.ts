/** Longest name that is shown whole; about six lines of a narrow screen. */
const WHOLE_CHARACTERS = 180;

/** Characters that draw nothing or turn the line: controls, marks of direction, separators, zero-width ones, lone surrogates. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udc7f]/g;

/** A foreign name made visible: what draws nothing or turns the line is written as ⟨U+202E⟩. */
export function visibleName(name: string): string {
  return name.replace(HIDDEN, (character) => `⟨U+${codeOf(character)}⟩`);
}

/** A name as it is shown: visible, and cut in the middle where it is too long for six lines. */
export function shownName(name: string): { text: string; cut: boolean } {
  const characters = [...visibleName(name)];
  if (characters.length <= WHOLE_CHARACTERS) return { text: characters.join(""), cut: false };
  const half = WHOLE_CHARACTERS / 2;
  return { text: `${characters.slice(0, half).join("")} … ${characters.slice(-half).join("")}`, cut: true };
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
