// Control and format characters, unassigned, private and lone surrogates, line and paragraph
// separators, odd spaces, joiners and variation selectors.
const HIDDEN =
  /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Cn}|\p{Zl}|\p{Zp}|[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\u115F\u1160\u3164\uFFA0]|\u034F|[\uFE00-\uFE0F]/gu;
// Khmer needs these between its letters: zero-width space, non-joiner, joiner.
const NEEDED = /(?<=[\u1780-\u17FF])[\u200B-\u200D](?=[\u1780-\u17FF])/u;

/**
 * A foreign text (a file's name, a serial number) so that nothing in it is invisible or turns the text around:
 * such characters are written as ⟨U+202E⟩. The joiners that Khmer spelling needs stay.
 */
export function shownText(text: string): string {
  return text.replace(HIDDEN, (character, at: number) => {
    const near = text.slice(Math.max(0, at - 1), at + 2);
    if (NEEDED.test(near)) return character;
    return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A foreign text for HTML: visible, escaped, isolated from the text around it, never translated. */
export function foreignHtml(text: string): string {
  return `<bdi translate="no">${escapeHtml(shownText(text))}</bdi>`;
}
