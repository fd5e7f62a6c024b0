import { headerValues } from "../../../../header-values.ts";
import type { Exchange } from "../../exchange.ts";

/**
 * Selects the template of a response by content type: the one that `Accept` names exactly, otherwise that of `application/json`,
 * otherwise the first (as in the AWS-validated tests of localstack/localstack).
 */
export function chooseTemplate<T>(
  templates: ReadonlyMap<string, T>,
  { request }: Exchange,
): readonly [string, T] | undefined {
  const [first] = templates;
  const accepted = headerValues(request.headers, "accept").at(-1);
  for (const type of [accepted, "application/json"]) {
    const template = type === undefined ? undefined : templates.get(type);
    if (type !== undefined && template !== undefined) return [type, template];
  }
  return first;
}
