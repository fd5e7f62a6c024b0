import * as pulumi from "@pulumi/pulumi";
import type { BindingForms, Bindings } from "../api/binding/binding.ts";
import { placeholderAudience, placeholders } from "../api/binding/placeholders.ts";
import { placeholderProof } from "../api/binding/proof.ts";
import type { Api } from "../api/checked-api.ts";
import { trustKinds } from "../api/description/trust.ts";
import type { Backends } from "../api/description.ts";
import { PolygateError, type Problem } from "../api/problem.ts";
import type { BackendBindings, JwtBinding } from "./binding-inputs.ts";
import { isLater, isObjectNow } from "./later.ts";

/** The bindings as a user passes them. */
export interface BindingInputs {
  readonly backends: BackendBindings<Backends, object, object, object>;
  readonly auth: Readonly<Record<string, JwtBinding>>;
}

/**
 * The bindings, with a placeholder for each value that is an Output.
 *
 * @param forms the forms of functions and links that the gateway's class accepts
 */
export function previewBindings(api: Api, inputs: BindingInputs, forms: BindingForms): Bindings {
  const substitutes = placeholders(api, forms);
  const preview = (bindings: object, replacements: object): Record<string, unknown> =>
    mapValues(bindings, (binding, key) => previewBinding(key, binding, memberOf(replacements, key), forms));
  return {
    backends: preview(inputs.backends, substitutes.backends),
    auth: preview(inputs.auth, substitutes.auth),
  } as unknown as Bindings;
}

function previewBinding(name: string, binding: unknown, substitute: unknown, forms: BindingForms): unknown {
  // What is no object is reported by `checkBindings`.
  if (typeof binding !== "object" || binding === null) return binding;
  return mapValues(binding, (value, field) => {
    // Audiences that nothing requires are reported, so they have a placeholder too.
    if (field === "audiences") return previewAudiences(name, value);
    // Which proof is given decides what is deployed. A later one is reported.
    if (field === "proof") return previewProof(value, forms);
    if (isLater(value)) return memberOf(substitute, field);
    return field === "link" ? previewLink(value, forms) : value;
  });
}

function previewAudiences(auth: string, audiences: unknown): unknown {
  if (isLater(audiences)) return [placeholderAudience(auth)];
  if (!Array.isArray(audiences)) return audiences;
  return audiences.map((item, index) => (isLater(item) ? placeholderAudience(auth, index) : item));
}

function previewLink(link: unknown, forms: BindingForms): unknown {
  if (typeof link !== "object" || link === null) return link;
  const known = Object.fromEntries(Object.entries(link).filter(([, value]) => !isLater(value)));
  const substitute = forms.links?.placeholder(known) ?? {};
  return mapValues(link, (value, field) => (isLater(value) ? (substitute[field] ?? "") : value));
}

function previewProof(proof: unknown, forms: BindingForms): unknown {
  if (!isObjectNow(proof)) return proof;
  const kind = trustKinds.find((each) => each === memberOf(proof, "kind"));
  const substitute = kind === undefined ? {} : placeholderProof(kind, forms.proofs, proof as Record<string, unknown>);
  return mapValues(proof as object, (value, field) =>
    isLater(value) && field !== "kind" ? (memberOf(substitute, field) ?? "") : value,
  );
}

function mapValues(record: object, change: (value: unknown, key: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * The checked bindings, once all of their values are known. Each value is also checked by itself as soon as it is known, which may be at
 * preview, while others are still unknown.
 *
 * @param preview the bindings with placeholders
 * @param problemsOf the problems of bindings
 */
export function resolvedBindings(
  subject: string,
  inputs: BindingInputs,
  preview: Bindings,
  problemsOf: (bindings: Bindings) => readonly Problem[],
): pulumi.Output<Bindings> {
  const check = (bindings: Bindings): void => {
    const problems = problemsOf(bindings);
    if (problems.length > 0) throw new PolygateError(subject, problems);
  };
  const checkOne = (path: Path, value: unknown): unknown => {
    // Each item of a list, and each member of a link, is checked by itself.
    if (Array.isArray(value)) return value.map((item, index) => checkOne([...path, index], item));
    if (isObjectNow(value)) return mapValues(value, (member, name) => checkOne([...path, name], member));
    const resolved = publicValue(subject, path, value);
    if (!isLater(value)) return resolved;
    return resolved.apply((known) => {
      check(replaced(preview, path, known) as Bindings);
      return known;
    });
  };
  const each = mapValues(inputs, (group, kind) =>
    mapValues(group as object, (binding, name) =>
      mapValues(binding as object, (value, field) => checkOne([kind, name, field], value)),
    ),
  );
  return pulumi.output(each).apply((resolved) => {
    const bindings = resolved as unknown as Bindings;
    check(bindings);
    return bindings;
  });
}

/**
 * A value of a binding, which must not be a secret: everybody who may read the gateway's configuration can read the document. Whether it is
 * a secret is known before the value is.
 */
function publicValue(subject: string, path: Path, value: unknown): pulumi.Output<unknown> {
  const output = pulumi.output(value);
  const isSecret = pulumi.output(pulumi.isSecret(output));
  const refusal = isSecret.apply((secret) => {
    if (!secret) return;
    throw new PolygateError(subject, [
      {
        code: "secret-binding",
        place: path
          .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
          .join("")
          .slice(1),
        rule: "The binding is a secret, but the gateway's document does not keep secrets.",
        remedy: "Bind a value without a secret in it, or pass it through pulumi.unsecret if it is not confidential.",
      },
    ]);
  });
  return pulumi.all([pulumi.unsecret(output), refusal]).apply(([known]) => known);
}

/** The steps from the bindings to one value. */
type Path = readonly (string | number)[];

/** The same record or list with another value at a path. */
function replaced(whole: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value;
  const inner = replaced((whole as Readonly<Record<string | number, unknown>>)[step], rest, value);
  if (typeof step === "number") return (whole as readonly unknown[]).with(step, inner);
  return { ...(whole as object), [step]: inner };
}
