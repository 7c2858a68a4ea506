// signing, on Node: keys that sign (Ed25519), seals (age v1) at native speed, certificates, Merkle trees, the hash chain, and
// the commands that make keys. Passphrases are tried in a short child process. Never logs a secret, never overwrites a key.

export type { ReadAt } from "./age-header.node.ts";
export { checkRecipients } from "./age-header.node.ts";
export type { Enrolment } from "./certificate.node.ts";
export { enrol, readCertificate, verifyCertificate } from "./certificate.node.ts";
export { verifySignature } from "./ed25519.node.ts";
export { CHAIN_START, chainHash } from "./hash-chain.node.ts";
export type { Identity, Signer, WrapOptions } from "./identity.node.ts";
export { identityAgain, keptIdentity, newIdentity, newSigner, openIdentity, openSigner } from "./identity.node.ts";
export { identityEnrol } from "./identity-enrol.command.ts";
export { identityNew } from "./identity-new.command.ts";
export { readCertificateFile, readKeyFile } from "./key-files.node.ts";
export { merkleRoot } from "./merkle-tree.node.ts";
export type { SealedReader, Sealing } from "./sealed-file.node.ts";
export { beginSealing, continueSealing, newSealKey, openSealed, sealFile } from "./sealed-file.node.ts";
export { signerNew } from "./signer-new.command.ts";
