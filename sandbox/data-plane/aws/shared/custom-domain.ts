import type { GatewayRequest, Interpreter, Outcome } from "../../interpreter.ts";
import { DerivedRequest } from "../../serving/derived-request.ts";
import { hostOf, notServed } from "./host.ts";

/** An API that is mapped to a custom domain. */
export interface ApiMapping {
  /** Without slashes at either end. Empty: all paths that no other mapping matches. */
  readonly basePath: string;
  readonly api: Interpreter;
}

/**
 * A custom domain of API Gateway. It selects the API of a request by its mappings alone, removes the base path, and lets the API
 * decide.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
 */
export class CustomDomain implements Interpreter {
  readonly routes: readonly string[];
  readonly #name: string;
  /** The longest base path first. */
  readonly #mappings: readonly ApiMapping[];

  constructor(name: string, mappings: readonly ApiMapping[]) {
    this.#name = name;
    this.#mappings = mappings.toSorted((one, other) => other.basePath.length - one.basePath.length);
    this.routes = this.#mappings.map(({ basePath }) => `/${basePath}`);
  }

  decide(request: GatewayRequest): Outcome | Promise<Outcome> {
    if (hostOf(request) !== this.#name) return notServed(`the host is not ${this.#name}`);
    const mapping = this.#mappings.find(({ basePath }) => matches(request.path, basePath));
    if (mapping === undefined) return notServed("no API is mapped to this path");
    const { basePath, api } = mapping;
    const rest = basePath === "" ? request.path : request.path.slice(basePath.length + 1);
    // AWS matches a prefix within a segment too, and does not document which path the API then receives.
    if (!/^(?:\/|$)/.test(rest)) return notServed(`the path matches ${basePath} only within a segment`);
    const domain = { name: this.#name, basePath, path: request.path };
    return api.decide(new DerivedRequest(request, { path: rest === "" ? "/" : rest, domain }));
  }
}

/** Unverified: API Gateway compares letter case and escapes exactly. */
function matches(path: string, basePath: string): boolean {
  return basePath === "" || path.startsWith(`/${basePath}`);
}
