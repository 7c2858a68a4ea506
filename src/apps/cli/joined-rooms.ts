import { kit, kitAnswers, sayKit } from "#apps/kit/node";
import { commandlineAnswers, roomAnswers, sayCommandline } from "#base/commandline";
import { runCommands } from "#base/commandline/node";
import { saySigning, signingAnswers } from "#base/signing";
import { identityEnrol, identityNew, signerNew } from "#base/signing/node";
import { evidenceAnswers, sayEvidence } from "#examination/evidence";
import { reportOpen, reportPdfCommand, reportSeal, reportVerify } from "#examination/evidence/node";
import { exchangeAnswers, sayExchange } from "#examination/exchange";
import { reportCheckExport, reportExport } from "#examination/exchange/node";
import { filtersAnswers, sayFilters } from "#examination/filters";
import {
  filterBuild,
  filterMerge,
  filterRekey,
  filterSeal,
  filterShow,
  filterVerify,
  likenessWord,
} from "#examination/filters/node";
import { hashlistsAnswers, sayHashlists } from "#examination/hashlists";
import { filterImport } from "#examination/hashlists/node";
import { lanesAnswers, sayLanes } from "#examination/lanes";
import { likenessAnswers, sayLikeness } from "#examination/likeness";
import { likenessCompare, likenessHash } from "#examination/likeness/node";
import { openingAnswers, sayOpening } from "#examination/opening";
import { carve, extract, list, verify } from "#examination/opening/node";
import { picturesAnswers, sayPictures } from "#examination/pictures";
import { practiceAnswers, sayPractice } from "#examination/practice";
import { practice } from "#examination/practice/node";
import { sayShift, shiftAnswers } from "#examination/shift";
import { kitAddList, kitAddOfficer, kitOffencesCommand, kitPolicyCommand } from "#examination/shift/node";
import { saySources, sourceAnswers } from "#examination/sources";
import { devices } from "#examination/sources/node";
import { sayTriage, triageAnswers } from "#examination/triage";
import { examine, likenessSearch } from "#examination/triage/node";
import { start } from "./start.command.ts";

/** All commands, in the order in which help lists them. */
const commands = [
  start,
  kit,
  examine,
  reportVerify,
  reportPdfCommand,
  reportSeal,
  reportOpen,
  reportExport,
  reportCheckExport,
  devices,
  list,
  extract,
  carve,
  verify,
  practice,
  likenessHash,
  likenessCompare,
  likenessSearch,
  likenessWord,
  filterBuild,
  filterImport,
  filterShow,
  filterVerify,
  filterMerge,
  filterSeal,
  filterRekey,
  signerNew,
  identityNew,
  identityEnrol,
  kitAddOfficer,
  kitAddList,
  kitPolicyCommand,
  kitOffencesCommand,
];

const answers = [
  roomAnswers(commandlineAnswers, sayCommandline),
  roomAnswers(signingAnswers, saySigning),
  roomAnswers(sourceAnswers, saySources),
  roomAnswers(openingAnswers, sayOpening),
  roomAnswers(filtersAnswers, sayFilters),
  roomAnswers(hashlistsAnswers, sayHashlists),
  roomAnswers(triageAnswers, sayTriage),
  roomAnswers(evidenceAnswers, sayEvidence),
  roomAnswers(exchangeAnswers, sayExchange),
  roomAnswers(likenessAnswers, sayLikeness),
  roomAnswers(practiceAnswers, sayPractice),
  roomAnswers(picturesAnswers, sayPictures),
  roomAnswers(shiftAnswers, sayShift),
  roomAnswers(lanesAnswers, sayLanes),
  roomAnswers(kitAnswers, sayKit),
];

/** Runs the command that the words name. @returns the exit code. */
export function runPhum(words: readonly string[]): Promise<number> {
  return runCommands({ commands, answers }, words);
}
