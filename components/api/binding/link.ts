import type { Problem } from "../problem.ts";

/**
 * How the gateway reaches a private backend, in the words of its own vendor: a plain record of texts, so that it survives a
 * stack reference. What it holds is the vendor's target to say; here it is opaque.
 */
export type Link = Readonly<Record<string, string>>;

/** What the links of one class of gateway look like. */
export interface LinkForm {
  /**
   * What stands in for a link while some of it is not known.
   *
   * @param known what is known of it; what stands in for the rest goes with it
   */
  readonly standIn: (known: Readonly<Record<string, unknown>>) => Link;
  /** What is wrong with a link that is known. */
  readonly check: (link: Link, place: string) => readonly Problem[];
}

/**
 * What is wrong with what is bound as a link.
 *
 * @param links of the gateway's class; without them nothing is known of a link but that it is a record of texts
 */
export function checkLink(place: string, link: unknown, links: LinkForm | undefined): readonly Problem[] {
  if (link === undefined || link === null) {
    return [
      {
        code: "missing-link",
        place,
        rule: "a private backend is reached through a link, and none is bound",
        remedy: "Bind link: the `link` of an AwsOnPremLink, for instance.",
      },
    ];
  }
  if (!isLink(link)) {
    return [
      {
        code: "bad-link",
        place,
        rule: "a link is a plain record, all of whose values are texts",
        remedy: "Bind the `link` as the component gives it, or as a stack reference does.",
      },
    ];
  }
  return links?.check(link, place) ?? [];
}

function isLink(link: unknown): link is Link {
  return (
    typeof link === "object" &&
    link !== null &&
    !Array.isArray(link) &&
    Object.values(link).every((value) => typeof value === "string")
  );
}
