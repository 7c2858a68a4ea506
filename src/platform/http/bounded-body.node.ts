/** A body is larger than was allowed. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/**
 * The pieces of a request's body, at most `maxBytes` of them together, however long it says it is.
 *
 * @throws {BodyTooLarge}
 */
export async function* boundedBody(request: Request, maxBytes: number): AsyncGenerator<Uint8Array> {
  const said = Number(request.headers.get("content-length") ?? 0);
  if (!(said <= maxBytes)) throw new BodyTooLarge(`Cannot take ${said} bytes: at most ${maxBytes}`);
  if (request.body === null) return;
  let length = 0;
  for await (const piece of request.body) {
    length += piece.length;
    if (length > maxBytes) throw new BodyTooLarge(`Cannot take more than ${maxBytes} bytes`);
    yield piece;
  }
}

/** A small body as text; undefined where it is not UTF-8. @throws {BodyTooLarge} */
export async function boundedText(request: Request, maxBytes: number): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  for await (const piece of boundedBody(request, maxBytes)) pieces.push(piece);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    return undefined;
  }
}
