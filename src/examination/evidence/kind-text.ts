import type { Language } from "#base/words";
import { matchedText } from "./matched-text.ts";
import type { Finding } from "./report-record.ts";
import { plainTeller, type Teller } from "./teller.ts";

/** Spans of a video that are said; report.json holds the others. */
const SPANS_SAID = 3;

/** Whether a finding alone carries red: of that weight, and proven. Likeness is proven by a second proof that agrees. */
export function isRed({ weight, confirmed, likeness }: Finding): boolean {
  return weight === "red" && (confirmed || likeness?.agrees !== undefined);
}

/** What a finding is, in few words. */
export function kindWords(say: Teller["say"], finding: Finding): string {
  const { kind, blocks, distinctBlocks, confirmed, likeness } = finding;
  if (likeness !== undefined) return alikeWords(say, likeness);
  const what =
    kind === "whole-file" ? say("kind.whole-file") : say("kind.blocks", { pieces: blocks, distinct: distinctBlocks });
  const told = confirmed ? what : `${what} (${say("kind.unconfirmed")})`;
  const how = matchedText(finding);
  if (how === null) return told;
  return `${told}; ${how.names}${how.doubt === null ? "" : ` (${say(how.doubt)})`}`;
}

function alikeWords(say: Teller["say"], likeness: NonNullable<Finding["likeness"]>): string {
  const { distanceBits: distance, thresholdBits: threshold, quality, position, entry } = likeness;
  const { percent, spans = [], agrees, confirmedBy, part } = likeness;
  const measured = { distance, threshold, quality, entry };
  const parts =
    percent === undefined
      ? [
          ...[say("kind.likeness", measured), say(`position.${position}`)],
          ...(part === "whole" ? [] : [say("kind.part", { part })]),
        ]
      : [
          say("kind.likeness-video", { ...measured, percent }),
          ...spans.slice(0, SPANS_SAID).map(({ fromMs, toMs }) => {
            return say("kind.span", { from: clockText(fromMs), to: clockText(toMs) });
          }),
        ];
  const known = confirmedBy === undefined ? [] : [confirmedWords(say, confirmedBy)];
  return [...parts, ...known, say(agrees === undefined ? "kind.lead" : `agrees.${agrees}`)].join("; ");
}

function confirmedWords(say: Teller["say"], officers: number): string {
  if (officers > 1) return say("kind.confirmed-by", { officers });
  return say(officers === 1 ? "kind.confirmed-by-one" : "kind.confirmed-by-nobody");
}

/** How many officers confirmed the entry, as its list says. */
export function confirmedText(language: Language, officers: number): string {
  return confirmedWords(plainTeller(language).say, officers);
}

/** How like a finding is to an entry of a list, in one line: distance, threshold, quality, position or times, and what agrees. */
export function alikeText(language: Language, likeness: NonNullable<Finding["likeness"]>): string {
  return alikeWords(plainTeller(language).say, likeness);
}

/** A moment of a video: 4:05, 1:02:03. */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${hours > 0 ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
