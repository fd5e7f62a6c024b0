import type { ProblemList } from "../../api/problem.ts";
import { isLater } from "../../gateway/later.ts";

/** A value as it is shown in a rule. */
export function shown(value: unknown): string {
  return isLater(value) ? "an Output" : (JSON.stringify(value) ?? "undefined");
}

/** The form of an option that is a string or an Output. */
export interface TextForm {
  readonly pattern: RegExp;
  /** Completes the sentence "This must be …". */
  readonly description: string;
}

/** Checks an option of a {@link TextForm}, if it is set and known. Its place is the one of `problems`. */
export function checkText(
  code: string,
  value: unknown,
  { pattern, description }: TextForm,
  problems: ProblemList,
): void {
  if (value === undefined || isLater(value)) return;
  if (typeof value === "string" && pattern.test(value)) return;
  const rule = `This must be ${description}, not ${shown(value)}.`;
  problems.refuse(code, rule, "Write it in this form, or pass the Output of the resource.");
}

/** The place of an object's member. */
export function placeOf(object: string, member: string): string {
  return object === "" ? member : `${object}.${member}`;
}

/** Rejects a domain that is not an object. */
export function refuseNotAnObject(value: unknown, problems: ProblemList): void {
  const rule = `A domain must be an object, known before the deployment, not ${shown(value)}.`;
  problems.refuse("bad-domain", rule, 'Write { name: "api.example.com", zoneId }.', { place: "domain" });
}

export const certificateForm: TextForm = {
  pattern: /^arn:aws(?:-[a-z-]+)?:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/,
  description: "an ARN of Certificate Manager: arn:aws:acm:REGION:ACCOUNT:certificate/ID",
};
