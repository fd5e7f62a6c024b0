import { allowOnly, at, object, type PlainObject, text } from "../../../document.ts";
import { UnsupportedArtefact } from "../../../interpreter.ts";

/**
 * Reads an operation's `x-amazon-apigateway-auth`; undefined when the operation has none.
 *
 * @throws UnsupportedArtefact for other types: to ignore them would leave the operation open
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
 */
export function readAuthType(operation: PlainObject, place: string, member: string): "NONE" | "AWS_IAM" | undefined {
  if (operation[member] === undefined) return undefined;
  const where = at(place, member);
  const auth = object(operation[member], where);
  allowOnly(auth, where, ["type"]);
  const type = text(auth.type, at(where, "type")).toUpperCase();
  if (type !== "NONE" && type !== "AWS_IAM")
    throw new UnsupportedArtefact(at(where, "type"), "must be NONE or AWS_IAM");
  return type;
}

/**
 * Whether a security scheme requires a signature, in the form that exports contain and SAM writes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
export function isSignatureScheme(scheme: PlainObject): boolean {
  const { type, name, in: location, "x-amazon-apigateway-authtype": authtype } = scheme;
  const isAuthorization = typeof name === "string" && name.toLowerCase() === "authorization";
  const hasAuthorizer = scheme["x-amazon-apigateway-authorizer"] !== undefined;
  return !hasAuthorizer && type === "apiKey" && location === "header" && isAuthorization && authtype === "awsSigv4";
}
