import type { Output } from "@pulumi/pulumi";
import type { Bindings } from "../api/binding/binding.ts";
import { carry } from "../api/capability/carry.ts";
import { normalise } from "../api/check/normalise.ts";
import type { Api } from "../api/checked-api.ts";
import { PolygateError, type Problem } from "../api/problem.ts";
import { reportedAs } from "./arguments.ts";
import { previewBindings, resolvedBindings } from "./bindings.ts";
import type { GatewayArgs } from "./gateway.ts";
import { omit } from "./omit.ts";
import { refusalsOf } from "./refusals.ts";
import { type Report, reportOf } from "./report.ts";
import type { Target } from "./target.ts";

/** A gateway's checked arguments and its compiled document. */
export interface Prepared<Document> {
  readonly api: Api;
  readonly report: Report;
  /** The checked bindings. Unknown at preview if any of their values is. */
  readonly bindings: Output<Bindings>;
  /** The vendor's document with the real bindings. Unknown at preview if any of their values is. */
  readonly document: Output<Document>;
}

/**
 * Checks everything that can be checked before anything is registered, and compiles the document.
 *
 * The document is compiled twice: at once, with a placeholder for each binding that is not known yet, so that every preview reports
 * structural errors; and again with the real values.
 *
 * @param subject names the gateway in errors
 * @param found the problems of the arguments that have been found already
 * @throws {PolygateError} with all problems.
 */
export function prepare<Document>(
  subject: string,
  args: GatewayArgs,
  target: Target<Document>,
  found: readonly Problem[] = [],
): Prepared<Document> {
  // Without a description, nothing else can be checked.
  if (found.length > 0 && args.api === undefined) throw new PolygateError(subject, found);
  const inputs = { backends: args.backends ?? {}, auth: args.auth ?? {} };
  const { api, waived, omitted } = reportedAs(subject, found, () => {
    const { api: requested, omitted, problems } = omit(normalise(args.api), args.omit ?? {});
    const carried = carry(requested, target.capabilities, args.waive ?? {}, (remaining) => [
      ...problems,
      ...refusalsOf(target, remaining, previewBindings(remaining, inputs, target)),
    ]);
    return { ...carried, omitted };
  });
  reportedAs(subject, [], () => target.compile(api, previewBindings(api, inputs, target)));
  const bindings = resolvedBindings(subject, api, inputs, target);
  return {
    api,
    report: reportOf(api, target.capabilities, { waived, omitted, cautions: target.cautions(api) }),
    bindings,
    document: bindings.apply((values) => reportedAs(subject, [], () => target.compile(api, values))),
  };
}
