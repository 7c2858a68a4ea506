/** The public half of an officer's identity: what officer.pub holds. */
export interface OfficerPublic {
  format: "phum-officer";
  version: 1;
  /** To whom files are sealed: an age X25519 recipient, age1…. */
  recipient: string;
  /** Ed25519 public key, 64 hexadecimal digits. */
  signPublic: string;
  /** Signature by signPublic over the canonical JSON without this field: the maker holds both keys. */
  proof: string;
}

/** An agency's word for an officer. Signed: the canonical JSON without `signature`. */
export interface Certificate {
  format: "phum-certificate";
  version: 1;
  name: string;
  unit: string;
  /** ISO 8601 date and time, UTC. */
  validUntil: string;
  issuedAt: string;
  recipient: string;
  signPublic: string;
  /** The agency's Ed25519 public keys, to be believed on the officer's kit; the signing one is among them. */
  agencyKeys: string[];
  /** To whom an annex for the agency is sealed: an age X25519 recipient. */
  agencyRecipient: string;
  signedBy: string;
  /** Ed25519, 128 hexadecimal digits. */
  signature: string;
}
