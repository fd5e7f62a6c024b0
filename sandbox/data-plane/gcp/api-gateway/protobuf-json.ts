type Fields = Readonly<Record<string, unknown>>;

/** The deepest nesting that protobuf reads. */
const DEEPEST = 100;

/** Not JSON as protobuf reads it. */
class Malformed extends Error {}

/**
 * Reads an object as Envoy reads the header and the payload of a token: by protobuf's JSON parser (json/internal/lexer.cc, with the older
 * parser's syntax), into a `google.protobuf.Struct`.
 *
 * The same name twice in one object is an error, at every depth. So are half surrogates, bytes that are not UTF-8, numbers that no double
 * can hold, and more than 100 levels. Accepted beyond JSON are a comma before a closing bracket, texts in single quotes, names without
 * quotes, and control characters in texts. `null` is an empty object.
 */
export function parseProtobufJson(bytes: Uint8Array): Fields | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return new Reader(text).object();
  } catch {
    return undefined;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  object(): Fields {
    const value = this.#value(1);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw new Malformed();
    if (value === null) return {};
    if (typeof value !== "object" || Array.isArray(value)) throw new Malformed();
    return value as Fields;
  }

  #value(depth: number): unknown {
    if (depth > DEEPEST) throw new Malformed();
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next === "{") return this.#fields(depth);
    if (next === "[") return this.#items(depth);
    if (next === '"' || next === "'") return this.#string(next);
    const word = this.#take(/(?:true|false|null)(?!\w)/y);
    if (word !== undefined) return JSON.parse(word);
    const number = Number(this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y));
    if (!Number.isFinite(number)) throw new Malformed();
    return number;
  }

  #fields(depth: number): Fields {
    const fields = new Map<string, unknown>();
    this.#list("}", () => {
      const quote = this.#text[this.#at];
      const name =
        quote === '"' || quote === "'" ? this.#string(quote) : this.#take(/(?!(?:true|false|null)\b)[A-Za-z_]\w*/y);
      if (name === undefined || fields.has(name)) throw new Malformed();
      this.#skipSpace();
      if (this.#text[this.#at++] !== ":") throw new Malformed();
      fields.set(name, this.#value(depth + 1));
    });
    return Object.fromEntries(fields);
  }

  #items(depth: number): readonly unknown[] {
    const items: unknown[] = [];
    this.#list("]", () => items.push(this.#value(depth + 1)));
    return items;
  }

  /** Reads up to the closing bracket, before which there may be a comma. */
  #list(close: string, item: () => unknown): void {
    this.#at++;
    for (let isFirst = true; ; isFirst = false) {
      this.#skipSpace();
      if (this.#text[this.#at] === "," && !isFirst) {
        this.#at++;
        this.#skipSpace();
      } else if (this.#text[this.#at] !== close && !isFirst) {
        throw new Malformed();
      }
      if (this.#text[this.#at] === close) break;
      item();
    }
    this.#at++;
  }

  #string(quote: string): string {
    const body = quote === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /'((?:[^'\\]|\\[\s\S])*)'/y;
    const raw = this.#take(body);
    if (raw === undefined) throw new Malformed();
    const text = raw
      .slice(1, -1)
      .replace(/\\u[0-9A-Fa-f]{4}|\\[\s\S]/g, (escaped) => (escaped === "\\'" ? "'" : JSON.parse(`"${escaped}"`)));
    if (!text.isWellFormed()) throw new Malformed();
    return text;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipSpace(): void {
    this.#take(/[ \t\r\n]*/y);
  }
}
