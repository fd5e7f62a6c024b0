import { createRequire } from "node:module";
import type { JsonValue, Path } from "jsonpath-rfc9535";
import { PolygateError } from "../../problem.ts";
import type { Reader } from "../../reader.ts";
import { OpenApiSource } from "../source.ts";
import { Merge } from "./merge.ts";
import { type Action, readActions } from "./overlay-file.ts";

const require = createRequire(import.meta.url);

type Steps = readonly (string | number)[];

/**
 * Applies an OpenAPI Overlay, version 1.0 to 1.2, to a document. It may add `x-polygate` and nothing else. What the specification
 * lets pass in silence is an error: a target that selects nothing, and an unknown member.
 *
 * @throws {PolygateError} with every problem, each with its place in the overlay
 */
export function applyOverlay(source: OpenApiSource, file: string | URL | object): OpenApiSource {
  const overlay = typeof file === "string" || file instanceof URL ? OpenApiSource.open(file) : OpenApiSource.of(file);
  const name = overlay.name ?? "The overlay";
  if (overlay.root.keys().length > 0) checkExtends(overlay, source);
  const actions = readActions(overlay.root);
  const merge = new Merge();
  let document = source.root.value;
  for (const action of actions) document = applied(document, action, merge);
  const problems = overlay.problems();
  if (problems.length > 0) throw new PolygateError(name, problems);
  return source.overlaid(document, overlay, merge.additions);
}

/** Reports an overlay that is made for another file. A URL of the network cannot be compared, because nothing is downloaded. */
function checkExtends(overlay: OpenApiSource, source: OpenApiSource): void {
  const extended = overlay.root.at("extends");
  const text = extended.present ? extended.text() : undefined;
  if (text === undefined || overlay.isOf(text, source)) return;
  const rule = `The overlay is for "${text}", which is not the document that it is applied to.`;
  extended.problem("overlay-of-another", rule, "Correct the path, which is relative to the overlay, or remove it.");
}

function applied(document: unknown, { target, update, isCopy }: Action, merge: Merge): unknown {
  const selected = select(document, target);
  if (selected === undefined) return document;
  if (selected.length === 0) {
    const remedy = "Correct the path. It is matched in the text as it is, without following $ref.";
    target.problem("overlay-no-match", "The target selects nothing in the document.", remedy);
    return document;
  }
  const kinds = new Set(selected.map(({ value }) => kindOf(value)));
  if (kinds.size > 1) {
    const rule = `The target selects ${[...kinds].join(" and ")}. All must be objects.`;
    target.problem("mixed-target", rule, "Write a target for one of them.");
    return document;
  }
  if (!kinds.has("objects")) {
    const rule = `The target selects ${[...kinds].join()}, which an overlay may not change.`;
    target.problem("overlay-changes", rule, 'Select the object that "x-polygate" is added to.');
    return document;
  }
  const added = isCopy ? copied(document, update) : update;
  if (added === undefined || added.keys().length === 0) return document;
  return selected.reduce((current, { steps }) => merge.at(current, steps, added), document);
}

/** The one value that a copy selects. */
function copied(document: unknown, path: Reader): Reader | undefined {
  const found = select(document, path);
  if (found === undefined) return undefined;
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return path.with(first.value);
  const rule = `A copy must select one value, but it selects ${found.length}.`;
  path.problem("overlay-no-match", rule, "Correct the path.");
  return undefined;
}

interface Selected {
  readonly steps: Steps;
  readonly value: unknown;
}

/** The values that a JSONPath selects, each once. Undefined for a path that is none, which is reported. */
function select(document: unknown, path: Reader): readonly Selected[] | undefined {
  // Loaded here, because most programs have no overlay.
  const { exec } = require("jsonpath-rfc9535") as typeof import("jsonpath-rfc9535");
  const found = new Map<string, Selected>();
  try {
    exec(document as JsonValue, String(path.value), (value: JsonValue, steps: Path) => {
      found.set(JSON.stringify(steps), { steps: [...steps] as Steps, value });
    });
  } catch (error) {
    const rule = `The path is no JSONPath of RFC 9535: ${(error as Error).message.split("\n")[0]}`;
    path.problem("bad-target", rule, "Write e.g. $.paths['/orders'].get.");
    return undefined;
  }
  return [...found.values()];
}

function kindOf(value: unknown): "objects" | "lists" | "single values" {
  if (Array.isArray(value)) return "lists";
  return typeof value === "object" && value !== null ? "objects" : "single values";
}
