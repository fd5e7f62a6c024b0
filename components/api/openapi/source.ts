import { readFileSync, statSync } from "node:fs";
import { dirname, extname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { Reader } from "../check/reader.ts";
import { PolygateError, type Problem } from "../problem.ts";
import { duplicateMember } from "./json-text.ts";

/** More is no description of an API; the largest public ones have about 10 MiB. */
const MOST_BYTES = 32 * 1024 * 1024;
/** Deeper is an attack or a mistake, and would exhaust the stack of whoever walks it. */
const MOST_LEVELS = 200;
/** So many times may YAML's aliases repeat what they stand for; more is a "billion laughs". */
const MOST_ALIASES = 200;

/** What may stand beside `$ref` without a meaning of its own (OpenAPI 3.1, Reference Object). */
const besideReference = ["$ref", "summary", "description"];

/** One OpenAPI document, or a part of one in a file of its own, with what was found wrong in it. */
export class OpenApiSource {
  /** As the user would find it: relative to the working directory. Absent for an object that a program made. */
  readonly name: string | undefined;
  readonly #file: string | undefined;
  readonly #text: string | undefined;
  readonly #problems: Problem[] = [];
  readonly #faults = new Map<string, Problem>();
  readonly root: Reader;
  /** Files that this one leads to; shared by all of one document. */
  readonly #family: Map<string, OpenApiSource>;
  /** The folder that holds the first file; nothing outside it is read. */
  readonly #folder: string | undefined;
  #parsed: { readonly document: Document; readonly lines: LineCounter } | undefined;

  private constructor(data: unknown, origin?: { file: string; text: string; family: OpenApiSource | undefined }) {
    this.#file = origin?.file;
    this.#text = origin?.text;
    this.name = origin === undefined ? undefined : nameOf(origin.file);
    const family = origin?.family;
    this.#family = family === undefined ? new Map() : family.#family;
    this.#folder = family === undefined ? origin && dirname(origin.file) : family.#folder;
    if (origin !== undefined) this.#family.set(origin.file, this);
    this.root = new Reader(data, "", this.#problems);
  }

  /** @throws {PolygateError} when there is no such file, or it holds no plain data. */
  static open(file: string | URL): OpenApiSource {
    return OpenApiSource.#read(pathOf(file), undefined);
  }

  /** @throws {PolygateError} when the object is not plain data. */
  static of(data: object): OpenApiSource {
    return new OpenApiSource(plain(data, "The OpenAPI object"));
  }

  static #read(file: string, family: OpenApiSource | undefined): OpenApiSource {
    const text = readText(file);
    return new OpenApiSource(parse(text, file), { file, text, family });
  }

  /** Reports a fault that makes all other problems at or below its place follow from it. */
  fault(reader: Reader, code: string, rule: string, remedy: string): void {
    reader.problem(code, rule, remedy);
    const problem = this.#problems.at(-1);
    if (problem !== undefined) this.#faults.set(reader.place, problem);
  }

  /** Whether a problem at this place follows from a fault. */
  follows(place: string): boolean {
    return [...this.#faults.keys()].some(
      (fault) => place.startsWith(fault) && (place.length === fault.length || /[.[]/.test(place.charAt(fault.length))),
    );
  }

  /** The problems of this file and of all that it led to, each with its place. */
  problems(): readonly Problem[] {
    const sources = this.#family.size === 0 ? [this] : [...this.#family.values()];
    return sources.flatMap((source) => {
      const faults = new Set(source.#faults.values());
      return source.#problems
        .filter((problem) => faults.has(problem) || !source.follows(problem.place ?? ""))
        .map((problem) => ({ ...problem, place: source.locate(problem.place ?? "") }));
    });
  }

  /** A reader's place as `file:line:column #/json/pointer`, as much of it as is known. */
  locate(place: string): string {
    const path = stepsOf(place);
    const pointer = `#${path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
    if (this.name === undefined) return pointer;
    const position = this.#positionOf(path);
    return `${this.name}${position === undefined ? "" : `:${position}`} ${pointer}`;
  }

  /** Line and column; found only when there is something to report, because it takes parsing again. */
  #positionOf(path: readonly string[]): string | undefined {
    if (this.#parsed === undefined) {
      const lines = new LineCounter();
      this.#parsed = { document: parseDocument(this.#text ?? "", { lineCounter: lines, logLevel: "silent" }), lines };
    }
    for (let length = path.length; length >= 0; length--) {
      const node = this.#parsed.document.getIn(path.slice(0, length), true);
      if (!isNode(node) || node.range === undefined || node.range === null) continue;
      const { line, col } = this.#parsed.lines.linePos(node.range[0]);
      return `${line}:${col}`;
    }
    return undefined;
  }

  /**
   * What a value with `$ref` stands for, through any number of references: elsewhere in its file, or in a file in the same
   * folder or below. Nothing else is read: no network, nothing outside the folder.
   *
   * @returns undefined, with the problem reported, when a reference leads nowhere.
   */
  follow(reader: Reader): { readonly source: OpenApiSource; readonly reader: Reader } | undefined {
    let source: OpenApiSource = this;
    let current = reader;
    const seen = new Set<string>();
    while (current.at("$ref").present) {
      const reference = current.at("$ref").text();
      if (reference === undefined) return undefined;
      for (const key of current.keys()) {
        if (besideReference.includes(key)) continue;
        current
          .at(key)
          .problem("beside-reference", "what stands beside $ref is not read", "Move it to what $ref names.");
      }
      const [target, fragment = ""] = reference.split("#", 2) as [string, string?];
      const next = target === "" ? source : source.#beside(target, current.at("$ref"));
      if (next === undefined) return undefined;
      const found = fragment === "" ? next.root : at(next.root, fragment);
      if (found === undefined || !found.present) {
        current
          .at("$ref")
          .problem("bad-reference", `"${reference}" leads to nothing`, "Correct the reference, or add what it names.");
        return undefined;
      }
      const key = `${next.#file ?? ""}#${found.place}`;
      if (seen.has(key)) {
        current
          .at("$ref")
          .problem("cyclic-reference", `"${reference}" leads back to itself`, "Write the value in one of the places.");
        return undefined;
      }
      seen.add(key);
      source = next;
      current = found;
    }
    return { source, reader: current };
  }

  #beside(target: string, reader: Reader): OpenApiSource | undefined {
    const refuse = (rule: string): undefined => {
      reader.problem("foreign-reference", rule, "Copy what it names into the document, or into a file beside it.");
      return undefined;
    };
    if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(target)) return refuse(`"${target}" is not a file; nothing is fetched`);
    if (this.#file === undefined || this.#folder === undefined) {
      return refuse(`"${target}" is a file, and an object has no folder to look for it in`);
    }
    const file = resolve(dirname(this.#file), decodeURIComponentOrSelf(target));
    const within = relative(this.#folder, file);
    if (within === "" || within.startsWith(`..${sep}`) || within === ".." || resolve(within) === within) {
      return refuse(`"${target}" is outside the document's folder`);
    }
    try {
      return this.#family.get(file) ?? OpenApiSource.#read(file, this);
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      reader.problem(
        "bad-reference",
        `"${target}" cannot be read: ${error.problems[0]?.rule ?? "unknown"}`,
        error.problems[0]?.remedy ?? "Correct the file.",
      );
      return undefined;
    }
  }
}

/** The steps of a place as `Reader` writes it: `paths["/a"].get.tags[0]`. */
function stepsOf(place: string): readonly string[] {
  return [...place.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([A-Za-z_]\w*)/g)].map(
    ([, index, quoted, name]) => index ?? (quoted === undefined ? (name ?? "") : (JSON.parse(quoted) as string)),
  );
}

function at(root: Reader, fragment: string): Reader | undefined {
  if (!fragment.startsWith("/")) return undefined;
  let reader = root;
  for (const part of fragment.slice(1).split("/")) {
    const step = decodeURIComponentOrSelf(part).replaceAll("~1", "/").replaceAll("~0", "~");
    reader = reader.at(Array.isArray(reader.value) && /^\d+$/.test(step) ? Number(step) : step);
  }
  return reader;
}

function decodeURIComponentOrSelf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function fail(subject: string, code: string, rule: string, remedy: string, place = subject): never {
  throw new PolygateError(subject, [{ code, place, rule, remedy }]);
}

function pathOf(file: string | URL): string {
  if (typeof file === "string" && !/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(file)) return resolve(file);
  const url = URL.parse(String(file));
  if (url?.protocol !== "file:") {
    fail(
      String(file),
      "not-a-file",
      "an OpenAPI document is read from a file; nothing is fetched",
      "Download it, review it, and keep it beside the stack.",
    );
  }
  try {
    return fileURLToPath(url);
  } catch (error) {
    return fail(
      String(file),
      "not-a-file",
      `this URL names no file: ${(error as Error).message}`,
      "Write file:///path.",
    );
  }
}

function nameOf(file: string): string {
  const name = relative(process.cwd(), file);
  return name === "" || name.startsWith("..") ? file : name;
}

function readText(file: string): string {
  const name = nameOf(file);
  let bytes: Uint8Array;
  try {
    const status = statSync(file);
    if (status.isDirectory()) {
      fail(name, "not-a-file", "this is a folder", "Name the OpenAPI file in it.");
    }
    if (!status.isFile()) fail(name, "not-a-file", "this is no regular file", "Name an OpenAPI file.");
    if (status.size > MOST_BYTES) {
      fail(name, "too-large", `this file has ${status.size} bytes, more than ${MOST_BYTES}`, "Split the API.");
    }
    bytes = readFileSync(file);
  } catch (error) {
    if (error instanceof PolygateError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    const missing = code === "ENOENT" || code === "ENOTDIR";
    return fail(
      name,
      missing ? "no-such-file" : "unreadable",
      missing ? "there is no such file" : `this file cannot be read (${code})`,
      missing
        ? "Paths are relative to the working directory; new URL(..., import.meta.url) is not."
        : "Check its rights.",
    );
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fail(name, "not-text", "this file is not UTF-8 text", "Name an OpenAPI file in YAML or JSON, in UTF-8.");
  }
  if (text.includes("\0")) fail(name, "not-text", "this file holds binary data", "Name an OpenAPI file.");
  if (text.trim() === "") fail(name, "empty-file", "this file is empty", "Write an OpenAPI 3.0 or 3.1 document.");
  return text;
}

function parse(text: string, file: string): unknown {
  const name = nameOf(file);
  if (extname(file).toLowerCase() === ".json" || /^\s*\{/.test(text)) {
    try {
      const data: unknown = JSON.parse(text);
      const twice = duplicateMember(text);
      if (twice === undefined) return plain(data, name);
      return fail(
        name,
        "duplicate-key",
        `${JSON.stringify(twice.member)} stands twice in one object`,
        "Keep one; of two, a parser takes the last in silence.",
        `${name}:${lineOf(text, twice.offset)}`,
      );
    } catch (error) {
      if (error instanceof PolygateError) throw error;
      // What looks like JSON may be YAML in flow style; YAML's parser also says where a JSON text goes wrong.
    }
  }
  return plain(parseYaml(text, name), name);
}

function lineOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function parseYaml(text: string, name: string): unknown {
  try {
    const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true, logLevel: "error" });
    const [error] = document.errors;
    if (error === undefined) return document.toJS({ maxAliasCount: MOST_ALIASES });
    // The parser's own end of the stack, which it reports like a mistake in the text.
    if (error.code === "RESOURCE_EXHAUSTION") return tooDeep(name);
    const [start] = error.linePos ?? [];
    const twice = error.code === "DUPLICATE_KEY";
    return fail(
      name,
      twice ? "duplicate-key" : "malformed",
      twice ? "a key stands twice in one object" : `neither YAML nor JSON: ${error.message.split(" at line")[0]}`,
      twice ? "Keep one." : "Correct the text at this place.",
      start === undefined ? name : `${name}:${start.line}:${start.col}`,
    );
  } catch (error) {
    if (error instanceof PolygateError) throw error;
    if (error instanceof RangeError) return tooDeep(name);
    return fail(
      name,
      "malformed",
      `the YAML cannot be expanded: ${(error as Error).message.split("\n")[0]}`,
      "Write the values out instead of repeating them by alias.",
    );
  }
}

function tooDeep(name: string): never {
  return fail(name, "too-deep", `the document is nested more than ${MOST_LEVELS} levels deep`, "Write it flatter.");
}

/** Refuses what is not plain data, so that nobody after this meets a cycle, a getter or a function. */
function plain(data: unknown, name: string): unknown {
  const path: object[] = [];
  // What stands in several places stays shared, so that a few lines cannot grow into gigabytes.
  const copies = new Map<object, unknown>();
  const walk = (value: unknown): unknown => {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (typeof value !== "object")
      return fail(name, "not-data", `${typeof value} is not plain data`, "Write data only.");
    if (path.includes(value)) return fail(name, "not-data", "the document contains itself", "Use $ref for cycles.");
    const known = copies.get(value);
    if (known !== undefined) return known;
    if (path.length >= MOST_LEVELS) return tooDeep(name);
    path.push(value);
    let copy: unknown;
    if (Array.isArray(value)) {
      copy = Array.from(value, walk);
    } else {
      const prototype = Object.getPrototypeOf(value);
      if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
        fail(
          name,
          "not-data",
          "an instance of a class is not plain data",
          "Write { ... }; a value that is only known later belongs into a binding.",
        );
      }
      // Members that are undefined are left out, as JSON does.
      const entries = Object.entries(value).filter(([, member]) => member !== undefined);
      copy = Object.fromEntries(entries.map(([key, member]) => [key, walk(member)]));
    }
    path.pop();
    copies.set(value, copy);
    return copy;
  };
  return walk(data);
}
