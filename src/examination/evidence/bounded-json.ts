const DEEPEST = 32;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Parses JSON of unknown origin: strict UTF-8, nested at most 32 deep, within `maxBytes`.
 *
 * @returns undefined when the bytes are not such JSON.
 */
export function boundedJson(bytes: Uint8Array, maxBytes: number): unknown {
  if (bytes.length > maxBytes || !shallow(bytes)) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Whether brackets outside texts nest at most DEEPEST deep; counted before parsing, so that no stack is asked for. */
function shallow(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > DEEPEST) return false;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return true;
}
