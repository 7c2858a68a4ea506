/** A value of LVM2's text: text, number, list, or a section of its own. */
type LvmValue = string | number | LvmValue[] | LvmSection;
export interface LvmSection {
  [key: string]: LvmValue;
}

const DEPTH_LIMIT = 16;
const VALUES_LIMIT = 500_000;

/** What one piece of the text is: a mark, a text in quotes, a word (a name or a number). */
interface Token {
  kind: "mark" | "text" | "word" | "end";
  text: string;
}

/**
 * Reads LVM2's text of metadata: `name = value` and `name { … }`, lists in brackets, comments from #.
 *
 * @returns What stands before the first thing that cannot be understood, and whether all of it was.
 * @see lvm.conf(5), "SYNTAX"
 */
export function readLvmText(text: string): { section: LvmSection; whole: boolean } {
  const next = tokens(text);
  const section: LvmSection = Object.create(null);
  let left = VALUES_LIMIT;

  const readValue = (first: Token): LvmValue | undefined => {
    if (left-- <= 0) return undefined;
    if (first.kind === "text") return first.text;
    if (first.kind === "word") return Number.isFinite(Number(first.text)) ? Number(first.text) : first.text;
    if (first.text !== "[") return undefined;
    const list: LvmValue[] = [];
    for (let token = next(); token.text !== "]" || token.kind !== "mark"; token = next()) {
      if (token.kind === "mark" && token.text === ",") continue;
      const value = token.kind === "text" || token.kind === "word" ? readValue(token) : undefined;
      if (value === undefined) return undefined;
      list.push(value);
    }
    return list;
  };

  const readInto = (into: LvmSection, depth: number): boolean => {
    for (let name = next(); ; name = next()) {
      if (name.kind === "end") return depth === 0;
      if (name.kind === "mark") return name.text === "}" && depth > 0;
      const mark = next();
      if (mark.kind !== "mark" || left-- <= 0) return false;
      if (mark.text === "{") {
        const inner: LvmSection = Object.create(null);
        into[name.text] = inner;
        if (depth >= DEPTH_LIMIT || !readInto(inner, depth + 1)) return false;
      } else {
        const value = mark.text === "=" ? readValue(next()) : undefined;
        if (value === undefined) return false;
        into[name.text] = value;
      }
    }
  };
  return { whole: readInto(section, 0), section };
}

function tokens(text: string): () => Token {
  const pattern = /(?:\s|#[^\n]*)*(?:([{}[\]=,])|"((?:[^"\\]|\\.)*)"|([^\s{}[\]=,"#]+)|$)/gsuy;
  return () => {
    const found = pattern.exec(text);
    if (found === null) return { kind: "end", text: "" };
    const [, mark, quoted, word] = found;
    if (mark !== undefined) return { kind: "mark", text: mark };
    if (quoted !== undefined) return { kind: "text", text: quoted.replaceAll(/\\(.)/gsu, "$1") };
    if (word !== undefined) return { kind: "word", text: word };
    return { kind: "end", text: "" };
  };
}

/** The section of a name; null where there is none. */
export function sectionOf(section: LvmSection, name: string): LvmSection | null {
  const value = section[name];
  return typeof value === "object" && !Array.isArray(value) ? value : null;
}

/** A whole number from 0 up to what adds up without loss; undefined where it is none. */
export function numberOf(section: LvmSection, name: string): number | undefined {
  const value = section[name];
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function textOf(section: LvmSection, name: string): string | undefined {
  const value = section[name];
  return typeof value === "string" ? value : undefined;
}
