import { placeholders } from "../../../components/api/binding/placeholders.ts";
import { normalise } from "../../../components/api/check/normalise.ts";
import { PolygateError, type Problem } from "../../../components/api/problem.ts";
import type { Places } from "../../contract/oracle/description.ts";

/** The problems that an attempt reports. */
export function problemsOf(attempt: () => unknown): readonly Problem[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (error instanceof PolygateError) return error.problems;
    throw error;
  }
}

/** A place for everything that a description binds, and no consumers. */
export function placesFor(description: unknown): Places {
  return { ...placeholders(normalise(description)), consumers: {} } as Places;
}
