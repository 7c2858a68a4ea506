/** What a key means while the list of findings has the focus. */
export type ReviewMove =
  | { move: "row"; index: number }
  | { move: "category"; category: number | null }
  | { move: "note" };

/**
 * Keys of whoever reviews many findings: up and down, 0 to 9 for a category (also in Khmer digits), Backspace takes it away, N for
 * a note. Any other key, and any with Ctrl, Alt or Meta, means nothing.
 *
 * @param at The row that has the focus; rows: how many there are.
 */
export function reviewKey(
  pressed: { key: string; code: string; ctrlKey: boolean; altKey: boolean; metaKey: boolean },
  { at, rows }: { at: number; rows: number },
): ReviewMove | null {
  const { key, code } = pressed;
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey || rows === 0) return null;
  if (key === "ArrowDown") return { move: "row", index: Math.min(rows - 1, at + 1) };
  if (key === "ArrowUp") return { move: "row", index: Math.max(0, at - 1) };
  if (key === "Home") return { move: "row", index: 0 };
  if (key === "End") return { move: "row", index: rows - 1 };
  if (key === "Backspace" || key === "Delete") return { move: "category", category: null };
  const digit = /^[0-9]$/.test(key) ? Number(key) : /^[០-៩]$/u.test(key) ? key.charCodeAt(0) - 0x17e0 : null;
  if (digit !== null) return { move: "category", category: digit };
  return code === "KeyN" || key.toLowerCase() === "n" ? { move: "note" } : null;
}
