import { dirname, relative, resolve, sep } from "node:path";
import { PolygateError, type Problem, ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { nameOf, pathOf, readText } from "./file.ts";
import { type Parsed, parse } from "./parse.ts";
import { escapeStep, isWithin, stepsOf, unescapeStep } from "./place.ts";
import { plain } from "./plain-data.ts";
import type { Positions } from "./positions.ts";
import type { PlaceMap } from "./swagger/place-map.ts";

/** Members beside `$ref` that have no meaning of their own (OpenAPI 3.1, Reference Object). */
const besideReference = ["$ref", "summary", "description"];

/** The references of a converted document whose targets mean the same as in the document as it is written. */
const convertedReference = /^#\/(components\/schemas\/|paths\/[^/]+(\/[^/]+)?$)/;

/** The most references in a row. It ends those that refer to each other. */
const mostReferences = 32;

/** A value, and the file that contains it. */
export interface Found {
  readonly source: OpenApiSource;
  readonly reader: Reader;
}

/** The file of a source, where its values are, and the source that referred to it. */
interface SourceFile {
  readonly path: string;
  readonly positions: Positions;
  readonly referrer: OpenApiSource | undefined;
  /** The texts that were parsed, by path. */
  readonly texts: Map<string, Parsed>;
}

/** The document that a source was converted from, as it is written. */
interface Written {
  readonly source: OpenApiSource;
  readonly places: PlaceMap;
}

/** One OpenAPI document, or a part of one in a file of its own, with its problems. */
export class OpenApiSource {
  /** The path relative to the working directory. Undefined for an object that a program passed. */
  readonly name: string | undefined;
  readonly root: Reader;
  readonly #file: SourceFile | undefined;
  readonly #problems = new ProblemList();
  /** Problems that cause all others at or below their place. */
  readonly #faults = new Map<string, Problem>();
  /** The files of one document, by path; shared by all of them. */
  readonly #family: Map<string, OpenApiSource>;
  /** The texts of the document's files that were parsed, by path; shared by all its files, and by all readings of it. */
  readonly #texts: Map<string, Parsed>;
  /** The folder of the first file. Nothing outside it is read. */
  readonly #folder: string | undefined;
  /** Where an overlay contains what it added, by the places in the document. */
  #additions: ReadonlyMap<string, Found> = new Map();
  /** The Swagger 2.0 document that this one is converted from. Its places are those of the problems. */
  #written: Written | undefined;

  private constructor(data: unknown, file?: SourceFile) {
    this.#file = file;
    this.name = file === undefined ? undefined : nameOf(file.path);
    const referrer = file?.referrer;
    this.#texts = file?.texts ?? new Map();
    this.#family = referrer === undefined ? new Map() : referrer.#family;
    this.#folder = referrer === undefined ? file && dirname(file.path) : referrer.#folder;
    if (file !== undefined) this.#family.set(file.path, this);
    this.root = new Reader(data, "", this.#problems);
  }

  /** @throws {PolygateError} if the file does not exist or contains no plain data */
  static open(file: string | URL): OpenApiSource {
    return OpenApiSource.#read(pathOf(file), undefined);
  }

  /** @throws {PolygateError} if the object is not plain data */
  static of(data: object): OpenApiSource {
    return new OpenApiSource(plain(data, "The OpenAPI object"));
  }

  static #read(path: string, referrer: OpenApiSource | undefined): OpenApiSource {
    const texts = referrer === undefined ? new Map<string, Parsed>() : referrer.#texts;
    const parsed = texts.get(path) ?? parse(readText(path), path);
    texts.set(path, parsed);
    return new OpenApiSource(parsed.data, { path, positions: parsed.positions, referrer, texts });
  }

  /** The same document as it was opened, without the problems that were found in it since. Its files are not parsed again. */
  again(): OpenApiSource {
    return new OpenApiSource(this.root.value, this.#file);
  }

  /** The same file with other data, some of which comes from an overlay. */
  overlaid(
    data: unknown,
    overlay: OpenApiSource,
    additions: readonly { readonly steps: readonly (string | number)[]; readonly from: Reader }[],
  ): OpenApiSource {
    const source = new OpenApiSource(data, this.#file);
    source.#additions = new Map(
      additions.map(({ steps, from }) => {
        const { place } = steps.reduce((reader, step) => reader.at(step), source.root);
        return [place, { source: overlay, reader: from }];
      }),
    );
    return source;
  }

  /** The same file in another version of OpenAPI. Problems keep their places in the document as it is written. */
  converted(data: unknown, places: PlaceMap): OpenApiSource {
    const source = new OpenApiSource(data, this.#file);
    source.#written = { source: this, places };
    return source;
  }

  /** Whether the document is Swagger 2.0. */
  get isSwagger(): boolean {
    return this.#written !== undefined;
  }

  /** Whether an overlay added what is at a place. */
  isAdded(place: string): boolean {
    if (this.#written !== undefined) return this.#written.source.isAdded(this.#writtenPlace(place, this.#written));
    return this.#addition(place) !== undefined;
  }

  /** Whether a reference in this file leads to a document. True for one that cannot be compared. */
  isOf(reference: string, document: OpenApiSource): boolean {
    if (this.#file === undefined || document.#file === undefined || isForeign(reference)) return true;
    return resolve(dirname(this.#file.path), decodeURIComponentOrSelf(reference)) === document.#file.path;
  }

  #addition(place: string): readonly [string, Found] | undefined {
    return [...this.#additions].find(([added]) => isWithin(place, added));
  }

  /** Reports a problem that causes all others at or below its place. */
  fault(reader: Reader, code: string, rule: string, remedy: string): void {
    reader.problem(code, rule, remedy);
    const problem = this.#problems.all.at(-1);
    if (problem !== undefined) this.#faults.set(reader.place, problem);
  }

  /** Whether a problem at this place follows from a fault. */
  follows(place: string): boolean {
    return [...this.#faults.keys()].some((fault) => isWithin(place, fault));
  }

  /** The number of problems that were reported in this file and in all files of its document. */
  get problemCount(): number {
    return this.#sources().reduce((count, source) => count + source.#problems.all.length, 0);
  }

  /** All files of the document, each also as it was before its conversion. */
  #sources(): readonly OpenApiSource[] {
    const files = this.#family.size === 0 ? [this] : [...this.#family.values()];
    return files.flatMap((file) => (file.#written === undefined ? [file] : [file.#written.source, file]));
  }

  /** The problems of this file and of all files of its document, each with its place. */
  problems(): readonly Problem[] {
    return this.#sources().flatMap((source) => source.#own());
  }

  /** The problems of this file alone. */
  #own(): readonly Problem[] {
    const faults = new Set(this.#faults.values());
    return this.#problems.all
      .filter((problem) => faults.has(problem) || !this.follows(problem.place ?? ""))
      .map((problem) => ({ ...problem, place: this.locate(problem.place ?? "") }));
  }

  /** A reader's place as `file:line:column #/json/pointer`, as far as these exist. */
  locate(place: string): string {
    const { source, steps } = this.#asWrittenAt(place);
    const position = source.#file?.positions.of(steps);
    return pointerIn(position === undefined ? source.name : `${source.name}:${position}`, steps);
  }

  /** Like {@link locate}, but without line and column, for which the text would be parsed again. */
  pointer(place: string): string {
    const { source, steps } = this.#asWrittenAt(place);
    return pointerIn(source.name, steps);
  }

  /** Where a user wrote what is at a place: before a conversion, and in the overlay that added it. */
  #asWrittenAt(place: string): { readonly source: OpenApiSource; readonly steps: readonly string[] } {
    if (this.#written !== undefined) return this.#written.source.#asWrittenAt(this.#writtenPlace(place, this.#written));
    const addition = this.#addition(place);
    if (addition === undefined) return { source: this, steps: stepsOf(place) };
    const [added, { source, reader }] = addition;
    return source.#asWrittenAt(`${reader.place}${place.slice(added.length)}`);
  }

  /** A place in the document as it is written. */
  #writtenPlace(place: string, { source, places }: Written): string {
    return descend(source.root, places.written(stepsOf(place))).place;
  }

  /**
   * The value that a `$ref` refers to, through any number of references: elsewhere in its file, or in a file in the same folder
   * or below. Nothing else is read: no network, nothing outside the folder.
   *
   * @returns undefined if a reference leads nowhere, which is reported
   */
  follow(reader: Reader): Found | undefined {
    let found: Found = { source: this, reader };
    const seen = new Set<string>();
    while (found.reader.at("$ref").present) {
      const next = found.source.#resolve(found.reader);
      if (next === undefined) return undefined;
      const identity = `${next.source.#file?.path ?? ""}#${next.reader.place}`;
      if (seen.has(identity)) {
        const reference = found.reader.at("$ref");
        reference.problem(
          "cyclic-reference",
          `"${found.source.#asWritten(String(reference.value))}" refers to itself.`,
          "Write the value in one of the places.",
        );
        return undefined;
      }
      seen.add(identity);
      found = next;
    }
    return found;
  }

  /** Like {@link follow}, but reports nothing. */
  find(reader: Reader): Found | undefined {
    let found: Found | undefined = { source: this, reader };
    for (let steps = 0; found?.reader.at("$ref").present === true; steps++) {
      if (steps === mostReferences) return undefined;
      found = found.source.referenced(found.reader);
    }
    return found;
  }

  /** The value that one `$ref` refers to; undefined if it leads nowhere. Reports nothing: members beside it are the caller's. */
  referenced(reader: Reader): Found | undefined {
    return this.#resolve(new Reader(reader.value, reader.place, new ProblemList()));
  }

  /** The value that one `$ref` refers to. */
  #resolve(reader: Reader): Found | undefined {
    const at = reader.at("$ref");
    const reference = at.text();
    if (reference === undefined) return undefined;
    for (const key of reader.keys().filter((each) => !besideReference.includes(each))) {
      reader
        .at(key)
        .problem("beside-reference", "Members beside $ref are not read.", "Move it to the value that $ref names.");
    }
    const [target, fragment = ""] = reference.split("#", 2) as [string, string?];
    const source = target === "" ? this : this.#beside(target, at);
    if (source === undefined) return undefined;
    if (this.isSwagger && !convertedReference.test(reference)) {
      const rule = `"${reference}" names nothing that a Swagger 2.0 document can refer to: paths, definitions and parameters.`;
      at.problem("foreign-reference", rule, "Correct the reference, or move the value that it names there.");
      return undefined;
    }
    const found = fragment === "" ? source.root : findFragment(source.root, fragment);
    if (found?.present) return { source, reader: found };
    at.problem(
      "bad-reference",
      `"${this.#asWritten(reference)}" refers to nothing.`,
      "Correct the reference, or add the value that it names.",
    );
    return undefined;
  }

  /** A reference as the document contains it, for a message. */
  #asWritten(reference: string): string {
    return this.isSwagger ? reference.replace("#/components/schemas/", "#/definitions/") : reference;
  }

  /** Another file of the document. */
  #beside(target: string, reader: Reader): OpenApiSource | undefined {
    const foreign = (rule: string): undefined => {
      const remedy = "Copy the value that it names into the document, or into a file beside it.";
      reader.problem("foreign-reference", rule, remedy);
    };
    if (this.isSwagger) return foreign(`"${target}" is another file. A Swagger 2.0 document is read alone.`);
    if (this.root.at("$self").present) {
      return foreign('"$self" changes what relative references mean, and is not read.');
    }
    if (isForeign(target)) return foreign(`"${target}" is not a file. Nothing is downloaded.`);
    if (this.#file === undefined || this.#folder === undefined) {
      return foreign(`"${target}" is a file, and an object has no folder that could contain it.`);
    }
    const file = resolve(dirname(this.#file.path), decodeURIComponentOrSelf(target));
    const within = relative(this.#folder, file);
    if (within === "" || within.startsWith(`..${sep}`) || within === ".." || resolve(within) === within) {
      return foreign(`"${target}" is outside the document's folder.`);
    }
    try {
      return this.#family.get(file) ?? OpenApiSource.#read(file, this);
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      const [problem] = error.problems;
      reader.problem(
        "bad-reference",
        `"${target}" cannot be read. ${problem?.rule ?? ""}`.trim(),
        problem?.remedy ?? "Correct the file.",
      );
      return undefined;
    }
  }
}

function pointerIn(file: string | undefined, steps: readonly string[]): string {
  const pointer = `#${steps.map((step) => `/${escapeStep(step)}`).join("")}`;
  return file === undefined ? pointer : `${file} ${pointer}`;
}

/** Whether a reference is a URL with a scheme. */
function isForeign(reference: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(reference);
}

/** The value at a JSON pointer. Undefined for other fragments. */
function findFragment(root: Reader, fragment: string): Reader | undefined {
  if (!fragment.startsWith("/")) return undefined;
  const steps = fragment.slice(1).split("/");
  return descend(
    root,
    steps.map((part) => unescapeStep(decodeURIComponentOrSelf(part))),
  );
}

function descend(root: Reader, steps: readonly string[]): Reader {
  return steps.reduce(
    (reader, step) => reader.at(Array.isArray(reader.value) && /^\d+$/.test(step) ? Number(step) : step),
    root,
  );
}

function decodeURIComponentOrSelf(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
