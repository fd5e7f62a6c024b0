import { allowOnly, at, object, type Plain } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import { singleMember } from "./single-member.ts";

/** The part of a request that a statement inspects, as sent. */
export type RequestComponent = (request: GatewayRequest) => string;

/**
 * The components, by name. At the API's default endpoint the path begins with the stage, as in the logged request of a REST API
 * in https://docs.aws.amazon.com/waf/latest/developerguide/logging-examples.html.
 */
const COMPONENTS: Readonly<Record<string, RequestComponent>> = {
  uriPath: ({ path }) => path,
  method: ({ method }) => method,
  queryString: ({ query }) => query,
};

/**
 * Reads `fieldToMatch`.
 * @throws UnsupportedArtefact for components that are not modelled, such as headers and bodies
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html
 */
export function readComponent(value: Plain | undefined, place: string): RequestComponent {
  const [name, inner] = singleMember(value, place);
  const component = Object.hasOwn(COMPONENTS, name) ? COMPONENTS[name] : undefined;
  if (component === undefined) {
    const names = Object.keys(COMPONENTS).join(", ");
    throw new UnsupportedArtefact(at(place, name), `is not served by the sandbox; it serves ${names}`);
  }
  allowOnly(object(inner, at(place, name)), at(place, name), []);
  return component;
}
