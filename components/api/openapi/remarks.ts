import type { Note, Unchecked } from "../description.ts";
import { printable } from "../problem.ts";
import type { Remark } from "./security/alternatives.ts";

/**
 * Collects what a reviewer needs to know about routes: one remark for all routes that it is the same for. Names of the document in it may
 * contain control characters, which are escaped.
 */
export class Remarks {
  readonly #unchecked = new Map<string, Remark & { readonly routes: Set<string> }>();
  readonly #notes = new Map<string, Set<string>>();

  unchecked({ what: written, reason }: Remark, route: string): void {
    const what = printable(written);
    const key = JSON.stringify([what, reason]);
    const remark = this.#unchecked.get(key) ?? { what, reason, routes: new Set() };
    this.#unchecked.set(key, remark);
    remark.routes.add(route);
  }

  note(written: string, route: string): void {
    const what = printable(written);
    const routes = this.#notes.get(what) ?? new Set();
    this.#notes.set(what, routes.add(route));
  }

  /** Whatever is unchecked at a route is unchecked at another one that does the same. */
  share(route: string, other: string): void {
    for (const { what, reason, routes } of [...this.#unchecked.values()]) {
      if (routes.has(route)) this.unchecked({ what, reason }, other);
    }
  }

  /**
   * The members of a description.
   *
   * @param ofRequests what is left unchecked of requests
   */
  membersWith(ofRequests: readonly Unchecked[]): object {
    const unchecked = [
      ...[...this.#unchecked.values()].map(({ routes, ...remark }) => ({ ...remark, routes: [...routes] })),
      ...ofRequests,
    ];
    const notes = [...this.#notes].map(([what, routes]): Note => ({ what, routes: [...routes] }));
    return { ...(unchecked.length === 0 ? {} : { unchecked }), ...(notes.length === 0 ? {} : { notes }) };
  }
}
