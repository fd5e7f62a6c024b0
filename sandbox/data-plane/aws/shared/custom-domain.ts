import type { GatewayRequest, Interpreter, Outcome } from "../../interpreter.ts";
import { DerivedRequest } from "../../serving/derived-request.ts";
import { hostOf, nothingHere } from "./host.ts";

/** An API that a custom domain leads to. */
export interface ApiMapping {
  /** Without slashes at either end; empty: the paths that lead nowhere else. */
  readonly basePath: string;
  readonly api: Interpreter;
}

/**
 * A custom domain of API Gateway: finds the API that a request is for, by its mappings alone, takes the base path off, and lets
 * that API decide.
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
    if (hostOf(request) !== this.#name) return nothingHere(`the host is not ${this.#name}`);
    const mapping = this.#mappings.find(({ basePath }) => matches(request.path, basePath));
    if (mapping === undefined) return nothingHere("no API is mapped to this path");
    const { basePath, api } = mapping;
    const rest = basePath === "" ? request.path : request.path.slice(basePath.length + 1);
    // AWS selects by the prefix also within a segment, and does not say which path the API then sees.
    if (!/^(?:\/|$)/.test(rest)) return nothingHere(`the path only begins as ${basePath} does`);
    const domain = { name: this.#name, basePath, path: request.path };
    return api.decide(new DerivedRequest(request, { path: rest === "" ? "/" : rest, domain }));
  }
}

/** Case and escapes as they are: that API Gateway compares otherwise is documented nowhere (U). */
function matches(path: string, basePath: string): boolean {
  return basePath === "" || path.startsWith(`/${basePath}`);
}
