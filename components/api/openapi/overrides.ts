import type { Auths, Backends, Cors, Defaults, Plans, ProxyRoute, ReplyRoute, RouteKey } from "../description.ts";
import type { Answers } from "./answers/answers.ts";

/** What is different at one route. Members that are omitted remain as in the document. */
export type RouteOverride = Partial<ProxyRoute<string, string>> | Partial<ReplyRoute<string>>;

/** What replaces or complements an OpenAPI document. */
export interface Overrides {
  /**
   * An OpenAPI Overlay, version 1.0 to 1.2: a path relative to the working directory, a `file:` URL, or the parsed overlay. It may add
   * `x-polygate` to the document, and nothing else.
   * @default none
   */
  readonly overlay?: string | URL | object;
  /**
   * The title of the API.
   * @default the document's `info.title`
   */
  readonly title?: string;
  /** Backends by name, in addition to the document's. */
  readonly backends?: Backends;
  /** Auths by name. An auth replaces the security scheme of the same name. */
  readonly auth?: Auths;
  /**
   * Answers to what the document leaves open about security, for all its operations.
   * @default those of the document
   */
  readonly answers?: Answers;
  /**
   * The name of the backend of routes that do not name one.
   * @default the document's `to`, or the only backend
   */
  readonly to?: string;
  /** Defaults for every route. Each member replaces the document's. */
  readonly default?: Defaults;
  /** Replaces the document's policy; `null` removes it. */
  readonly cors?: Cors | null;
  /** Plans by name, in addition to the document's. */
  readonly plans?: Plans;
  /**
   * Extensions of other gateways that protect routes and are not read, such as `x-google-quota`, each with the reason why its
   * protection is not needed. Without a reason, such an extension is an error. In addition to the document's.
   */
  readonly ignore?: Readonly<Record<`x-${string}`, string>>;
  /**
   * What is different at single routes; `null` removes a route, which is an error if its requests would then reach a route for which
   * the document declares other security. A route that the document lacks is added. The same auth keeps
   * the scopes of the document; another auth must set `scopes` if the document requires some, and must not require less.
   */
  readonly routes?: Readonly<Record<RouteKey, RouteOverride | null>>;
}

export const overrideMembers = [
  "overlay",
  "title",
  "backends",
  "auth",
  "answers",
  "to",
  "default",
  "cors",
  "plans",
  "ignore",
  "routes",
] as const satisfies readonly (keyof Overrides)[];
