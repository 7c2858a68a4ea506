import type { CommandRequest } from "./command.ts";

/** Arguments that a command gives to another one. */
export interface GivenArguments {
  positionals?: string[];
  /** A text, several texts, or true for a switch. */
  options?: Record<string, string | string[] | true>;
}

/** The same request with other arguments: how one command runs another. */
export function requestWith(request: CommandRequest, given: GivenArguments): CommandRequest {
  const options = given.options ?? {};
  const texts = (option: string): string[] =>
    [options[option] ?? []].flat().filter((value) => typeof value === "string");
  return {
    ...request,
    positionals: given.positionals ?? [],
    texts,
    text: (option) => texts(option)[0],
    flag: (option) => options[option] === true,
  };
}
