import type { Description } from "../../../components/api/description.ts";
import { readOpenApi } from "../../../components/api/openapi/from-openapi.ts";
import type { Overrides } from "../../../components/api/openapi/overrides.ts";
import { PolygateError, type Problem } from "../../../components/api/problem.ts";
import { type Access, type Case, type Operation, schemes } from "./case.ts";

type Json = Record<string, unknown>;

/** The keys of all operations of a case. */
export const keys = ["GET /a", "POST /a", "GET /b", "POST /b"] as const;

/** What every reason begins with. */
export const reason = "reason";

/** Without members that are undefined. */
function defined(members: object): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function extension(access: Access): Json {
  const members = defined(access);
  return Object.keys(members).length === 0 ? {} : { "x-polygate": members };
}

function operationOf({ security, servers, own }: Operation): Json {
  const elsewhere = servers ? { servers: [{ url: "https://elsewhere.example.com" }] } : {};
  return { responses: {}, ...defined({ security }), ...elsewhere, ...extension(own) };
}

/** The OpenAPI document of a case. */
function documentOf({ version, security, paths }: Case): Json {
  return {
    openapi: version,
    info: { title: "Orders", version: "1" },
    servers: [{ url: "https://api.example.com" }],
    ...defined({ security }),
    components: { securitySchemes: schemes },
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, { servers, shared, get, post }]) => [
        path,
        {
          ...(servers ? { servers: [{ url: "https://path.example.com" }] } : {}),
          ...extension(shared),
          get: operationOf(get),
          post: operationOf(post),
        },
      ]),
    ),
  };
}

/** The answers of a case, each with the operations that it was given for. */
function answersOf({ schemes: answered, prefer, anyScope, unsecured, late }: Case): Json {
  const operations = keys.filter((key) => !late.includes(key));
  type Answer = Partial<Record<"auth" | "name", string>> & { readonly kind: string };
  const complete = ({ kind, auth, name }: Answer, what: string): Json => ({
    ...defined({ kind, name }),
    ...(kind === "jwt" ? { audiences: ["x"] } : {}),
    ...(kind === "sameAs" ? { auth } : {}),
    ...(kind === "backend" || kind === "open" ? { reason: `${reason} ${what}` } : {}),
    operations,
  });
  return {
    schemes: Object.fromEntries(Object.entries(answered).map(([name, each]) => [name, complete(each, name)])),
    prefer: { order: prefer, operations },
    ...(anyScope ? { scopes: { kind: "any", reason: `${reason} scopes`, operations } } : {}),
    ...(unsecured === undefined ? {} : { unsecured: complete(unsecured, "unsecured") }),
  };
}

function overridesOf(each: Case, answers: Json, hasPlans: boolean): Overrides {
  const { open, defaultAuth, to, paths } = each;
  const root = {
    ...defined({ open, to, default: defaultAuth === undefined ? undefined : { auth: defaultAuth } }),
    backends: { main: { kind: "http" }, other: { kind: "http" } },
    ...(hasPlans ? { plans: { all: {} } } : {}),
    answers,
  };
  const overlay = {
    overlay: "1.1.0",
    info: { title: "Answers", version: "1" },
    actions: [{ target: "$", update: { "x-polygate": root } }],
  };
  const routes = keys.flatMap((key) => {
    const [method = "", path = ""] = key.split(" ");
    const override = paths[path]?.[method.toLowerCase() as "get" | "post"].override ?? {};
    const members = defined(override);
    return Object.keys(members).length === 0 ? [] : [[key, members]];
  });
  return { overlay, routes: Object.fromEntries(routes) };
}

/** The answers without those that no operation needs. A user who is told so removes them. */
function used(answers: Json, problems: readonly Problem[]): Json {
  const copy = structuredClone(answers);
  const places = problems.flatMap(({ code, place, at = [{ place }] }) =>
    code === "unused-answer" ? at.map((each) => each.place ?? "") : [],
  );
  for (const place of places) {
    const [, question = "", scheme] = /\/answers\/(\w+)(?:\/(\w+))?$/.exec(place) ?? [];
    if (scheme === undefined) delete copy[question];
    else delete (copy.schemes as Json)[scheme];
  }
  return copy;
}

/** The case with only the schemes that these answers are about. A scheme without an answer is what its type means. */
function withAnswers(each: Case, { schemes: left }: Json): Case {
  const kept = Object.entries(each.schemes).filter(([name]) => Object.hasOwn(left as Json, name));
  return { ...each, schemes: Object.fromEntries(kept) };
}

/** A case that is a description, with the answers that are left of it. */
export interface ReadCase {
  readonly each: Case;
  readonly description: Description;
}

/** What a case is read as, or the codes of its problems. */
export function readCase(each: Case): ReadCase | readonly string[] {
  const document = documentOf(each);
  let answers = answersOf(each);
  let hasPlans = true;
  let codes: readonly string[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      const description = readOpenApi(document, overridesOf(each, answers, hasPlans), true);
      return { each: withAnswers(each, answers), description };
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      codes = error.problems.map(({ code }) => code);
      if (codes.some((code) => code !== "unused-answer" && code !== "plans-without-key")) return codes;
      if (codes.includes("plans-without-key")) hasPlans = false;
      answers = used(answers, error.problems);
    }
  }
  return codes;
}
