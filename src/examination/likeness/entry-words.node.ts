import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import type { Certificate } from "#base/signing";
import { type Identity, readCertificate, verifyCertificate, verifySignature } from "#base/signing/node";
import { canonicalBytes, canonicalText, fromHex, toHex, utf8 } from "#base/values";
import { type EntryClaim, type EntryWord, readWordLine, wordBytes } from "./entry-word.ts";
import { likenessFault } from "./faults.ts";
import type { SaidWord } from "./weighed-words.ts";

const FILE_MAX_BYTES = 64 << 20;
/** Clocks of kits are a little off. */
const AHEAD_MOST_MS = 86_400_000;

/** Signs a word. The certificate must be of the identity's key. */
export function signWord(claim: EntryClaim, identity: Identity, certificate: Certificate): EntryWord {
  const signature = toHex(identity.sign(wordBytes(claim, certificate)));
  return { format: "phum-likeness-word", version: 1, ...claim, certificate, signature };
}

/**
 * Writes a word behind those that a file holds already, down to the medium.
 *
 * @throws {Fault} likeness/word where the file holds anything else; likeness/words-unwritable.
 */
export function appendWord(path: string, word: EntryWord): void {
  if (existsSync(path)) for (const _ of wordLines(path));
  const line = utf8(`${canonicalText(word)}\n`);
  try {
    const fd = openSync(path, "a", 0o600);
    try {
      for (let written = 0; written < line.length; ) written += writeSync(fd, line, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw likenessFault("likeness/words-unwritable", `Cannot write ${path}`, { values: { path }, cause });
  }
}

/**
 * The words of a file, each proved: the officer's signature, the agency's certificate for the key, held at the word's own time, by an agency
 * that is trusted. One that is not refuses all.
 *
 * @param trust Agencies' public keys, hexadecimal.
 * @throws {Fault} likeness/words-missing, likeness/word, likeness/word-version, likeness/word-stranger, likeness/word-expired, likeness/word-future.
 */
export function provenWords(path: string, { trust, nowMs }: { trust: readonly string[]; nowMs: number }): SaidWord[] {
  return [...wordLines(path)].map(({ word, line }) => {
    const { certificate: stated, signature, format: _format, version: _version, ...said } = word;
    const place = { path, line };
    let certificate: Certificate;
    let held: ReturnType<typeof verifyCertificate>;
    try {
      certificate = readCertificate(canonicalBytes(stated));
      held = verifyCertificate(certificate, Date.parse(word.at));
    } catch (cause) {
      throw likenessFault("likeness/word", `Cannot believe ${path}, line ${line}`, { values: place, cause });
    }
    const { signPublic, name, unit, validUntil } = certificate;
    if (!verifySignature(signPublic, wordBytes(word, certificate), fromHex(signature))) {
      throw likenessFault("likeness/word", `${path}, line ${line}: the signature does not hold`, { values: place });
    }
    const who = { ...place, name, unit };
    if (!trust.includes(held.agencyKey)) {
      const values = { ...who, key: held.agencyKey };
      throw likenessFault("likeness/word-stranger", `${name} is vouched for by nobody who is trusted`, { values });
    }
    if (held.expired) {
      const values = { ...who, until: validUntil.slice(0, 10) };
      throw likenessFault("likeness/word-expired", `${name} was certified until ${validUntil}`, { values });
    }
    if (Date.parse(word.at) > nowMs + AHEAD_MOST_MS) {
      throw likenessFault("likeness/word-future", `${word.at} is to come`, { values: { ...who, at: word.at } });
    }
    return { ...said, signature, person: { name, unit, signPublic } };
  });
}

/** Lines of a file of words, each of its form. */
function* wordLines(path: string): Generator<{ word: EntryWord; line: number }> {
  let text: string;
  try {
    if (statSync(path).size > FILE_MAX_BYTES) throw new RangeError("Cannot read a file of words of this size");
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (cause) {
    if (cause instanceof Error && "errno" in cause) {
      throw likenessFault("likeness/words-missing", `Cannot read ${path}`, { values: { path }, cause });
    }
    throw likenessFault("likeness/word", `Cannot read ${path}`, { values: { path, line: 1 }, cause });
  }
  const lines = text.split("\n");
  // The last line is ended too: what is behind it is empty.
  for (const [i, written] of lines.entries()) {
    if (i === lines.length - 1 && i > 0 && written === "") return;
    const word = i === lines.length - 1 ? undefined : readWordLine(written);
    const values = { path, line: i + 1 };
    if (word === "version") throw likenessFault("likeness/word-version", `${path}: a later version`, { values });
    if (word === undefined) throw likenessFault("likeness/word", `${path}, line ${i + 1} is no word`, { values });
    yield { word, line: i + 1 };
  }
}
