/** Begins no line: closing marks, signs that belong to what stands before, and the spaces that do not break. */
const NO_START = /^[\p{M}\p{Pe}\p{Pf}។៕៖ៗ៘,.;:!?%…°\u00A0\u200C\u200D]/u;
/** Ends no line. */
const NO_END = /[\p{Ps}\p{Pi}\u00A0\u17D2\u200C\u200D]$/u;
const KHMER_END = /[\u1780-\u17D3\u17D7\u17DD\u200B]$/;
const KHMER_START = /^[\u1780-\u17B3]/;
const segmenter = new Intl.Segmenter("km", { granularity: "word" });

/**
 * Where a line may end: after a space, and between two Khmer words. Never inside a word, a number or a cluster.
 *
 * @returns ascending positions in UTF-16 units; the last is the text's length.
 */
export function lineBreaks(text: string): number[] {
  const breaks: number[] = [];
  let before = "";
  for (const { segment, index } of segmenter.segment(text)) {
    if (index > 0 && mayBreak(before, segment)) breaks.push(index);
    before = segment;
  }
  return [...breaks, text.length];
}

function mayBreak(before: string, after: string): boolean {
  if (/^\s/.test(after) || NO_START.test(after) || NO_END.test(before)) return false;
  return /[ \n]$/.test(before) || (KHMER_END.test(before) && KHMER_START.test(after));
}

/**
 * Whether a word too long for a line may be cut here: never between a letter and its marks, its subscript, or its other half.
 */
export function mayCut(text: string, at: number): boolean {
  return !isInside(text, at) && !NO_START.test(text.slice(at, at + 2)) && !NO_END.test(text.slice(at - 1, at));
}

/** Whether a place lies inside what is drawn as one: a letter with its marks and subscripts. */
export function isInside(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (
    (unit >= 0xdc00 && unit <= 0xdfff) ||
    /^[\p{M}\u200B-\u200D]/u.test(text.slice(at, at + 2)) ||
    text[at - 1] === "\u17d2"
  );
}

/** Lets no line end before a per cent sign. */
export function holdTogether(text: string): string {
  return text.replace(/ %/g, "\u00A0%");
}
