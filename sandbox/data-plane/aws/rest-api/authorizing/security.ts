import { at, list, object, type Plain, type PlainObject, texts } from "../../../document.ts";
import { type Surroundings, UnsupportedArtefact } from "../../../interpreter.ts";
import type { AwsFunction } from "../../artefacts/function.ts";
import type { Extensions } from "../../shared/extensions.ts";
import { isSignatureScheme } from "../../shared/iam/authorization-type.ts";
import type { Deployment } from "../deployment.ts";
import { LambdaAuthorizer } from "./authorizer.ts";

const AUTHORIZER = "x-amazon-apigateway-authorizer";
const AUTHTYPE = "x-amazon-apigateway-authtype";
/** docs.aws.amazon.com, limits. The quota can be raised, so the sandbox refuses a document with more. */
const MAX_AUTHORIZERS = 10;

/** What a method requires of a request. */
export interface Requirement {
  /** Undefined: no authorizer is invoked. */
  readonly authorizer: LambdaAuthorizer | undefined;
  /** Whether requests must be signed (`AWS_IAM`). */
  readonly signed: boolean;
  readonly apiKeyRequired: boolean;
}

/** The security schemes of a document: authorizers, API keys and signatures. */
export class SecuritySchemes {
  readonly #authorizers = new Map<string, LambdaAuthorizer>();
  readonly #keys = new Set<string>();
  readonly #signatures = new Set<string>();

  /** @throws UnsupportedArtefact for authorizers that are not served */
  constructor(
    components: PlainObject,
    extensions: Extensions,
    deployment: Deployment,
    functions: Readonly<Record<string, AwsFunction>>,
    surroundings: Surroundings,
  ) {
    const where = "components.securitySchemes";
    const schemes = components.securitySchemes === undefined ? {} : object(components.securitySchemes, where);
    for (const [name, value] of Object.entries(schemes)) {
      const here = at(where, name);
      const scheme = object(value, here);
      if (scheme[AUTHORIZER] !== undefined) {
        extensions.markRead(at(here, AUTHORIZER));
        extensions.markRead(at(here, AUTHTYPE));
        this.#authorizers.set(name, new LambdaAuthorizer(name, scheme, here, deployment, functions, surroundings));
      } else if (isApiKeyScheme(scheme)) {
        this.#keys.add(name);
      } else if (isSignatureScheme(scheme)) {
        extensions.markRead(at(here, AUTHTYPE));
        this.#signatures.add(name);
      }
    }
    if (this.#authorizers.size > MAX_AUTHORIZERS) {
      throw new UnsupportedArtefact(where, `a REST API has at most ${MAX_AUTHORIZERS} authorizers`);
    }
  }

  /**
   * Reads an operation's `security`. Several requirements are alternatives in OpenAPI. An import can keep at most one of them,
   * and which one is not documented. An authorizer and an API key are the exception: they are two settings of a method, and both
   * are kept (AWS SAM writes them as two requirements: github.com/aws/serverless-application-model, samtranslator/swagger).
   * @throws UnsupportedArtefact for other combinations, for schemes that enforce nothing, and for scopes
   */
  read(security: Plain | undefined, where: string): Requirement {
    const requirements = security === undefined ? [] : list(security, where);
    const read = requirements.map((value, index) => Object.entries(object(value, at(where, index))));
    const keys = read.filter((schemes) => schemes.length === 1 && schemes.some(([name]) => this.#keys.has(name)));
    const both = read.length === 2 && keys.length === 1 && read.every(({ length }) => length === 1);
    if (read.some(({ length }) => length === 0) || (read.length > 1 && !both)) {
      throw new UnsupportedArtefact(
        where,
        "must be one requirement, one of an authorizer and one of an API key, or an empty list",
      );
    }
    let authorizer: LambdaAuthorizer | undefined;
    let apiKeyRequired = false;
    let signed = false;
    const schemes = read.flatMap((each, index) => each.map(([name, scopes]) => ({ name, scopes, index })));
    for (const { name, scopes, index } of schemes) {
      const here = at(at(where, index), name);
      if (texts(scopes, here).length > 0) {
        throw new UnsupportedArtefact(
          here,
          "scopes have no effect with a Lambda authorizer, a signature or an API key",
        );
      }
      const found = this.#authorizers.get(name);
      if (this.#signatures.has(name)) signed = true;
      else if (this.#keys.has(name)) apiKeyRequired = true;
      else if (found === undefined) {
        // API Gateway may import it without a check, which would leave the method open.
        throw new UnsupportedArtefact(
          here,
          `there is no security scheme ${name} with an ${AUTHORIZER}, or for the header x-api-key`,
        );
      } else if (authorizer !== undefined) {
        throw new UnsupportedArtefact(where, "a method has at most one authorizer");
      } else authorizer = found;
    }
    return { authorizer, signed, apiKeyRequired };
  }
}

function isApiKeyScheme(scheme: PlainObject): boolean {
  const isKeyHeader = typeof scheme.name === "string" && scheme.name.toLowerCase() === "x-api-key";
  return scheme.type === "apiKey" && scheme.in === "header" && isKeyHeader && scheme[AUTHTYPE] === undefined;
}
