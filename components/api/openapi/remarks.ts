import type { Note, Unchecked } from "../description.ts";
import type { Remark } from "./security/alternatives.ts";

/** Collects what a reviewer needs to know about routes: one remark for all routes that it is the same for. */
export class Remarks {
  readonly #unchecked = new Map<string, Unchecked & { readonly routes: string[] }>();
  readonly #notes = new Map<string, Note & { readonly routes: string[] }>();

  unchecked({ what, reason }: Remark, route: string): void {
    const key = JSON.stringify([what, reason]);
    const remark = this.#unchecked.get(key) ?? { what, reason, routes: [] };
    this.#unchecked.set(key, remark);
    if (!remark.routes.includes(route)) remark.routes.push(route);
  }

  note(what: string, route: string): void {
    const note = this.#notes.get(what) ?? { what, routes: [] };
    this.#notes.set(what, note);
    if (!note.routes.includes(route)) note.routes.push(route);
  }

  /** Whatever is unchecked at a route is unchecked at another one that does the same. */
  share(route: string, other: string): void {
    for (const { what, reason, routes } of [...this.#unchecked.values()]) {
      if (routes.includes(route)) this.unchecked({ what, reason }, other);
    }
  }

  /** The members of a description. */
  get members(): object {
    return {
      ...(this.#unchecked.size === 0 ? {} : { unchecked: [...this.#unchecked.values()] }),
      ...(this.#notes.size === 0 ? {} : { notes: [...this.#notes.values()] }),
    };
  }
}
