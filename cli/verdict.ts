import { placeholders } from "../components/api/binding/placeholders.ts";
import { carry } from "../components/api/capability/carry.ts";
import type { Waived, Waivers } from "../components/api/capability/waivers.ts";
import type { Api } from "../components/api/checked-api.ts";
import type { Unchecked } from "../components/api/description.ts";
import { distinct } from "../components/api/distinct.ts";
import { PolygateError, type Problem } from "../components/api/problem.ts";
import { type RouteMeeting, readingsOf } from "../components/gateway/readings.ts";
import { refusalsOf } from "../components/gateway/refusals.ts";
import { type Caution, checkable } from "../components/gateway/target.ts";
import type { Offer } from "./targets.ts";

/** Whether a class and tier supports an API, found the same way as a deployment finds it. */
export interface Verdict {
  readonly offer: Offer;
  /** Empty if the API is supported. */
  readonly problems: readonly Problem[];
  /** The features that are missing for a stated reason. */
  readonly waived: readonly Waived[];
  /** What this class does not check of requests, beside what no class checks. */
  readonly unchecked: readonly Unchecked[];
  /** The routes that meet a stricter one at their backend, and why that opens none. */
  readonly meetings: readonly RouteMeeting[];
  /** The routes that depend on behaviour of the vendor or of a backend's server which is not known. */
  readonly cautions: readonly Caution[];
  /** The texts that would be deployed, by file name, with placeholders for bindings. Empty if the API is not supported. */
  readonly artefacts: Readonly<Record<string, string>>;
}

/** Checks and compiles an API for a class and tier. */
export function verdictOn(offer: Offer, api: Api, waivers: Waivers): Verdict {
  const { target } = offer;
  try {
    const { api: requested, waived } = carry(api, target.capabilities, waivers, (remaining) =>
      refusalsOf(target, checkable(target, remaining).api, placeholders(remaining, target), api),
    );
    const { api: carried, unchecked } = checkable(target, requested);
    const bindings = placeholders(carried, target);
    const artefacts = target.artefacts(target.compile(carried, bindings));
    const { cautions, meetings } = readingsOf(carried, api.routes, bindings, target.capabilities);
    return {
      offer,
      problems: [],
      waived,
      unchecked,
      meetings: distinct(meetings),
      cautions: distinct([...target.cautions(carried), ...cautions]),
      artefacts,
    };
  } catch (error) {
    if (!(error instanceof PolygateError)) throw error;
    return { offer, problems: error.problems, waived: [], unchecked: [], meetings: [], cautions: [], artefacts: {} };
  }
}

/** The first verdict without problems. If there is none: the one with the fewest. */
export function recommended(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.toSorted((one, other) => one.problems.length - other.problems.length)[0];
}
