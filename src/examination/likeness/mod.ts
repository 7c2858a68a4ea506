// likeness: perceptual fingerprints of pictures, by which a picture is recognised after it was changed, and how near two are. Takes
// decoded pixels; gives fingerprints, distances, matches. A match is a lead, never a conclusion. Runs anywhere.

export { distanceBits } from "./distance-bits.ts";
export type { EntryWord, EntryWordKind, EntryWordReason, NamedEntry } from "./entry-word.ts";
export { ENTRY_WORDS } from "./entry-word.ts";
export { likenessAnswers } from "./faults.ts";
export type { LikenessSet, Match } from "./likeness.ts";
export type { LikenessJudge, NamedSet, VideoLead } from "./likeness-judge.ts";
export { askedOfPicture, hashOfMatch, likenessJudge, openQuarantine } from "./likeness-judge.ts";
export type { Near, NearestIndex, NearFound } from "./nearest-index.ts";
export { nearestTwin } from "./nearest-twin.ts";
export type { Fingerprint } from "./pdq.ts";
export { coefficientsOf, pdqOf, turnedHashes } from "./pdq.ts";
export type { Transform } from "./pdq-bits.ts";
export { hashOf, TRANSFORMS } from "./pdq-bits.ts";
export type { Coefficients } from "./pdq-twin.ts";
export { seriesOf } from "./picture-series.ts";
export type { PartCoefficients, RobustNearest, RobustParts } from "./robust-compare.ts";
export { robustNearest, robustParts } from "./robust-compare.ts";
export type { EntryStandings, SetCollector, SetCounts } from "./set-collector.ts";
export { setCollector } from "./set-collector.ts";
export type { LikenessEntries } from "./set-layout.ts";
export { laySet, officersOf, readEntry, readSet } from "./set-layout.ts";
export { LIKENESS } from "./thresholds.ts";
export type { FrameHash } from "./video-likeness.ts";
export { VIDEO_THRESHOLDS } from "./video-likeness.ts";
export type { SaidWord, WeighedEntry } from "./weighed-words.ts";
export { entryStandings, entryText, weighedWords } from "./weighed-words.ts";
export { reasonText, wordText } from "./word-text.ts";
export { sayLikeness } from "./words.ts";
