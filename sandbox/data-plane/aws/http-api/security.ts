import { at, list, object, type PlainObject, texts } from "../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../interpreter.ts";
import type { Extensions } from "../shared/extensions.ts";
import { isSignatureScheme, readAuthType } from "../shared/iam/authorization-type.ts";
import { type JwtAuthorizer, readAuthorizer } from "./authorizer.ts";

/** What a route requires of a request. */
export interface Requirement {
  /** Undefined: no token is required. */
  readonly authorizer: JwtAuthorizer | undefined;
  /** Whether requests must be signed (`AWS_IAM`). */
  readonly signed: boolean;
  /** The token must have one of these scopes. Empty: no scope is required. */
  readonly scopes: readonly string[];
}

/** docs.aws.amazon.com, http-api-quotas. */
const MAX_AUTHORIZERS = 10;
const MAX_SCOPES = 10;

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTHTYPE = "x-amazon-apigateway-authtype";
/** The member of an operation that sets its authorization type. */
export const AUTH = "x-amazon-apigateway-auth";

const OPEN: Requirement = { authorizer: undefined, signed: false, scopes: [] };

/** The security schemes of a document: JWT authorizers, and those that require a signature. */
export class SecuritySchemes {
  readonly #extensions: Extensions;
  readonly #authorizers = new Map<string, JwtAuthorizer>();
  readonly #signatures = new Set<string>();

  /** @throws UnsupportedArtefact for authorizers that are not served */
  constructor(components: PlainObject, extensions: Extensions, surroundings: Surroundings) {
    this.#extensions = extensions;
    const place = "components.securitySchemes";
    const schemes = components.securitySchemes === undefined ? {} : object(components.securitySchemes, place);
    for (const [name, value] of Object.entries(schemes)) {
      const scheme = object(value, at(place, name));
      if (isSignatureScheme(scheme)) {
        extensions.markRead(at(at(place, name), AUTHTYPE));
        this.#signatures.add(name);
      }
      if (scheme[AUTHORIZER] === undefined) continue;
      extensions.markRead(at(at(place, name), AUTHORIZER));
      this.#authorizers.set(name, readAuthorizer(scheme, at(place, name), surroundings));
    }
    if (this.#authorizers.size > MAX_AUTHORIZERS) {
      throw new UnsupportedArtefact(place, `an HTTP API has at most ${MAX_AUTHORIZERS} authorizers`);
    }
  }

  /**
   * Reads the requirement of an operation.
   * @throws UnsupportedArtefact for schemes that enforce nothing, for alternatives, and for invalid scopes
   */
  requirement(operation: PlainObject, place: string): Requirement {
    const where = at(place, "security");
    const requirements = operation.security === undefined ? [] : list(operation.security, where);
    const [requirement] = requirements;
    const type = readAuthType(operation, place, AUTH);
    if (type !== undefined) {
      this.#extensions.markRead(at(place, AUTH));
      // docs.aws.amazon.com, http-api-open-api: an operation has one kind of authorization.
      if (requirement !== undefined) throw new UnsupportedArtefact(at(place, AUTH), "cannot be combined with security");
      return { ...OPEN, signed: type === "AWS_IAM" };
    }
    if (requirement === undefined) return OPEN;
    const schemes = object(requirement, at(where, 0));
    const names = Object.keys(schemes);
    const [name] = names;
    // An empty requirement would make authentication optional, which an authorizer cannot be.
    if (requirements.length > 1 || names.length !== 1 || name === undefined) {
      throw new UnsupportedArtefact(where, "must be one requirement with one scheme, or an empty list");
    }
    const authorizer = this.#authorizers.get(name);
    if (this.#signatures.has(name)) {
      const scopes = texts(schemes[name], at(at(where, 0), name));
      if (scopes.length > 0) throw new UnsupportedArtefact(at(where, 0), "scopes have no effect with a signature");
      return { ...OPEN, signed: true };
    }
    if (authorizer === undefined) {
      // API Gateway may import it without a check, which would leave the route open.
      throw new UnsupportedArtefact(where, `there is no security scheme ${name} with an ${AUTHORIZER}`);
    }
    return { authorizer, signed: false, scopes: readScopes(texts(schemes[name], at(at(where, 0), name)), where) };
  }
}

function readScopes(scopes: readonly string[], place: string): readonly string[] {
  if (scopes.length > MAX_SCOPES) {
    throw new UnsupportedArtefact(place, `there are ${scopes.length} scopes; a route has at most ${MAX_SCOPES}`);
  }
  if (scopes.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) {
    throw new UnsupportedArtefact(place, "a scope must be a scope token (RFC 6749, 3.3)");
  }
  return scopes;
}
