import type { AwsFunction } from "../artefacts.ts";
import { at, list, object, type Plain, type PlainObject, texts } from "../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../interpreter.ts";
import { LambdaAuthorizer } from "./authorizer.ts";
import type { Place } from "./turn.ts";

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTHTYPE = "x-amazon-apigateway-authtype";
/** docs.aws.amazon.com, limits. It can be raised, so a document with more is refused here. */
const MOST_AUTHORIZERS = 10;

/** What a method asks of a request. */
export interface Requirement {
  readonly authorizer: LambdaAuthorizer | undefined;
  readonly apiKeyRequired: boolean;
}

/** The document's security schemes: authorizers, and the one that stands for an API key. */
export class SecuritySchemes {
  /** The places of the `x-amazon-*` members that were read. */
  readonly understood: readonly string[];
  readonly #authorizers = new Map<string, LambdaAuthorizer>();
  readonly #keys = new Set<string>();

  /** @throws UnsupportedArtefact for schemes with an extension of AWS's that are not served */
  constructor(
    components: PlainObject,
    place: Place,
    functions: Readonly<Record<string, AwsFunction>>,
    surroundings: Surroundings,
  ) {
    const where = "components.securitySchemes";
    const understood: string[] = [];
    const schemes = components.securitySchemes === undefined ? {} : object(components.securitySchemes, where);
    for (const [name, value] of Object.entries(schemes)) {
      const here = at(where, name);
      const scheme = object(value, here);
      if (scheme[AUTHORIZER] !== undefined) {
        understood.push(at(here, AUTHORIZER), at(here, AUTHTYPE));
        this.#authorizers.set(name, new LambdaAuthorizer(name, scheme, here, place, functions, surroundings));
      } else if (
        scheme.type === "apiKey" &&
        scheme.in === "header" &&
        typeof scheme.name === "string" &&
        scheme.name.toLowerCase() === "x-api-key" &&
        scheme[AUTHTYPE] === undefined
      ) {
        this.#keys.add(name);
      }
    }
    if (this.#authorizers.size > MOST_AUTHORIZERS) {
      throw new UnsupportedArtefact(where, `a REST API has at most ${MOST_AUTHORIZERS} authorizers`);
    }
    this.understood = understood;
  }

  /**
   * Reads an operation's `security`. Of several requirements, OpenAPI's alternatives, the import can keep one at most, and
   * which one is not documented.
   * @throws UnsupportedArtefact for several requirements, for schemes that enforce nothing, and for scopes
   */
  read(security: Plain | undefined, where: string): Requirement {
    const requirements = security === undefined ? [] : list(security, where);
    const [first] = requirements;
    if (first === undefined) return { authorizer: undefined, apiKeyRequired: false };
    const requirement = object(first, at(where, 0));
    const names = Object.keys(requirement);
    if (requirements.length > 1 || names.length === 0) {
      throw new UnsupportedArtefact(where, "an operation has one security requirement, or an empty list");
    }
    let authorizer: LambdaAuthorizer | undefined;
    let apiKeyRequired = false;
    for (const name of names) {
      const here = at(at(where, 0), name);
      if (texts(requirement[name], here).length > 0) {
        throw new UnsupportedArtefact(here, "scopes have no effect with a Lambda authorizer or an API key");
      }
      const found = this.#authorizers.get(name);
      if (found === undefined) {
        if (!this.#keys.has(name)) {
          // API Gateway may import it, without a check: the method would be open.
          throw new UnsupportedArtefact(
            here,
            `there is no scheme ${name} with an ${AUTHORIZER}, or of x-api-key in the header`,
          );
        }
        apiKeyRequired = true;
      } else if (authorizer !== undefined) {
        throw new UnsupportedArtefact(where, "a method has one authorizer");
      } else authorizer = found;
    }
    return { authorizer, apiKeyRequired };
  }
}
