// phum: joins the rooms' commands and their answers to Faults. No rule stands here.
import { commandlineAnswers, roomAnswers, sayCommandline } from "#base/commandline";
import { runCommands } from "#base/commandline/node";
import { saySigning, signingAnswers } from "#base/signing";
import { identityEnrol, identityNew, signerNew } from "#base/signing/node";
import { evidenceAnswers, sayEvidence } from "#examination/evidence";
import { reportVerify } from "#examination/evidence/node";
import { filtersAnswers, sayFilters } from "#examination/filters";
import { filterBuild, filterMerge, filterRekey, filterSeal, filterShow, filterVerify } from "#examination/filters/node";
import { practiceAnswers, sayPractice } from "#examination/practice";
import { practice } from "#examination/practice/node";
import { saySources, sourceAnswers } from "#examination/sources";
import { devices } from "#examination/sources/node";
import { sayTriage, triageAnswers } from "#examination/triage";
import { examine } from "#examination/triage/node";
import { start } from "./start.command.ts";

const commands = [
  start,
  examine,
  reportVerify,
  devices,
  practice,
  filterBuild,
  filterShow,
  filterVerify,
  filterMerge,
  filterSeal,
  filterRekey,
  signerNew,
  identityNew,
  identityEnrol,
];

const answers = [
  roomAnswers(commandlineAnswers, sayCommandline),
  roomAnswers(signingAnswers, saySigning),
  roomAnswers(sourceAnswers, saySources),
  roomAnswers(filtersAnswers, sayFilters),
  roomAnswers(triageAnswers, sayTriage),
  roomAnswers(evidenceAnswers, sayEvidence),
  roomAnswers(practiceAnswers, sayPractice),
];

process.exitCode = await runCommands({ commands, answers }, process.argv.slice(2));
