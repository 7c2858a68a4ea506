import { little, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { readBytes } from "./read-bytes.ts";

// winmail.dat: attachments as Outlook sends them. @see [MS-OXTNEF] 2.1.3

const HEAD_BYTES = 6;
const FIELD_HEAD_BYTES = 9;
const FIELDS_MOST = 200_000;
const [BEGIN, TITLE, BYTES, OBJECTS, MESSAGE] = [0x9002, 0x8010, 0x800f, 0x9005, 0x9003];
const NAME_MOST_BYTES = 1024;

export function readTnef(source: ByteSource, visit: ContainerVisit): void {
  let number = 0;
  let [name, bytes] = [null as Uint8Array | null, null as ByteSource | null];
  const give = (): void => {
    if (bytes !== null) {
      const path = [name ?? utf8(`attachment${number}`)];
      visit.entry({ path, content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes, search: true });
    }
    [name, bytes] = [null, null];
  };
  for (let at = HEAD_BYTES, count = 0; at + FIELD_HEAD_BYTES <= source.sizeBytes && count < FIELDS_MOST; count++) {
    const head = readBytes(source, at, FIELD_HEAD_BYTES);
    const [level, kind, lengthBytes] = [head[0] ?? 0, little(head, 1, 2), little(head, 5, 4)];
    const value = slice(source, at + FIELD_HEAD_BYTES, lengthBytes);
    if (level !== 1 && level !== 2) {
      visit.problem("damaged");
      break;
    }
    if (kind === BEGIN) {
      give();
      number++;
    } else if (kind === BYTES) bytes = value;
    else if (kind === TITLE) name = titleOf(value);
    else if (kind === OBJECTS || kind === MESSAGE) {
      // Properties: pictures in them are looked for by their structure.
      const path = [utf8(`properties-${at}`)];
      visit.entry({ path, content: { how: "plain", bytes: value }, sizeBytes: value.sizeBytes, search: true });
    }
    if (value.sizeBytes < lengthBytes) visit.problem("damaged");
    at += FIELD_HEAD_BYTES + lengthBytes + 2;
  }
  give();
}

function titleOf(value: ByteSource): Uint8Array | null {
  const bytes = readBytes(value, 0, NAME_MOST_BYTES);
  const end = bytes.indexOf(0);
  const name = bytes.slice(0, end < 0 ? bytes.length : end).map((byte) => (byte === 0x2f ? 0x5f : byte));
  return name.length === 0 ? null : name;
}
