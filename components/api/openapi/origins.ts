import { ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { isWithin } from "./place.ts";
import type { OpenApiSource } from "./source.ts";

/** Where a part of a description comes from: a place in a document, or a place in the overrides. */
export type Origin = { readonly source: OpenApiSource; readonly place: string } | { readonly override: string };

/** A place in a description as a reader writes it. */
export function placeOf(...steps: readonly string[]): string {
  let reader = new Reader(undefined, "", new ProblemList());
  for (const step of steps) reader = reader.at(step);
  return reader.place;
}

/** The origins of a description's parts, by their places in the description, e.g. `routes["GET /"].limits`. */
export class Origins {
  readonly #origins = new Map<string, Origin>();

  get(place: string): Origin | undefined {
    return this.#origins.get(place);
  }

  set(place: string, origin: Origin): void {
    this.#origins.set(place, origin);
  }

  /** Whether a problem of the description follows from a problem that is already reported in the document. */
  follows(place: string): boolean {
    const { origin, rest } = this.#nearest(place);
    return origin !== undefined && "source" in origin && origin.source.follows(`${origin.place}${rest}`);
  }

  /** The place in the document or in the overrides that a place in the description comes from. */
  translate(place: string): string {
    const { origin, rest } = this.#nearest(place);
    if (origin === undefined) return place;
    return "override" in origin ? `${origin.override}${rest}` : origin.source.locate(`${origin.place}${rest}`);
  }

  /** The origin of the smallest part that contains a place, and the rest of the place below that part. */
  #nearest(place: string): { readonly origin: Origin | undefined; readonly rest: string } {
    let best = "";
    for (const known of this.#origins.keys()) {
      if (known.length > best.length && isWithin(place, known)) best = known;
    }
    return { origin: this.#origins.get(best), rest: place.slice(best.length) };
  }
}
