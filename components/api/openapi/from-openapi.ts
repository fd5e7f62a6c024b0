import { normalise } from "../check/normalise.ts";
import { type Auths, type Description, http } from "../description.ts";
import { rememberDocument } from "../document-form.ts";
import { byCause } from "../problem/causes.ts";
import { PolygateError, type Problem, ProblemList } from "../problem.ts";
import type { Reader } from "../reader.ts";
import { nearest } from "../suggestion.ts";
import { checkVersion, type OpenApiOperation, readOperations } from "./document.ts";
import { Extensions } from "./extensions.ts";
import { Inputs } from "./inputs.ts";
import { withLinters } from "./linters.ts";
import { placeOf } from "./origins.ts";
import { applyOverlay } from "./overlay/apply-overlay.ts";
import type { Overrides } from "./overrides.ts";
import { Omissions } from "./paths/omissions.ts";
import { Routes, UNREAD } from "./routes.ts";
import type { Requirement } from "./security/requirement.ts";
import { OpenApiSecurity } from "./security/security.ts";
import { OpenApiSource } from "./source.ts";
import { asOpenApi } from "./swagger/swagger.ts";

/** Problems that cannot be decided while an auth is unread: whether it is weaker than another, or requires a key, is unknown. */
const undecidableWhileUnread = new Set(["weaker-fall-through", "plans-without-key", "plan-of-unkeyed-route"]);

/**
 * Reads an OpenAPI 3.0, 3.1 or 3.2 document, or a Swagger 2.0 document, YAML or JSON, as a description. It is synchronous and
 * downloads nothing: a `$ref` may refer to files in the document's folder or below, and to nothing else. A Swagger 2.0 document is
 * read alone.
 *
 * Paths, methods and security become routes with auths and scopes. OpenAPI cannot express everything: `x-polygate`, a member of
 * the document, a path, an operation or a security scheme, expresses the rest (`x-polygate.schema.json`), and `overrides` take
 * precedence over both. Checks of requests (required parameters, and bodies of `application/json`) are taken over only where
 * `x-polygate` sets `validate`, since most gateways would have to refuse them: `true` means as much as gateways can check, and never more
 * than the document allows, with the rest in `unchecked`; `"exact"` refuses whatever cannot be checked exactly.
 *
 * A backend is bound with the server's URL, including its base path. A scheme of type `apiKey` in the header `x-api-key` becomes
 * `apiKey()`. A key beside a token in one requirement becomes an auth of its own, named after both: `staff` and `key` become
 * `staffAndKey`, which is bound like a token.
 *
 * `answers` decide, for all operations that they list, what the document leaves open: which of several schemes, what a scheme that no
 * gateway checks becomes, and what operations without security need. What the gateway then does not check is in `unchecked`, with the
 * reason. An `overlay` adds `x-polygate` to a document that cannot be changed.
 *
 * The document's security is kept: an override or `x-polygate` may replace an auth or scopes by name, but not require less.
 * Extensions of other gateways that create or protect routes are errors; `ignore` names those whose protection is not needed.
 *
 * @param document a path relative to the working directory, a `file:` URL, or the parsed document
 * @throws {PolygateError} with every problem, each with its place in the file. Security that is declared and cannot be enforced
 *   is a problem.
 *
 * @example
 * ```ts
 * import { fromOpenApi, jwt } from "polygate";
 *
 * export const orders = fromOpenApi(new URL("./orders.yaml", import.meta.url), {
 *   auth: { staff: jwt({ audiences: ["orders"] }) },
 *   default: { limits: [{ requests: 600, per: "minute", by: "route" }] },
 *   routes: { "POST /orders": null },
 * });
 * ```
 */
export function fromOpenApi(document: string | URL | object, overrides: Overrides = {}): Description {
  return readOpenApi(document, overrides, true);
}

/**
 * Like {@link fromOpenApi}.
 *
 * @param isCode whether a program passes the overrides. The remedies of problems depend on it.
 */
export function readOpenApi(document: string | URL | object, overrides: Overrides, isCode: boolean): Description {
  const { name, description, problems } = readingOf(document, overrides, isCode);
  if (description === undefined) throw new PolygateError(name, problems);
  return description;
}

/** What a document becomes, or what is wrong with it, and what its answers may name. */
export interface Reading {
  readonly name: string;
  /** Undefined if there are problems. */
  readonly description: Description | undefined;
  /** One for each cause. */
  readonly problems: readonly Problem[];
  /** The keys of all operations. */
  readonly operations: readonly string[];
  /** The security schemes of the document. */
  readonly schemes: readonly string[];
  /** The schemes and auths that a gateway requires, which other answers may name. */
  readonly auths: readonly string[];
  /** The schemes that operations require as a token whose audiences each gateway binds, with the operations. */
  readonly withoutAudiences: ReadonlyMap<string, readonly string[]>;
  /** The operations with several scopes in one alternative, of which an answer may make one enough. */
  readonly severalScopes: readonly string[];
  /** The URLs of the servers of paths and operations, by the names of the backends that they are. */
  readonly servers: ReadonlyMap<string, string>;
}

/**
 * Reads a document like {@link readOpenApi}, and returns its problems.
 *
 * @param document also one that is open already, which is not parsed again
 * @throws {PolygateError} for a file that is no OpenAPI document or overlay
 */
export function readingOf(
  document: string | URL | object | OpenApiSource,
  overrides: Overrides,
  isCode: boolean,
): Reading {
  const source = sourceOf(document);
  checkVersion(source);
  const { overlay } = overrides;
  const complete = overlay === undefined ? source : applyOverlay(source, overlay);
  return new Translation(asOpenApi(complete), overrides, isCode).reading();
}

function sourceOf(document: string | URL | object | OpenApiSource): OpenApiSource {
  if (document instanceof OpenApiSource) return document.again();
  return typeof document === "string" || document instanceof URL
    ? OpenApiSource.open(document)
    : OpenApiSource.of(document);
}

/** The title of a document. A folded text of YAML ends with a line break. */
function documentTitle(title: Reader): Reader {
  return typeof title.value === "string" ? title.with(title.value.trimEnd()) : title;
}

class Translation {
  readonly #inputs: Inputs;
  /** Problems of the overrides themselves. */
  readonly #problems = new ProblemList();
  readonly #backends: Record<string, unknown>;
  /** Whether the document or the overrides declare backends. */
  readonly #hasBackends: boolean;
  readonly #auths: Record<string, unknown>;
  readonly #default: Record<string, unknown>;
  readonly #plans: Record<string, unknown>;
  readonly #ignored: Record<string, unknown>;
  readonly #extensions: Extensions;
  readonly #security: OpenApiSecurity;
  readonly #omissions: Omissions;
  readonly #routes: Routes;

  constructor(source: OpenApiSource, overrides: Overrides, isCode: boolean) {
    this.#inputs = new Inputs(source, overrides, this.#problems, isCode);
    this.#backends = this.#inputs.merged("backends");
    this.#hasBackends = Object.keys(this.#backends).length > 0;
    if (!this.#hasBackends) this.#backends.backend = http();
    this.#auths = this.#inputs.merged("auth");
    this.#inputs.declareTokens(this.#auths);
    this.#default = this.#inputs.merged("default");
    this.#plans = this.#inputs.merged("plans");
    this.#ignored = this.#inputs.merged("ignore");
    this.#extensions = new Extensions(this.#ignored);
    this.#security = this.#readSecurity(source);
    this.#omissions = new Omissions(this.#inputs.answers, this.#inputs.remedies);
    this.#routes = new Routes(this.#inputs, this.#security, this.#extensions, {
      backends: Object.keys(this.#backends),
      omissions: this.#omissions,
    });
  }

  reading(): Reading {
    const { source } = this.#inputs;
    const unsupported: string[] = [];
    const operations = readOperations(source, this.#extensions, (member, method, key) => {
      unsupported.push(key);
      this.#omissions.refuseMethod(member, method, key);
    });
    const keys = [...operations.map(({ key }) => key), ...unsupported];
    const named = new Set(this.#authNames(operations));
    this.#security.reserve(named);
    for (const operation of operations) this.#routes.addOperation(operation);
    this.#security.reportUndecided();
    this.#routes.addOverrides(new Set(keys));
    this.#routes.reportUndecided();
    this.#routes.addMoved();
    this.#routes.checkOmissions();
    this.#routes.addShared(this.#plans);
    if (typeof this.#default.auth === "string") this.#security.adopt(this.#default.auth);
    this.#reportUnusedAuths(named);
    this.#checkAnswers(keys);
    this.#reportUnusedIgnores();
    this.#addServerBackends();
    const description = this.#assemble();
    const found = this.#check(description);
    const all = [...source.problems(), ...this.#problems.all, ...found];
    const withoutAudiences = () => this.#withoutAudiences();
    const schemes = source.root.at("components").at("securitySchemes");
    const problems = byCause(this.#inputs.unanswered.placed(all)).map((each) => withLinters(each, schemes));
    rememberDocument(description, {
      locate: (place) => this.#inputs.origins.translate(place),
      declare: (members) => this.#inputs.remedies.atRoot(members),
    });
    return {
      name: source.name ?? "The OpenAPI object",
      description: problems.length > 0 ? undefined : (description as unknown as Description),
      problems,
      operations: keys,
      schemes: this.#security.schemeNames,
      auths: this.#security.requiredNames,
      severalScopes: this.#security.withSeveralScopes,
      servers: this.#routes.serverBackends,
      // Only the command needs it.
      get withoutAudiences() {
        return withoutAudiences();
      },
    };
  }

  #withoutAudiences(): ReadonlyMap<string, readonly string[]> {
    const { combined, withoutAudiences } = this.#security;
    const uses = Map.groupBy(this.#routes.serving, ([, key]) => {
      const { auth = this.#default.auth as string } = this.#routes.all[key] as Requirement;
      return combined.get(auth)?.token ?? auth;
    });
    return new Map(withoutAudiences.map((name) => [name, (uses.get(name) ?? []).map(([operation]) => operation)]));
  }

  /** The security of the document and the overrides. Reports auths that weaken what the document declares. */
  #readSecurity(source: OpenApiSource): OpenApiSecurity {
    const { extension, overrides } = this.#inputs;
    const security = new OpenApiSecurity(
      source,
      {
        auths: this.#auths as Auths,
        documentAuths: extension.at("auth"),
        documentDefault: extension.at("default").at("auth"),
        overrideDefault: overrides.at("default").at("auth"),
        answers: this.#inputs.answers,
        remedies: this.#inputs.remedies,
      },
      this.#extensions,
    );
    const [inDocument, inOverrides] = [extension.at("auth"), overrides.at("auth")];
    for (const name of inDocument.isObject ? inDocument.keys() : []) {
      security.checkReplacement(inDocument.at(name), name, undefined);
    }
    for (const name of inOverrides.isObject ? inOverrides.keys() : []) {
      security.checkReplacement(inOverrides.at(name), name, inDocument.at(name));
    }
    return security;
  }

  /** Every name that the document or the overrides use for an auth. */
  #authNames(operations: readonly OpenApiOperation[]): readonly unknown[] {
    const routes = this.#inputs.overrides.at("routes");
    const levels = [
      ...operations.flatMap(({ own, shared }) => [own, shared]),
      ...(routes.isObject ? routes.keys() : []).map((key) => routes.at(key)),
    ];
    return [this.#default.auth, ...levels.map((level) => level.at("auth").value)];
  }

  /** An extension that is ignored and does not exist is probably misspelt. */
  #reportUnusedIgnores(): void {
    for (const { name, remedy } of this.#extensions.unused()) {
      const rule = `The document has no extension "${name}" that protects routes.`;
      const { origins } = this.#inputs;
      if (origins.follows(placeOf("ignore", name))) continue;
      const place = origins.translate(placeOf("ignore", name));
      this.#problems.refuse("unused-ignore", rule, remedy, { place });
    }
  }

  #checkAnswers(operations: readonly string[]): void {
    const { answers, overrides, extension, source } = this.#inputs;
    const routes = overrides.at("routes");
    const names = {
      schemes: this.#security.schemeNames,
      auths: this.#auths,
      operations,
      removed: new Set(operations.filter((key) => routes.at(key).value === null || this.#omissions.isAnswered(key))),
    };
    answers.checkNames(names);
    answers.checkUnsecured({ open: extension.at("open").value, defaultAuth: this.#default.auth });
    if (!this.#routes.hasUnread && source.problems().length === 0) answers.reportUnused(names);
  }

  /** The names of the auths that the routes or the default use. */
  #usedAuths(): ReadonlySet<string | undefined> {
    return new Set([...this.#routes.authNames, this.#default.auth as string | undefined]);
  }

  /** An auth without a scheme of that name and without a route is probably misspelt, and its scheme is not replaced. */
  #reportUnusedAuths(named: ReadonlySet<unknown>): void {
    const used = this.#usedAuths();
    const parts = new Set([...this.#security.combined.values()].flatMap(({ token, key }) => [token, key]));
    const { schemeNames } = this.#security;
    // An answer that no operation needs is reported as such.
    const answered = this.#inputs.answers.tokens.map(({ answer }) => answer.name);
    for (const name of Object.keys(this.#auths).filter((each) => !answered.includes(each))) {
      if (used.has(name) || parts.has(name) || schemeNames.includes(name)) continue;
      // A route that has another problem with its auth does not use it yet.
      if (this.#routes.hasUnread && named.has(name)) continue;
      const near = nearest(name, schemeNames);
      this.#problems.refuse(
        "unused-auth",
        `No security scheme is called "${name}", and no route uses it.`,
        near === undefined ? "Remove it, or name it at a route." : `Did you mean "${near}"?`,
        { place: this.#inputs.origins.translate(placeOf("auth", name)) },
      );
    }
  }

  /** A problem of the description, with a place and a remedy in the document or the overrides. */
  #inTermsOfDocument(problem: Problem): Problem {
    const { origins, remedies } = this.#inputs;
    const { route, place: inDescription = route === undefined ? undefined : placeOf("routes", route) } = problem;
    const place = inDescription === undefined ? {} : { place: origins.translate(inDescription) };
    if (route !== undefined && this.#routes.serving.has(route) && inDescription === placeOf("routes", route)) {
      return { ...this.#omissions.asked(problem), ...place };
    }
    if (problem.code !== "no-plans") return { ...problem, ...place };
    const plans = { all: {} };
    const remedy = `For a plan without limits, ${remedies.atRoot({ plans })}`;
    return { ...problem, ...place, remedy, questions: [{ at: ["plans"], example: plans }] };
  }

  /** Declares the backends of operations with servers of their own. Without others, the document's own is not needed. */
  #addServerBackends(): void {
    for (const name of this.#routes.serverBackends.keys()) {
      if (!Object.hasOwn(this.#backends, name)) this.#backends[name] = http();
    }
    const isUsed = Object.values(this.#routes.all).some(
      (route) => (route as { to?: unknown } | null)?.to === "backend",
    );
    if (!this.#hasBackends && !isUsed && Object.keys(this.#backends).length > 1) delete this.#backends.backend;
  }

  #assemble(): Record<string, unknown> {
    this.#noteOrigins();
    const title = this.#inputs.chosen("title", documentTitle(this.#inputs.source.root.at("info").at("title")));
    const cors = this.#inputs.chosen("cors").value ?? undefined;
    const plans = this.#inputs.chosen("plans");
    // A replaced scheme that no route uses any more needs no binding.
    const used = this.#usedAuths();
    const auths = Object.entries(this.#auths).filter(([name]) => used.has(name));
    return {
      version: 1,
      title: title.value,
      backends: this.#backends,
      auth: Object.fromEntries([...this.#security.used, ...auths]),
      ...(Object.keys(this.#default).length === 0 ? {} : { default: this.#default }),
      ...(cors === undefined ? {} : { cors }),
      ...(plans.present ? { plans: this.#plans } : {}),
      ...(Object.keys(this.#ignored).length === 0 ? {} : { ignored: this.#ignored }),
      ...this.#routes.remarks,
      routes: { ...this.#routes.all },
    };
  }

  /** Records where the auths of the document and the ignored extensions come from. */
  #noteOrigins(): void {
    const { origins } = this.#inputs;
    for (const name of Object.keys(this.#ignored)) {
      const origin = origins.get(placeOf("ignore", name));
      if (origin !== undefined) origins.set(placeOf("ignored", name), origin);
    }
    for (const [name, { source, reader }] of this.#security.origins) {
      origins.set(placeOf("auth", name), { source, place: `${reader.place}["x-polygate"]` });
    }
    for (const [name, { token }] of this.#security.combined) {
      const origin = origins.get(placeOf("auth", token));
      if (origin !== undefined) origins.set(`${placeOf("auth", name)}.of[0]`, origin);
    }
  }

  /** The problems of the description, at the places that its parts come from. */
  #check(description: Record<string, unknown>): readonly Problem[] {
    const { source, origins, overrides } = this.#inputs;
    if (Object.keys(this.#routes.all).length === 0 && source.problems().length > 0) return [];
    const { hasUnread } = this.#routes;
    const hasTitle = overrides.at("title").present;
    const auth = { ...(description.auth as object), [UNREAD]: { kind: "jwt", audiences: [UNREAD] } };
    try {
      normalise(hasUnread ? { ...description, auth } : description);
      return [];
    } catch (error) {
      if (!(error instanceof PolygateError)) throw error;
      return (
        error.problems
          .filter(({ code }) => !hasUnread || !undecidableWhileUnread.has(code))
          .filter(({ place }) => !origins.follows(place ?? ""))
          // A title of the document that is no string is already reported at info.title.
          .filter(({ place }) => place !== "title" || typeof description.title === "string" || hasTitle)
          .map((problem) => this.#inTermsOfDocument(problem))
      );
    }
  }
}
