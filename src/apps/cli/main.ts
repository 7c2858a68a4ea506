// phum: joins the rooms' commands and their answers to Faults. No rule stands here.
import { commandlineAnswers, roomAnswers, sayCommandline } from "#base/commandline";
import { runCommands } from "#base/commandline/node";

process.exitCode = await runCommands(
  { commands: [], answers: [roomAnswers(commandlineAnswers, sayCommandline)] },
  process.argv.slice(2),
);
