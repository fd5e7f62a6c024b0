import type { Problem } from "../problem.ts";

/**
 * How the gateway reaches a private backend, in the terms of its vendor. A plain record of texts, so that it survives a stack
 * reference. Only the vendor's {@link LinkForm} reads what it contains.
 */
export type Link = Readonly<Record<string, string>>;

/** What the links of one gateway class look like. A vendor's target supplies it. */
export interface LinkForm {
  /** The remedy for a private backend without a link, as a plain sentence. */
  readonly remedy: string;
  /**
   * A link to use while some of its values are unknown.
   *
   * @param known the values that are known; the placeholders of the others must go with them
   */
  readonly placeholder: (known: Readonly<Record<string, unknown>>) => Link;
  /** The problems of a known link. */
  readonly check: (link: Link, place: string) => readonly Problem[];
}

/**
 * The problems of what is bound as a link.
 *
 * @param form the form of the gateway class; without it, only the type of a link is checked
 */
export function checkLink(place: string, link: unknown, form: LinkForm | undefined): readonly Problem[] {
  if (link === undefined || link === null) {
    const rule = "A private backend is reached through a link, and none is bound.";
    return [
      { code: "missing-link", place, rule, remedy: form?.remedy ?? "Set link to the link of the private network." },
    ];
  }
  if (!isLink(link)) {
    const rule = "A link must be a plain record whose values are strings.";
    const remedy = "Pass the link exactly as the component or the stack reference returns it.";
    return [{ code: "bad-link", place, rule, remedy }];
  }
  return form?.check(link, place) ?? [];
}

function isLink(link: unknown): link is Link {
  return (
    typeof link === "object" &&
    link !== null &&
    !Array.isArray(link) &&
    Object.values(link).every((value) => typeof value === "string")
  );
}
