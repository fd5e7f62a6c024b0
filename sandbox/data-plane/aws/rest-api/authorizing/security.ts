import { at, list, object, type Plain, type PlainObject, texts } from "../../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsFunction } from "../../artefacts/function.ts";
import { isSignatureScheme } from "../../shared/authorization-type.ts";
import type { Place } from "../turn.ts";
import { LambdaAuthorizer } from "./authorizer.ts";

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTHTYPE = "x-amazon-apigateway-authtype";
/** docs.aws.amazon.com, limits. It can be raised, so a document with more is refused here. */
const MOST_AUTHORIZERS = 10;

/** What a method asks of a request. */
export interface Requirement {
  readonly authorizer: LambdaAuthorizer | undefined;
  /** Whether it must be signed (`AWS_IAM`). */
  readonly signed: boolean;
  readonly apiKeyRequired: boolean;
}

/** The document's security schemes: authorizers, and the one that stands for an API key. */
export class SecuritySchemes {
  /** The places of the `x-amazon-*` members that were read. */
  readonly understood: readonly string[];
  readonly #authorizers = new Map<string, LambdaAuthorizer>();
  readonly #keys = new Set<string>();
  readonly #signatures = new Set<string>();

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
      } else if (isSignatureScheme(scheme)) {
        understood.push(at(here, AUTHTYPE));
        this.#signatures.add(name);
      }
    }
    if (this.#authorizers.size > MOST_AUTHORIZERS) {
      throw new UnsupportedArtefact(where, `a REST API has at most ${MOST_AUTHORIZERS} authorizers`);
    }
    this.understood = understood;
  }

  /**
   * Reads an operation's `security`. Of several requirements, OpenAPI's alternatives, the import can keep one at most, and
   * which one is not documented; but for an authorizer and the API key, which are two settings of a method and are both kept
   * (AWS SAM writes them as two requirements: github.com/aws/serverless-application-model, samtranslator/swagger).
   * @throws UnsupportedArtefact for other requirements than those, for schemes that enforce nothing, and for scopes
   */
  read(security: Plain | undefined, where: string): Requirement {
    const requirements = security === undefined ? [] : list(security, where);
    const read = requirements.map((value, index) => Object.entries(object(value, at(where, index))));
    const keys = read.filter((schemes) => schemes.length === 1 && schemes.some(([name]) => this.#keys.has(name)));
    const both = read.length === 2 && keys.length === 1 && read.every(({ length }) => length === 1);
    if (read.some(({ length }) => length === 0) || (read.length > 1 && !both)) {
      throw new UnsupportedArtefact(
        where,
        "an operation has one security requirement, one of an authorizer and one of the API key, or an empty list",
      );
    }
    let authorizer: LambdaAuthorizer | undefined;
    let apiKeyRequired = false;
    let signed = false;
    for (const [index, [name, scopes]] of read.flatMap((schemes, index) =>
      schemes.map((each) => [index, each] as const),
    )) {
      const here = at(at(where, index), name);
      if (texts(scopes, here).length > 0) {
        throw new UnsupportedArtefact(
          here,
          "scopes have no effect with a Lambda authorizer, a signature or an API key",
        );
      }
      if (this.#signatures.has(name)) {
        signed = true;
        continue;
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
    return { authorizer, signed, apiKeyRequired };
  }
}
