import { plain } from "./outline.ts";

/** Characters of one Type3 font: codes 1 to 255. */
const CODES = 255;
/** Width of each letter of the layer, thousandths of an em; a word is stretched to its drawing. */
const LETTER_WIDTH = 500;
/** Marks are 0 wide: pdf.js takes them so whatever a file says, and would see gaps behind them. */
const WIDTHLESS = /[\p{Mn}\p{Cf}]/u;

/** The text under the drawing: nothing of it is seen, each of its letters is exactly one Unicode character. */
export interface TextLayer {
  /** Operators that lay a text over `width` points from x. */
  word(text: string, at: { x: number; y: number; width: number; sizePt: number }): string;
  /** For each font of the layer, its code points in the order of their codes. */
  fonts(): number[][];
}

export function textLayer(): TextLayer {
  const codes = new Map<number, number>();
  const codeOf = (character: string): number => {
    const codePoint = character.codePointAt(0) ?? 0;
    const known = codes.get(codePoint);
    if (known !== undefined) return known;
    codes.set(codePoint, codes.size);
    return codes.size - 1;
  };
  return {
    word: (text, { x, y, width, sizePt }) => {
      const letters = [...text];
      const wide = letters.filter((letter) => !WIDTHLESS.test(letter)).length;
      const naturalWidth = (Math.max(1, wide) * LETTER_WIDTH * sizePt) / 1000;
      const out = [`${(width / naturalWidth).toFixed(5)} 0 0 1 ${plain(x)} ${plain(y)} Tm`];
      let font = -1;
      let shown = "";
      const show = (): void => {
        if (shown !== "") out.push(`/T${font} ${plain(sizePt)} Tf <${shown}> Tj`);
        shown = "";
      };
      for (const letter of letters) {
        const code = codeOf(letter);
        const of = Math.floor(code / CODES);
        if (of !== font) show();
        font = of;
        shown += ((code % CODES) + 1).toString(16).padStart(2, "0");
      }
      show();
      return out.join(" ");
    },
    fonts: () => {
      const points = [...codes.keys()];
      return Array.from({ length: Math.ceil(points.length / CODES) }, (_, i) =>
        points.slice(i * CODES, (i + 1) * CODES),
      );
    },
  };
}

/** Dictionary of one font of the layer; `letter` is the object of the empty drawing, `unicode` that of the map. */
export function layerFont(points: readonly number[], { letter, unicode }: { letter: number; unicode: number }): string {
  const names = points.map(() => "/l").join(" ");
  const widths = points.map((point) => (WIDTHLESS.test(String.fromCodePoint(point)) ? 0 : LETTER_WIDTH)).join(" ");
  return `<</Type/Font/Subtype/Type3/FontBBox[0 -300 ${LETTER_WIDTH} 1000]/FontMatrix[.001 0 0 .001 0 0]/Resources<<>>/CharProcs<</l ${letter} 0 R>>/Encoding<</Type/Encoding/Differences[1 ${names}]>>/FirstChar 1/LastChar ${points.length}/Widths[${widths}]/ToUnicode ${unicode} 0 R>>`;
}

/** What draws a letter of the layer: nothing. */
export const EMPTY_LETTER = "0 0 d0";

/** The map from codes to Unicode, one to one. */
export function unicodeMap(points: readonly number[]): string {
  const lines = points.map((point, i) => `<${hex(i + 1, 2)}> <${utf16(point)}>`);
  const blocks: string[] = [];
  for (let i = 0; i < lines.length; i += 100) {
    const block = lines.slice(i, i + 100);
    blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
${blocks.join("\n")}
endcmap
CMapName currentdict /CMap defineresource pop
end
end`;
}

function utf16(point: number): string {
  const text = String.fromCodePoint(point);
  return [...text.split("")].map((unit) => hex(unit.charCodeAt(0), 4)).join("");
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
