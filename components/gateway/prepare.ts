import type { Inputs, Output } from "@pulumi/pulumi";
import type { Bindings } from "../api/binding/binding.ts";
import { carry } from "../api/capability/carry.ts";
import { normalise } from "../api/check/normalise.ts";
import type { Api } from "../api/checked-api.ts";
import { PolygateError, type Problem } from "../api/problem.ts";
import { reportedAs } from "./arguments.ts";
import { previewBindings, resolvedBindings } from "./bindings.ts";
import type { AnyGatewayArgs } from "./gateway.ts";
import { omit } from "./omit.ts";
import { readingsOf } from "./readings.ts";
import { bindingProblems, refusalsOf } from "./refusals.ts";
import { registeredInputs } from "./registered.ts";
import { type Report, reportOf } from "./report.ts";
import { checkable, type Target } from "./target.ts";

/** A gateway's checked arguments and its compiled document. */
export interface Prepared<Document> {
  readonly api: Api;
  readonly report: Report;
  /** The inputs of the gateway's component. */
  readonly inputs: Inputs;
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
 * @param problems the problems of the arguments that have been found already
 * @throws {PolygateError} with all problems.
 */
export function prepare<Document>(
  subject: string,
  args: AnyGatewayArgs,
  target: Target<Document>,
  problems: readonly Problem[] = [],
): Prepared<Document> {
  const found = withoutFunctions(problems, args, target);
  // Without a description, nothing else can be checked.
  if (found.length > 0 && args.api === undefined) throw new PolygateError(subject, found);
  const bound = { backends: args.backends ?? {}, auth: args.auth ?? {} };
  const { all, api, unchecked, waived, omitted } = reportedAs(subject, found, () => {
    const all = normalise(args.api);
    const { api: requested, omitted, problems: ofOmissions } = omit(all, args.omit ?? {});
    const { api: carried, waived } = carry(requested, target.capabilities, args.waive ?? {}, (remaining) => [
      ...ofOmissions,
      ...refusalsOf(target, checkable(target, remaining).api, previewBindings(remaining, bound, target), all),
    ]);
    return { all, ...checkable(target, carried), waived, omitted };
  });
  const preview = previewBindings(api, bound, target);
  reportedAs(subject, [], () => target.compile(api, preview));
  const { cautions, meetings } = readingsOf(api, all.routes, preview, target.capabilities);
  const bindings = resolvedBindings(subject, bound, preview, (values) => bindingProblems(target, api, values, all));
  const report = reportOf(api, target.capabilities, {
    unchecked,
    waived,
    omitted,
    meetings,
    cautions: [...target.cautions(api), ...cautions],
  });
  return {
    api,
    report,
    inputs: registeredInputs(api, report),
    bindings,
    document: bindings.apply((values) => reportedAs(subject, [], () => target.compile(api, values))),
  };
}

/**
 * Without the problems of the bindings of functions, if the class has no functions and therefore reads none: a route that uses one is
 * refused by name, or omitted.
 */
function withoutFunctions(
  problems: readonly Problem[],
  { api }: AnyGatewayArgs,
  { functions }: Target<unknown>,
): readonly Problem[] {
  if (functions !== undefined) return problems;
  const backends: Readonly<Record<string, { readonly kind?: unknown } | undefined>> = api?.backends ?? {};
  const places = Object.keys(backends).flatMap((name) => (backends[name]?.kind === "fn" ? [`backends.${name}.`] : []));
  return problems.filter(({ place = "" }) => !places.some((each) => place.startsWith(each)));
}
