import { headerValues, type Turn } from "../turn.ts";

/**
 * Which of an answer's templates, by content type, a request gets: that of its `Accept` when it names one exactly, else that of
 * `application/json`, else the first (so the AWS-validated tests of localstack/localstack).
 */
export function chooseTemplate<T>(
  templates: ReadonlyMap<string, T>,
  { request }: Turn,
): readonly [string, T] | undefined {
  const [first] = templates;
  const accepted = headerValues(request, "accept").at(-1);
  for (const type of [accepted, "application/json"]) {
    const template = type === undefined ? undefined : templates.get(type);
    if (type !== undefined && template !== undefined) return [type, template];
  }
  return first;
}
