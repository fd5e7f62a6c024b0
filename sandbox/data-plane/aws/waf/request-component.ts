import { at, known, object, type Plain } from "../../document.ts";
import { type GatewayRequest, UnsupportedArtefact } from "../../interpreter.ts";
import { only } from "./single-member.ts";

/** What of a request a statement looks at, as it was sent. */
export type RequestComponent = (request: GatewayRequest) => string;

/**
 * At the API's own endpoint the path has the stage in front, as the client sent it: so the record of a REST API's request in
 * https://docs.aws.amazon.com/waf/latest/developerguide/logging-examples.html.
 */
const COMPONENTS: Readonly<Record<string, RequestComponent>> = {
  uriPath: ({ path }) => path,
  method: ({ method }) => method,
  queryString: ({ query }) => query,
};

/**
 * Reads `fieldToMatch`: https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html
 * @throws UnsupportedArtefact for what is not modelled, such as headers and bodies
 */
export function readComponent(value: Plain | undefined, place: string): RequestComponent {
  const [name, inner] = only(value, place);
  const component = Object.hasOwn(COMPONENTS, name) ? COMPONENTS[name] : undefined;
  if (component === undefined) {
    const names = Object.keys(COMPONENTS).join(", ");
    throw new UnsupportedArtefact(at(place, name), `is not served here; known are ${names}`);
  }
  known(object(inner, at(place, name)), at(place, name), []);
  return component;
}
