import type { Bindings } from "../../../api/binding/binding.ts";
import { serverOf } from "../../../api/binding/server.ts";
import type { Api, ApiRoute } from "../../../api/checked-api.ts";
import { leniently } from "../../../api/path/lenient.ts";
import { meetings } from "../../../api/path/meeting.ts";
import { routeKey } from "../route-key.ts";
import { reject } from "./answer.ts";
import { choose, when } from "./choose.ts";
import type { PolicyElement } from "./element.ts";
import { code, type Expression, list, statements, text } from "./expression.ts";
import { attempts, forbiddenEscapes, isKeyOf, isOneOf, noRoute, segmentsBelow } from "./router.ts";
import { setVariable, textIn, variables } from "./variable.ts";

/** The result for a path that a server may read as any. No key equals it. */
const anyRoute = text("|?|");

/**
 * Rejects a request whose path a lenient server reads as the path of a stricter route there. Nothing if no routes meet at their server.
 *
 * The router has already rejected dot segments and encoded slashes. What is left to a client is the case of letters, parameters of
 * segments, dots and spaces at their ends, segments that consist of these, and escapes of escapes.
 *
 * @param skipped the number of segments of the API's path
 */
export function otherReadings(api: Api, bindings: Bindings, skipped: number): readonly PolicyElement[] {
  const servers = meetingsByServer(api, bindings);
  if (servers.length === 0) return [];
  const [route, reading] = [textIn(variables.route), textIn(variables.reading)];
  return [
    setVariable(variables.reading, readingOf(api.routes, skipped)),
    ...choose(
      servers.map(({ through, guarded }) => {
        const isOther = code`${reading} != (${route}).ToLowerInvariant()`;
        return when(code`${isOther} && ${isOneOf(through, route)} && ${isKeyOf(["?", ...guarded], reading)}`, [
          reject(404, "Resource not found"),
        ]);
      }),
    ),
  ];
}

/** An expression for the key of the route whose path a lenient server reads, in lower case. */
function readingOf(routes: readonly ApiRoute[], skipped: number): Expression {
  return statements(code`var w = string.Join("/", ${segmentsBelow(skipped)}).ToLowerInvariant().Replace("%25", "%"); \
if (${list(forbiddenEscapes(routes))}.Any(x => w.Contains(x))) { return ${anyRoute}; } \
var r = w.Replace("%25", "%").Replace("%20", " ").Replace("%3b", ";").Split('/').Select(x => x.Split(';')[0].TrimEnd(' ')).ToArray(); \
if (r.Any(x => x == "." || x == "..")) { return ${anyRoute}; } \
var p = string.Join("/", r.Select(x => x.TrimEnd('.', ' ') == "" ? x : x.TrimEnd('.', ' ')).Where(x => x != "")); \
var s = p.Split('/'); var m = context.Request.Method.ToLowerInvariant(); \
${attempts(routes.map(lenientRoute))} return ${noRoute};`);
}

/** The routes of one server that meet stricter ones, and the keys of these as a lenient server reads them. */
interface ServerMeetings {
  readonly through: readonly ApiRoute[];
  readonly guarded: readonly string[];
}

function meetingsByServer(api: Api, bindings: Bindings): readonly ServerMeetings[] {
  const server = (name: string) => serverOf(bindings, name);
  const found = meetings(api.routes, api.routes, server).filter(
    ({ through, isPlain }) => !isPlain && api.backends[through.backend]?.paths !== "exact",
  );
  return [...Map.groupBy(found, ({ through }) => server(through.backend).identity).values()].map((pairs) => ({
    through: pairs.map(({ through }) => through),
    guarded: [...new Set(pairs.flatMap(({ guarded }) => guarded))]
      .map((route) => routeKey(lenientRoute(route)))
      .toSorted(),
  }));
}

/** The route as a lenient server reads it; its method is in lower case, as the variable has it. */
function lenientRoute({ method, pattern }: ApiRoute): Pick<ApiRoute, "method" | "pattern"> {
  return { method: method.toLowerCase() as ApiRoute["method"], pattern: leniently(pattern) };
}
