import type { Note, Unchecked } from "../description.ts";
import { printable } from "../problem.ts";
import type { Remark } from "./security/alternatives.ts";

/** What is unchecked for one reason. */
interface Left extends Omit<Remark, "places"> {
  readonly routes: Set<string>;
  readonly places: Set<string>;
}

/**
 * Collects what a reviewer needs to know about routes: one remark for all routes that it is the same for. Names of the document in it may
 * contain control characters, which are escaped.
 */
export class Remarks {
  readonly #unchecked = new Map<string, Left>();
  readonly #notes = new Map<string, Set<string>>();

  unchecked({ what: written, reason, places = [] }: Remark, route: string): void {
    const what = printable(written);
    const key = JSON.stringify([what, reason]);
    const left = this.#unchecked.get(key) ?? { what, reason, routes: new Set(), places: new Set() };
    this.#unchecked.set(key, left);
    left.routes.add(route);
    for (const place of places) left.places.add(printable(place));
  }

  note(written: string, route: string): void {
    const what = printable(written);
    const routes = this.#notes.get(what) ?? new Set();
    this.#notes.set(what, routes.add(route));
  }

  /** Whatever is unchecked at a route is unchecked at another one that does the same. */
  share(route: string, other: string): void {
    for (const { routes } of this.#unchecked.values()) if (routes.has(route)) routes.add(other);
  }

  /** The members of a description. What is unchecked at known places, of requests, comes last. */
  get members(): object {
    const unchecked = [...this.#unchecked.values()]
      .toSorted((one, other) => Math.sign(one.places.size) - Math.sign(other.places.size))
      .map(
        ({ what, reason, routes, places }): Unchecked => ({
          what,
          reason,
          routes: [...routes],
          ...(places.size === 0 ? {} : { places: [...places] }),
        }),
      );
    const notes = [...this.#notes].map(([what, routes]): Note => ({ what, routes: [...routes] }));
    return { ...(unchecked.length === 0 ? {} : { unchecked }), ...(notes.length === 0 ? {} : { notes }) };
  }
}
