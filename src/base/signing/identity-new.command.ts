import type { Command } from "#base/commandline";
import { canonicalText, utf8 } from "#base/values";
import { newPassphrase } from "./command-passphrase.node.ts";
import { newIdentity } from "./identity.node.ts";
import { refuseExisting, removeOwnFile, writeOwnFile } from "./key-files.node.ts";
import { saySigning } from "./words.ts";

/** `phum identity new`: an officer's key, and the public half beside it. Last line: the recipient. */
export const identityNew: Command = {
  path: ["identity", "new"],
  options: { out: { value: "FILE", required: true }, "passphrase-file": { value: "FILE" } },
  help: (language) => ({
    summary: saySigning(language, "help.identity-new"),
    options: {
      out: saySigning(language, "help.identity-new.out"),
      "passphrase-file": saySigning(language, "help.passphrase-file"),
    },
  }),
  run: async (request) => {
    const { language, out } = request;
    const key = request.path(request.text("out") ?? "");
    const beside = `${key.replace(/\.key$/, "")}.pub`;
    refuseExisting(key);
    refuseExisting(beside);
    const identity = await newIdentity(await newPassphrase(request));
    writeOwnFile(key, identity.file);
    try {
      writeOwnFile(beside, utf8(`${canonicalText(identity.public)}\n`));
    } catch (error) {
      removeOwnFile(key);
      throw error;
    }
    out(saySigning(language, "out.key", { path: key }));
    out(saySigning(language, "out.public", { path: beside }));
    out(saySigning(language, "out.recipient"));
    out(identity.public.recipient);
    return 0;
  },
};
