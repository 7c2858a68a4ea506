/** What is said of each subject: values by property, IRIs in full. */
export type Statements = Map<string, Map<string, string[]>>;

const TOKEN =
  /\s+|#[^\n]*|<([^<>"\s]*)>|"""([\s\S]*?)"""|"((?:[^"\\\n]|\\.)*)"|(\^\^|[;,[\]()]|@[A-Za-z-]+)|([^\s;,"<>[\]()^@]+)/y;
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

interface Token {
  /** "iri", "text", "mark" (punctuation) or "name". */
  is: "iri" | "text" | "mark" | "name";
  text: string;
}

/**
 * Reads the part of Turtle that image formats write: prefixes, and statements of IRIs, names and literals. What it does not
 * know it passes over up to the end of the statement.
 *
 * @see W3C, RDF 1.1 Turtle
 */
export function readTurtle(text: string): Statements {
  const statements: Statements = new Map();
  const prefixes = new Map<string, string>();
  let sentence: Token[] = [];
  for (const token of tokens(text)) {
    if (token.is !== "mark" || token.text !== ".") {
      sentence.push(token);
      continue;
    }
    takeSentence(sentence, { statements, prefixes });
    sentence = [];
  }
  return statements;
}

function* tokens(text: string): Generator<Token> {
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) {
      at++; // no token begins here
      continue;
    }
    at = TOKEN.lastIndex;
    const [, iri, long, short, mark, name] = found;
    if (iri !== undefined) yield { is: "iri", text: iri };
    else if (long !== undefined) yield { is: "text", text: long };
    else if (short !== undefined) yield { is: "text", text: short.replace(/\\(.)/g, "$1") };
    else if (mark !== undefined) yield { is: "mark", text: mark };
    else if (name !== undefined) {
      const plain = name.replace(/\.$/, "");
      if (plain !== "") yield { is: "name", text: plain };
      if (plain !== name) yield { is: "mark", text: "." };
    }
  }
}

interface Reading {
  statements: Statements;
  prefixes: Map<string, string>;
}

function takeSentence(sentence: Token[], { statements, prefixes }: Reading): void {
  const [first, second, third] = sentence;
  if (first?.is === "mark" && /^@prefix$/i.test(first.text)) {
    if (second !== undefined && third?.is === "iri") prefixes.set(second.text.replace(/:$/, ""), third.text);
    return;
  }
  if (first === undefined || (first.is !== "iri" && first.is !== "name")) return;
  const full = ({ is, text }: Token): string => {
    const [, prefix, rest] = /^([^:]*):(.*)$/.exec(text) ?? [];
    if (is !== "name") return text;
    if (text === "a") return TYPE;
    return prefix === undefined || !prefixes.has(prefix) ? text : `${prefixes.get(prefix)}${rest}`;
  };
  const subject = full(first);
  const own = statements.get(subject) ?? new Map<string, string[]>();
  statements.set(subject, own);
  let property = "";
  for (let at = 1; at < sentence.length; at++) {
    const token = sentence[at];
    if (token === undefined) break;
    if (token.is === "mark") {
      if (token.text === ";") property = "";
      else if (token.text === "^^") at++; // the kind of the literal before
      continue;
    }
    if (property === "") property = full(token);
    else {
      const kind = sentence[at + 1]?.text === "^^" ? sentence[at + 2] : undefined;
      const value = full(token);
      // Digests are told apart by their kind.
      const key = kind === undefined ? property : `${property} ${full(kind)}`;
      for (const name of new Set([property, key])) own.set(name, [...(own.get(name) ?? []), value]);
    }
  }
}
