import { at, known, object, type PlainObject, text } from "../../document.ts";
import { UnsupportedArtefact } from "../../interpreter.ts";

/**
 * An operation's `x-amazon-apigateway-auth`; undefined where it has none.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-auth.html
 *
 * @throws UnsupportedArtefact for other types: read as none, they would leave the operation open
 */
export function readAuthType(operation: PlainObject, place: string, member: string): "NONE" | "AWS_IAM" | undefined {
  if (operation[member] === undefined) return undefined;
  const where = at(place, member);
  const auth = object(operation[member], where);
  known(auth, where, ["type"]);
  const type = text(auth.type, at(where, "type")).toUpperCase();
  if (type !== "NONE" && type !== "AWS_IAM")
    throw new UnsupportedArtefact(at(where, "type"), "must be NONE or AWS_IAM");
  return type;
}

/**
 * Whether a security scheme stands for a signature: the form that exports have, and SAM writes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
export function isSignatureScheme(scheme: PlainObject): boolean {
  const { type, name, in: place, "x-amazon-apigateway-authtype": authtype } = scheme;
  const named = typeof name === "string" && name.toLowerCase() === "authorization";
  const alone = scheme["x-amazon-apigateway-authorizer"] === undefined;
  return alone && type === "apiKey" && place === "header" && named && authtype === "awsSigv4";
}
