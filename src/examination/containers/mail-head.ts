const FIELD =
  /^(?:received|from|to|date|subject|message-id|mime-version|content-type|return-path|delivered-to|x-[a-z-]+)[ \t]*:/i;

function lines(head: Uint8Array): string[] {
  return String.fromCharCode(...head.subarray(0, 2048)).split(/\r?\n/, 24);
}

/** Whether a file begins as a mail: at least three header fields, and two of those that every mail has. */
export function looksLikeMail(head: Uint8Array): boolean {
  if (head.length < 40 || head.subarray(0, 64).some((byte) => byte === 0)) return false;
  const [first = "", ...rest] = lines(head);
  if (!FIELD.test(first)) return false;
  const fields = [first, ...rest].filter((line) => FIELD.test(line));
  return fields.length >= 3;
}

/** Whether a file begins as a box of mails: "From ", a year at the line's end, and a mail's header. */
export function looksLikeMbox(head: Uint8Array): boolean {
  if (head[0] !== 0x46 || head[1] !== 0x72 || head[4] !== 0x20) return false;
  const [first = "", ...rest] = lines(head);
  return /^From \S.*\d{4}/.test(first) && rest.filter((line) => FIELD.test(line)).length >= 1;
}
