import * as pulumi from "@pulumi/pulumi";
import type { BindingForms, Bindings } from "../api/binding/binding.ts";
import { checkBindings } from "../api/binding/check.ts";
import { placeholders } from "../api/binding/placeholders.ts";
import { carry } from "../api/capability/carry.ts";
import type { Waived, Waivers } from "../api/capability/waivers.ts";
import { normalise } from "../api/check/normalise.ts";
import type { Api } from "../api/checked-api.ts";
import type { Auths, Backends, Description, Plans, RouteKey } from "../api/description.ts";
import { relate } from "../api/path/pattern.ts";
import { PolygateError, type Problem, printable, type Vendor } from "../api/problem.ts";
import type { AuthBindings, BackendBindings, JwtBinding, LinkInput } from "./binding-inputs.ts";
import { isLater } from "./later.ts";
import type { Caution, Target } from "./target.ts";

/** A deployed gateway, the same on every vendor. */
export interface Gateway {
  /** Where clients send requests, without a slash at the end. */
  readonly url: pulumi.Output<string>;
  /** The host, and port if any, of `url`. */
  readonly hostname: pulumi.Output<string>;
  readonly vendor: Vendor;
  /** The class, e.g. `AwsHttpApi`. */
  readonly flavour: string;
  /** The vendor's name of the region or location. */
  readonly region: pulumi.Output<string>;
  /** The vendor's id of the gateway. */
  readonly id: pulumi.Output<string>;
  /** What is deployed, and what is not, and why. */
  readonly report: Report;
}

/** What a reviewer wants to know of a gateway before it is deployed; shown at every preview. */
export interface Report {
  readonly flavour: string;
  readonly vendor: Vendor;
  /** How many routes are served. */
  readonly routes: number;
  /** Routes without authentication. */
  readonly open: readonly { readonly route: string; readonly reason: string }[];
  /** What the vendor cannot carry and is missing for a stated reason. */
  readonly waived: readonly Waived[];
  /** Routes that this gateway does not serve, for a stated reason. */
  readonly omitted: readonly { readonly route: string; readonly reason: string }[];
  /** What is served, and rests on something that the vendor does not document. */
  readonly cautions: readonly Caution[];
}

/** What every vendor's gateway takes. */
export type GatewayArgs<
  Bs extends Backends,
  As extends Auths,
  Ps extends Plans = Plans,
  Ks extends RouteKey = RouteKey,
  Link = LinkInput,
> = {
  /** What the API is: from `defineApi` or `fromOpenApi`. */
  readonly api: Description<Bs, As, Ps, Ks>;
  /** Where each backend of the description is. */
  readonly backends: BackendBindings<Bs, Link>;
  /** What this vendor cannot carry and may be missing, each with the reason why that is safe. */
  readonly waive?: Waivers;
  /** Routes that this gateway does not serve, each with the reason. They answer as unknown paths do. */
  readonly omit?: Readonly<Partial<Record<RouteKey, string>>>;
} & AuthBindings<As>;

/** What a gateway is made from, checked; thrown before anything is registered when something is wrong. */
export interface Plan<Document> {
  readonly api: Api;
  readonly report: Report;
  /** What is bound, checked; unknown at preview while any of it is. */
  readonly bindings: pulumi.Output<Bindings>;
  /** The vendor's document with the real bindings; unknown at preview while a binding is. */
  readonly document: pulumi.Output<Document>;
}

/** The arguments of {@link plan}, free of the type parameters that serve the editor. */
export interface PlanArgs {
  readonly api: Description;
  readonly backends: BackendBindings<Backends>;
  readonly auth?: Readonly<Record<string, JwtBinding>>;
  readonly waive?: Waivers;
  readonly omit?: Readonly<Partial<Record<RouteKey, string>>>;
}

/**
 * Checks everything that can be known now and compiles the document: at once with a placeholder for each binding that
 * is not known yet, and again with the real values.
 *
 * @throws {PolygateError} with all that is wrong.
 */
export function plan<Document>(subject: string, args: PlanArgs, target: Target<Document>): Plan<Document> {
  const { api: described, omitted, problems: misfits } = omit(normalise(args.api), args.omit ?? {});
  const given: Inputs = { backends: args.backends ?? {}, auth: args.auth ?? {} };
  const { api, waived } = carry(described, target.capabilities, args.waive ?? {}, (carried) => [
    ...misfits,
    ...target.check(carried),
    ...checkBindings(carried, known(carried, given, target), target),
  ]);
  target.compile(api, known(api, given, target));
  const { vendor, className } = target.capabilities;
  const bindings = resolve(subject, api, given, target);
  const open = api.routes.flatMap((route) =>
    route.auth.kind === "open" ? [{ route: route.key, reason: route.auth.reason }] : [],
  );
  return {
    api,
    report: {
      flavour: className,
      vendor,
      routes: api.routes.length,
      open,
      waived,
      omitted,
      cautions: target.cautions(api),
    },
    bindings,
    document: bindings.apply((values) => target.compile(api, values)),
  };
}

type Inputs = Pick<Required<PlanArgs>, "backends" | "auth">;

/** The bindings with a placeholder for each value that is an Output. */
function known(api: Api, given: Inputs, forms: BindingForms): Bindings {
  const stand = placeholders(api, forms);
  const overlay = <T extends object>(
    values: Readonly<Record<string, T>>,
    instead: Readonly<Record<string, object>>,
  ): Record<string, T> =>
    Object.fromEntries(
      Object.entries(values).map(([key, binding]) => [
        key,
        binding === null || typeof binding !== "object"
          ? binding
          : (Object.fromEntries(
              Object.entries(binding).map(([field, value]) => [
                field,
                isLater(value)
                  ? (instead[key] as Record<string, unknown>)?.[field]
                  : field === "link"
                    ? linkInstead(value, forms)
                    : value,
              ]),
            ) as T),
      ]),
    );
  return { backends: overlay(given.backends, stand.backends), auth: overlay(given.auth, stand.auth) } as Bindings;
}

/** A link with a placeholder for each of its values that is an Output. */
function linkInstead(link: unknown, forms: BindingForms): unknown {
  if (typeof link !== "object" || link === null) return link;
  const fields = Object.entries(link);
  const standIn = forms.links?.placeholder(Object.fromEntries(fields.filter(([, value]) => !isLater(value)))) ?? {};
  return Object.fromEntries(fields.map(([field, value]) => [field, isLater(value) ? (standIn[field] ?? "") : value]));
}

/** A secret has no place in a document that the vendor shows to whoever may read the gateway. */
function resolve(subject: string, api: Api, given: Inputs, forms: BindingForms): pulumi.Output<Bindings> {
  const values = pulumi.output(given) as unknown as pulumi.Output<Bindings>;
  return pulumi.all([pulumi.unsecret(values), pulumi.isSecret(values)]).apply(([resolved, secret]) => {
    if (secret) {
      throw new PolygateError(subject, [
        {
          code: "secret-binding",
          place: "backends, auth",
          rule: "a binding is a secret, and the gateway's document is not a place for secrets",
          remedy: "Bind a URL without a secret in it, or mark it with pulumi.unsecret if it is none.",
        },
      ]);
    }
    const bindings = resolved as Bindings;
    const problems = checkBindings(api, bindings, forms);
    if (problems.length > 0) throw new PolygateError(subject, problems);
    return bindings;
  });
}

/** The API without the routes that a gateway leaves out, and what is wrong with leaving them out. */
function omit(
  api: Api,
  reasons: Readonly<Record<string, string | undefined>>,
): { api: Api; omitted: Report["omitted"]; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  for (const [route, reason] of Object.entries(reasons)) {
    if (!api.routes.some((other) => other.key === route)) {
      problems.push({
        code: "unknown-route",
        place: `omit[${JSON.stringify(route)}]`,
        rule: "there is no such route",
        remedy: "Write the route's key as the description has it.",
      });
    } else if (typeof reason !== "string" || reason.trim() === "") {
      problems.push({
        code: "empty",
        place: `omit[${JSON.stringify(route)}]`,
        rule: "leaving a route out has a reason",
        remedy: "Write why this gateway does not serve it.",
      });
    }
  }
  const routes = api.routes.filter((route) => !Object.hasOwn(reasons, route.key));
  for (const gone of api.routes.filter((route) => Object.hasOwn(reasons, route.key))) {
    const wider = routes.find(
      (route) => route.method === gone.method && relate(gone.pattern, route.pattern) === "narrower",
    );
    if (wider === undefined) continue;
    problems.push({
      code: "omitted-falls-through",
      route: gone.key,
      rule: `left out, its requests would reach "${wider.key}"`,
      remedy: "Leave the wider route out too, or keep both.",
    });
  }
  if (routes.length === 0)
    problems.push({
      code: "no-routes",
      place: "omit",
      rule: "a gateway has at least one route",
      remedy: "Leave fewer routes out.",
    });
  return {
    api: { ...api, routes, plans: plansFor(api.plans, reasons) },
    omitted: Object.entries(reasons).map(([route, reason]) => ({ route, reason: reason ?? "" })),
    problems,
  };
}

/** The plans without what they say of routes that are gone: vendors refuse settings that name an absent route. */
function plansFor(plans: Api["plans"], gone: Readonly<Record<string, unknown>>): Api["plans"] {
  const kept = Object.entries(plans).map(([name, plan]) => {
    const routes = Object.entries(plan.routes).filter(([key]) => !Object.hasOwn(gone, key));
    return [name, { ...plan, routes: Object.fromEntries(routes) }] as const;
  });
  return Object.fromEntries(kept);
}

/** What every gateway registers as its outputs. */
export function outputsOf(gateway: Gateway): Gateway {
  const { url, hostname, vendor, flavour, region, id, report } = gateway;
  return { url, hostname, vendor, flavour, region, id, report };
}

/** Says at every preview and update what is open, waived and left out. */
export function announce(report: Report, resource: pulumi.Resource): void {
  const info = (text: string): unknown => pulumi.log.info(printable(text), resource);
  const warn = (text: string): unknown => pulumi.log.warn(printable(text), resource);
  for (const { route, reason } of report.open) info(`open: ${route}: ${reason}`);
  for (const { what, reason, routes } of report.waived) {
    const on = routes.length === 0 ? "" : ` on ${routes.length === 1 ? routes[0] : `${routes.length} routes`}`;
    warn(`waived: ${what}${on}: ${reason}`);
  }
  for (const { route, reason } of report.omitted) warn(`left out: ${route}: ${reason}`);
  for (const { route, what, advice } of report.cautions) warn(`unverified: ${route}: ${what}. ${advice}`);
}
