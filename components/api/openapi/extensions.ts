import type { Reader } from "../reader.ts";
import { suggest } from "../suggestion.ts";
import { vendorExtension } from "./vendor-extensions.ts";

/**
 * Checks the extensions of other gateways in a document. One that creates routes is refused. One that protects routes is
 * refused unless `ignore` names it, with the reason why its protection is not needed.
 */
export class Extensions {
  readonly #ignored: Readonly<Record<string, unknown>>;
  /** The extensions that protect routes, as the document spells them. */
  readonly #protecting = new Set<string>();

  /** @param ignored the reasons, by the name of an extension */
  constructor(ignored: Readonly<Record<string, unknown>>) {
    this.#ignored = ignored;
  }

  /**
   * Refuses the extensions of an object of the document that create or protect routes.
   *
   * @param read names those that are read
   */
  check(owner: Reader, read: readonly string[] = []): void {
    this.see(owner);
    for (const name of owner.isObject ? owner.keys() : []) {
      const extension = vendorExtension(name);
      if (extension === undefined || extension.kind === "describes" || read.includes(name)) continue;
      const { kind, effect, instead, see } = extension;
      if (kind === "routes") {
        const rule = `"${name}" ${effect}, and is not read. A route must not disappear.`;
        owner.at(name).problem("unread-routes", rule, `${instead} See ${see}.`);
      } else if (!Object.hasOwn(this.#ignored, name)) {
        const rule = `"${name}" ${effect}, and is not read. A route must not lose what protects it.`;
        const remedy = `${instead} Then remove it, or write ignore: { "${name}": "why it is not needed" }. See ${see}.`;
        const questions = [{ at: ["ignore", name], example: "WHY IT IS NOT NEEDED" }];
        owner.at(name).problem("unread-protection", rule, remedy, { questions });
      }
    }
  }

  /** Notes the extensions of an object that nothing in the description depends on, so that `ignore` may name them. */
  see(owner: Reader): void {
    for (const name of owner.isObject ? owner.keys() : []) {
      if (vendorExtension(name)?.kind === "protects") this.#protecting.add(name);
    }
  }

  /** The names in `ignore` that ignore nothing, each with what to write instead. */
  unused(): readonly { readonly name: string; readonly remedy: string }[] {
    const protecting = [...this.#protecting];
    return Object.keys(this.#ignored)
      .filter((name) => !this.#protecting.has(name))
      .map((name) => ({ name, remedy: suggest(name, protecting, "Remove it.") }));
  }
}
