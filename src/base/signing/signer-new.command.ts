import type { Command } from "#base/commandline";
import { newPassphrase } from "./command-passphrase.node.ts";
import { newSigner } from "./identity.node.ts";
import { refuseExisting, writeOwnFile } from "./key-files.node.ts";
import { saySigning } from "./words.ts";

/** `phum signer new`: an agency's key. Last line: the bare public key. */
export const signerNew: Command = {
  path: ["signer", "new"],
  options: { out: { value: "FILE", required: true }, "passphrase-file": { value: "FILE" } },
  help: (language) => ({
    summary: saySigning(language, "help.signer-new"),
    options: {
      out: saySigning(language, "help.signer-new.out"),
      "passphrase-file": saySigning(language, "help.passphrase-file"),
    },
  }),
  run: async (request) => {
    const { language, out } = request;
    const key = request.path(request.text("out") ?? "");
    refuseExisting(key);
    const signer = await newSigner(await newPassphrase(request));
    writeOwnFile(key, signer.file);
    out(saySigning(language, "out.key", { path: key }));
    out(saySigning(language, "out.never-on-a-kit"));
    out(saySigning(language, "out.public-key"));
    out(signer.publicKey);
    return 0;
  },
};
