// What every machine of ours has (Node, browser, worker); the pure program sees nothing else of its surroundings.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
declare class URL {
  constructor(url: string, base?: string);
  readonly href: string;
  readonly pathname: string;
}
interface AbortSignal {
  readonly aborted: boolean;
}
declare function structuredClone<T>(value: T): T;
