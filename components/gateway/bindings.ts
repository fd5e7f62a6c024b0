import * as pulumi from "@pulumi/pulumi";
import { type Bindings, checkBindings, placeholders } from "../api/binding/binding.ts";
import type { LinkForm } from "../api/binding/link.ts";
import type { Api } from "../api/checked-api.ts";
import { PolygateError } from "../api/problem.ts";
import type { BackendBindings, JwtBinding } from "./binding-inputs.ts";
import { isLater } from "./later.ts";

/** The bindings as a user passes them. */
export interface BindingInputs {
  readonly backends: BackendBindings;
  readonly auth: Readonly<Record<string, JwtBinding>>;
}

/**
 * The bindings, with a placeholder for each value that is an Output.
 *
 * @param links the form of the links that the gateway's class accepts
 */
export function previewBindings(api: Api, inputs: BindingInputs, links: LinkForm | undefined): Bindings {
  const substitutes = placeholders(api, links);
  const preview = (bindings: object, replacements: object): Record<string, unknown> =>
    mapValues(bindings, (binding, key) => previewBinding(binding, memberOf(replacements, key), links));
  return {
    backends: preview(inputs.backends, substitutes.backends),
    auth: preview(inputs.auth, substitutes.auth),
  } as unknown as Bindings;
}

function previewBinding(binding: unknown, substitute: unknown, links: LinkForm | undefined): unknown {
  // What is no object is reported by `checkBindings`.
  if (typeof binding !== "object" || binding === null) return binding;
  return mapValues(binding, (value, field) => {
    if (isLater(value)) return memberOf(substitute, field);
    return field === "link" ? previewLink(value, links) : value;
  });
}

function previewLink(link: unknown, links: LinkForm | undefined): unknown {
  if (typeof link !== "object" || link === null) return link;
  const known = Object.fromEntries(Object.entries(link).filter(([, value]) => !isLater(value)));
  const substitute = links?.standIn(known) ?? {};
  return mapValues(link, (value, field) => (isLater(value) ? (substitute[field] ?? "") : value));
}

function mapValues(record: object, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * The checked bindings, once all of their values are known.
 *
 * A secret is rejected: everybody who may read the gateway's configuration can read the document.
 */
export function resolvedBindings(
  subject: string,
  api: Api,
  inputs: BindingInputs,
  links: LinkForm | undefined,
): pulumi.Output<Bindings> {
  const values = pulumi.output(inputs) as unknown as pulumi.Output<Bindings>;
  return pulumi.all([pulumi.unsecret(values), pulumi.isSecret(values)]).apply(([resolved, isSecret]) => {
    if (isSecret) {
      throw new PolygateError(subject, [
        {
          code: "secret-binding",
          place: "backends, auth",
          rule: "A binding is a secret, but the gateway's document does not keep secrets.",
          remedy: "Bind a URL without a secret in it, or pass it through pulumi.unsecret if it is not confidential.",
        },
      ]);
    }
    const bindings = resolved as Bindings;
    const problems = checkBindings(api, bindings, links);
    if (problems.length > 0) throw new PolygateError(subject, problems);
    return bindings;
  });
}
