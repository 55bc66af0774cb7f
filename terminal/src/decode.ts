/** Says where a message from the server is not what the contract promises. */
export class ShapeError extends Error {
  constructor(
    public path: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super();
    this.name = "ShapeError";
  }

  override get message(): string {
    return `${this.path || "message"}: expected ${this.expected}, got ${this.got}`;
  }
}

/** Returns the value as its type, or throws a ShapeError. */
export type Reader<T> = (value: unknown) => T;

/** The type that a reader returns. */
export type Read<R> = R extends Reader<infer T> ? T : never;

const DECIMAL = /^-?\d+(\.\d+)?$/;

export const text: Reader<string> = (value) => (typeof value === "string" ? value : fail("text", value));

export const flag: Reader<boolean> = (value) => (typeof value === "boolean" ? value : fail("true or false", value));

export const number: Reader<number> = (value) =>
  typeof value === "number" && Number.isFinite(value) ? value : fail("a number", value);

/** A decimal number as text: it is never turned into a floating-point number on the way to the screen. */
export const decimal: Reader<string> = (value) =>
  typeof value === "string" && DECIMAL.test(value) ? value : fail("a decimal as text", value);

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : reader(value));
}

/** Absent counts as null: for fields that newer servers add. */
export function optional<T>(reader: Reader<T>): Reader<T | null> {
  return (value) => (value === undefined || value === null ? null : reader(value));
}

export function oneOf<const T extends string>(...words: T[]): Reader<T> {
  return (value) => (words.includes(value as T) ? (value as T) : fail(words.join(" | "), value));
}

export function list<T>(reader: Reader<T>): Reader<T[]> {
  return (value) => {
    if (!Array.isArray(value)) return fail("a list", value);
    const read: T[] = [];
    for (let i = 0; i < value.length; i++) read.push(at(`[${i}]`, reader, value[i]));
    return read;
  };
}

export function pair<A, B>(first: Reader<A>, second: Reader<B>): Reader<[A, B]> {
  return (value) =>
    Array.isArray(value) && value.length === 2
      ? [at("[0]", first, value[0]), at("[1]", second, value[1])]
      : fail("a pair", value);
}

/** Fields that the contract does not name are left out, so that a server may add some. */
export function object<T extends object>(fields: { [K in keyof T]: Reader<T[K]> }): Reader<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return fail("an object", value);
    const read = {} as T;
    for (const name of names) read[name] = at(`.${name}`, fields[name], (value as Record<string, unknown>)[name]);
    return read;
  };
}

// The path is put together only on the way out of a failure: reading what is right costs no text.
function at<T>(step: string, reader: Reader<T>, value: unknown): T {
  try {
    return reader(value);
  } catch (error) {
    if (error instanceof ShapeError) error.path = step + error.path;
    throw error;
  }
}

function fail(expected: string, value: unknown): never {
  throw new ShapeError("", expected, describe(value));
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const shown = JSON.stringify(value) ?? typeof value;
  return shown.length > 40 ? `${shown.slice(0, 39)}…` : shown;
}
