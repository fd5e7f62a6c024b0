import type { Output } from "@pulumi/pulumi";
import { type Bindings, checkBindings } from "../api/binding/binding.ts";
import { carry } from "../api/capability/capabilities.ts";
import { normalise } from "../api/check/normalise.ts";
import type { Api } from "../api/checked-api.ts";
import { previewBindings, resolvedBindings } from "./bindings.ts";
import type { GatewayArgs } from "./gateway.ts";
import { omit } from "./omit.ts";
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
 * @throws {PolygateError} with all problems.
 */
export function prepare<Document>(subject: string, args: GatewayArgs, target: Target<Document>): Prepared<Document> {
  const inputs = { backends: args.backends ?? {}, auth: args.auth ?? {} };
  const { api: requested, omitted, problems } = omit(normalise(args.api), args.omit ?? {});
  const { api, waived } = carry(requested, target.capabilities, args.waive ?? {}, (carried) => [
    ...problems,
    ...target.check(carried),
    ...checkBindings(carried, previewBindings(carried, inputs, target.links), target.links),
  ]);
  target.compile(api, previewBindings(api, inputs, target.links));
  const bindings = resolvedBindings(subject, api, inputs, target.links);
  return {
    api,
    report: reportOf(api, target.capabilities, { waived, omitted, cautions: target.cautions(api) }),
    bindings,
    document: bindings.apply((values) => target.compile(api, values)),
  };
}
