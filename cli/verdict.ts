import { placeholders } from "../components/api/binding/placeholders.ts";
import { carry } from "../components/api/capability/carry.ts";
import type { Waived, Waivers } from "../components/api/capability/waivers.ts";
import type { Api } from "../components/api/checked-api.ts";
import { PolygateError, type Problem } from "../components/api/problem.ts";
import type { Caution } from "../components/gateway/target.ts";
import type { Offer } from "./targets.ts";

/** What an offer makes of an API, as a deployment would: refused with all its problems, or carried. */
export interface Verdict {
  readonly offer: Offer;
  /** None when the API is carried. */
  readonly problems: readonly Problem[];
  /** What is missing for a stated reason. */
  readonly waived: readonly Waived[];
  /** What rests on something that the vendor does not document. */
  readonly cautions: readonly Caution[];
  /** The texts that would be deployed, by file name, with placeholders for bindings. Empty when the API is refused. */
  readonly artefacts: Readonly<Record<string, string>>;
}

export function verdictOn(offer: Offer, api: Api, waivers: Waivers): Verdict {
  const { target } = offer;
  try {
    const { api: carried, waived } = carry(api, target.capabilities, waivers, target.check);
    const artefacts = target.artefacts(target.compile(carried, placeholders(carried, target)));
    return { offer, problems: [], waived, cautions: target.cautions(carried), artefacts };
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return { offer, problems: error.problems, waived: [], cautions: [], artefacts: {} };
  }
}

/** The first that carries the API; when none does, the one that lacks least. */
export function recommended(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted((one, other) => one.problems.length - other.problems.length)[0];
}
