/** A JSON Schema (draft 2020-12) of the part that this room uses. */
export type JsonSchema = Record<string, unknown>;

/** What a foreign value must look like: the check that admits it and the schema that says so to others. */
export interface Shape<T> {
  /** @throws {ShapeError} naming the place, e.g. "findings/3/kind". */
  check(value: unknown, at: string): T;
  schema: JsonSchema;
}

/** A foreign value is not of its shape. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
  readonly at: string;

  constructor(at: string, rule: string) {
    super(`${at === "" ? "the whole" : at}: ${rule}`);
    this.at = at;
  }
}

interface TextLimits {
  max: number;
  min?: number;
  pattern?: string;
}

/** A text of so many UTF-16 units, without lone surrogates (canonical JSON has no form for them). */
export function text({ max, min = 0, pattern }: TextLimits): Shape<string> {
  const test = pattern === undefined ? undefined : new RegExp(pattern, "u");
  return {
    schema: { type: "string", minLength: min, maxLength: max, ...(pattern === undefined ? {} : { pattern }) },
    check: (value, at) => {
      if (typeof value !== "string") throw new ShapeError(at, "must be a text");
      if (value.length < min || value.length > max)
        throw new ShapeError(at, `must be ${min} to ${max} characters long`);
      if (/\p{Cs}/u.test(value)) throw new ShapeError(at, "must be valid Unicode");
      if (test !== undefined && !test.test(value)) throw new ShapeError(at, `must look like ${pattern}`);
      return value;
    },
  };
}

/** A whole number between two limits, both included. */
export function whole(min = 0, max: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  return {
    schema: { type: "integer", minimum: min, maximum: max },
    check: (value, at) => {
      if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
        throw new ShapeError(at, `must be a whole number from ${min} to ${max}`);
      }
      return value;
    },
  };
}

/** Any number between two limits, both included. */
export function real(min: number, max: number): Shape<number> {
  return {
    schema: { type: "number", minimum: min, maximum: max },
    check: (value, at) => {
      if (typeof value !== "number" || !(value >= min && value <= max)) {
        throw new ShapeError(at, `must be a number from ${min} to ${max}`);
      }
      return value;
    },
  };
}

/** True or false. */
export const flag: Shape<boolean> = {
  schema: { type: "boolean" },
  check: (value, at) => {
    if (typeof value !== "boolean") throw new ShapeError(at, "must be true or false");
    return value;
  },
};

/** One of a closed list. */
export function oneOf<const T extends readonly (string | number)[]>(allowed: T): Shape<T[number]> {
  return {
    schema: { enum: allowed },
    check: (value, at) => {
      const found = allowed.find((one) => one === value);
      if (found === undefined) throw new ShapeError(at, `must be one of ${allowed.join(", ")}`);
      return found;
    },
  };
}

/** The shape, or null. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return {
    schema: { anyOf: [shape.schema, { type: "null" }] },
    check: (value, at) => (value === null ? null : shape.check(value, at)),
  };
}

/** A list of at most `max` of one shape. */
export function list<T>(shape: Shape<T>, max: number, min = 0): Shape<T[]> {
  return {
    schema: { type: "array", items: shape.schema, minItems: min, maxItems: max },
    check: (value, at) => {
      if (!Array.isArray(value)) throw new ShapeError(at, "must be a list");
      if (value.length < min || value.length > max) throw new ShapeError(at, `must have ${min} to ${max} members`);
      return value.map((one, i) => shape.check(one, `${at}/${i}`));
    },
  };
}

type Fields<T> = { [K in keyof T]-?: Shape<Exclude<T[K], undefined>> };
type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** An object with these fields and no other; those in `optional` may be missing. */
export function object<T extends object>(fields: Fields<T>, optional: readonly OptionalKeys<T>[] = []): Shape<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const missable: readonly unknown[] = optional;
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, fields[name].schema])),
      required: names.filter((name) => !missable.includes(name)),
      additionalProperties: false,
    },
    check: (value, at) => {
      const given = plainObject(value, at);
      for (const name of Object.keys(given)) {
        if (!Object.hasOwn(fields, name)) throw new ShapeError(join(at, name.slice(0, 80)), "is not known here");
      }
      const checked: Partial<T> = {};
      for (const name of names) {
        if (Object.hasOwn(given, name))
          checked[name] = fields[name].check(given[name], join(at, name)) as T[keyof T & string];
        else if (!missable.includes(name)) throw new ShapeError(join(at, name), "is missing");
      }
      return checked as T;
    },
  };
}

/** An object whose names are free and whose values are of one shape. */
export function record<T>(shape: Shape<T>, max: number): Shape<Record<string, T>> {
  return {
    schema: { type: "object", additionalProperties: shape.schema, maxProperties: max },
    check: (value, at) => {
      const entries = Object.entries(plainObject(value, at));
      if (entries.length > max) throw new ShapeError(at, `must have at most ${max} members`);
      return Object.fromEntries(entries.map(([name, one]) => [name, shape.check(one, join(at, name.slice(0, 80)))]));
    },
  };
}

/** Either of two shapes. */
export function either<A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> {
  return {
    schema: { anyOf: [first.schema, second.schema] },
    check: (value, at) => {
      try {
        return first.check(value, at);
      } catch {
        return second.check(value, at);
      }
    },
  };
}

/** An object of any JSON; how deep and how large is bounded by whoever parsed it. */
export const freeObject: Shape<Record<string, unknown>> = { schema: { type: "object" }, check: plainObject };

function plainObject(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new ShapeError(at, "must be an object");
  return value as Record<string, unknown>;
}

function join(at: string, name: string): string {
  return at === "" ? name : `${at}/${name}`;
}
