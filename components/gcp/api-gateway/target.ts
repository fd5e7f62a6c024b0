import type { Api, ApiRoute } from "../../api/checked-api.ts";
import { byPrecedence, type Pattern, printPattern, relate } from "../../api/path/pattern.ts";
import type { Problem } from "../../api/problem.ts";
import type { Target } from "../../gateway/target.ts";
import { gcpApiGateway } from "./capabilities.ts";
import { apiGatewayDocument } from "./document.ts";

/** What the compiler must know beside the description and the bindings. */
export interface ApiGatewayPlace {
  /** A name for people, for a description without a title. */
  readonly title: string;
}

/** Checks and compiles an API for API Gateway, into one OpenAPI document. */
export function apiGatewayTarget({ title }: ApiGatewayPlace): Target<string> {
  return {
    capabilities: gcpApiGateway,
    resources: () => 3,
    cautions: () => [],
    check: (api) => [...checkEmptyRests(api), ...checkAudiences(api)],
    compile: (api, bindings) => apiGatewayDocument(api, bindings, api.title ?? title),
    artefacts: (document) => ({ "openapi.json": document }),
  };
}

/**
 * `/files/{rest+}` takes `/files/` too. Where nothing is declared for `/files` itself, another route may hold that path,
 * and its requests must not get around it by a slash at the end.
 */
function checkEmptyRests({ routes }: Api): readonly Problem[] {
  return routes.flatMap((greedy): readonly Problem[] => {
    if (greedy.pattern.at(-1)?.kind !== "greedy") return [];
    const folder = greedy.pattern.slice(0, -1);
    const others = routes.filter(({ method }) => method === greedy.method);
    if (others.some(({ pattern }) => relate(pattern, folder) === "equal")) return [];
    const bypassed = others.find(
      (other) => !isAsStrict(greedy, other) && holdsSome(other, folder) && !isHidden(other, folder, others),
    );
    if (bypassed === undefined) return [];
    const path = printPattern(folder);
    return [
      {
        code: "empty-rest",
        route: greedy.key,
        feature: "route.greedy",
        vendor: "gcp",
        rule: `on API Gateway "${greedy.key}" also takes "${path}/", which would get requests around "${bypassed.key}"`,
        remedy: `Declare "${greedy.method} ${path}" with the authentication it should have.`,
      },
    ];
  });
}

/** Whether whoever passes `one` would also have passed `other`; there are no scopes here. */
function isAsStrict(one: ApiRoute, other: ApiRoute): boolean {
  return other.auth.kind === "open" || one.authName === other.authName;
}

/** Whether a route holds paths of the folder that the gateway, in its order, gives to what is below the folder first. */
function holdsSome({ pattern }: ApiRoute, folder: Pattern): boolean {
  const relation = relate(pattern, folder);
  return (relation === "wider" || relation === "crossing") && byPrecedence(pattern, folder) > 0;
}

/** Whether a narrower route holds the whole folder, so that none of its requests is the wider route's. */
function isHidden(route: ApiRoute, folder: Pattern, others: readonly ApiRoute[]): boolean {
  return others.some(
    ({ pattern }) => relate(folder, pattern) === "narrower" && relate(pattern, route.pattern) === "narrower",
  );
}

/** The proxy splits the list at its commas, trims blanks, and compares without scheme and slash at the end. */
function checkAudiences({ auth }: Api): readonly Problem[] {
  return Object.entries(auth).flatMap(([name, entry]) =>
    (entry.kind === "jwt" ? entry.audiences : []).flatMap((audience, index): readonly Problem[] => {
      const common = {
        place: `auth.${name}.audiences[${index}]`,
        feature: "auth.jwt",
        vendor: "gcp",
      } as const;
      if (audience.includes(",") || audience !== audience.trim()) {
        return [
          {
            ...common,
            code: "bad-audience",
            rule: `API Gateway takes audiences as one text, split at commas and trimmed, so ${JSON.stringify(audience)} would be another`,
            remedy: "Have the issuer name an audience without commas, and without blanks at its ends.",
          },
        ];
      }
      if (audience.replace(/^https?:\/\//, "").replace(/\/$/, "") === "") {
        return [
          {
            ...common,
            code: "empty-audience",
            rule: `API Gateway compares audiences without scheme and slash at the end, and nothing is left of ${JSON.stringify(audience)}: a token for nobody would pass`,
            remedy: "Name the audience that tokens for this API have.",
          },
        ];
      }
      return [];
    }),
  );
}
