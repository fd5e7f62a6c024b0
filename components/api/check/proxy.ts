import type { ApiProxyRoute, ApiRouteBase } from "../checked-api.ts";
import type { Backend, BackendTrust } from "../description.ts";
import { isFault, type Pattern, parametersOf, parsePattern } from "../path/pattern.ts";
import type { Reader } from "../reader.ts";
import { anyOf, suggest } from "../suggestion.ts";
import type { Context } from "./context.ts";
import { checkChangeable, readHeaderNames, readHeaders } from "./headers.ts";

/** The members of a route that leads to a backend. */
export function readProxy(base: ApiRouteBase, reader: Reader, context: Context): ApiProxyRoute | undefined {
  const backend = readBackendName(reader, context);
  if (backend === undefined) return undefined;
  const { kind, trust } = trusting(context.backends[backend]);
  if (kind === "fn") refuseChanges(reader);
  const [path, timeout] = [reader.at("path"), reader.at("timeoutSeconds")];
  const backendPath = path.present ? readBackendPath(path, base.pattern) : undefined;
  const headers = readRequestHeaders(reader.at("requestHeaders"));
  if (trust !== undefined) refuseProofHeaders(headers, trust, reader.at("requestHeaders"));
  return {
    ...base,
    kind: "proxy",
    backend,
    backendKind: kind,
    backendPath: backendPath ?? base.pattern,
    ...headers,
    timeoutSeconds: timeout.present ? (timeout.integer(1, 3600) ?? 15) : context.timeoutSeconds,
  };
}

function readBackendName(reader: Reader, { backendNames }: Context): string | undefined {
  const to = reader.at("to");
  if (!to.present) {
    const example = backendNames.length === 0 ? "..." : anyOf(backendNames);
    reader.problem(
      "no-backend",
      "A route must have a backend or a reply.",
      `Write to: ${example}, or reply: { status: ... }.`,
    );
    return undefined;
  }
  const backend = to.text();
  if (backend !== undefined && !backendNames.includes(backend)) {
    const remedy = suggest(backend, backendNames, `Declare it: backends: { ${JSON.stringify(backend)}: ... }.`);
    to.problem("unknown-backend", `The backend "${backend}" is not declared.`, remedy);
  }
  return backend;
}

/** The kind of a backend, and the proofs that it accepts. An unknown backend is reported elsewhere. */
function trusting(backend: Backend = { kind: "http" }): {
  readonly kind: Backend["kind"];
  readonly trust?: BackendTrust;
} {
  return backend;
}

/** Reports changes to the headers that prove to the backend that a request comes from the gateway. */
function refuseProofHeaders(
  { setHeaders, removeHeaders }: Pick<ApiProxyRoute, "setHeaders" | "removeHeaders">,
  { secretHeader, identityToken }: BackendTrust,
  reader: Reader,
): void {
  const ofToken = identityToken === undefined ? [] : ["authorization", "x-forwarded-authorization"];
  for (const header of secretHeader === undefined ? ofToken : [...ofToken, secretHeader]) {
    if (!Object.hasOwn(setHeaders, header) && !removeHeaders.includes(header)) continue;
    reader.problem(
      "proof-header",
      `The gateway writes the header "${header}" to prove to the backend that a request comes from it (trust).`,
      "Remove the header from requestHeaders.",
    );
  }
}

/** A cloud passes requests to functions unchanged. */
function refuseChanges(reader: Reader): void {
  for (const member of ["path", "requestHeaders"]) {
    if (!reader.at(member).present) continue;
    reader
      .at(member)
      .problem(
        "not-for-functions",
        "A function receives the request unchanged, with its path and headers.",
        `Remove ${member}, and let the function read what it needs.`,
      );
  }
}

/** A template over the route's parameters. `{rest}` of a greedy parameter is greedy, so it must be last. */
function readBackendPath(reader: Reader, pattern: Pattern): Pattern | undefined {
  const text = reader.text();
  if (text === undefined) return undefined;
  const parsed = parsePattern(text);
  if (isFault(parsed)) {
    reader.problem("bad-path", parsed.rule, parsed.remedy);
    return undefined;
  }
  const kinds = new Map(
    pattern.flatMap((segment) => (segment.kind === "literal" ? [] : [[segment.name, segment.kind] as const])),
  );
  return parsed.map((segment, index) => {
    if (segment.kind === "literal") return segment;
    const { name } = segment;
    const kind = kinds.get(name);
    if (kind === undefined) {
      const remedy = suggest(name, parametersOf(pattern), "Write a path without parameters.");
      reader.problem("unknown-parameter", `The route has no parameter "${name}".`, remedy);
      return segment;
    }
    if (kind === "greedy" && index < parsed.length - 1) {
      reader.problem("bad-path", `"{${name}}" is the rest of the path and must be last.`, "Move it to the end.");
    }
    return { kind, name };
  });
}

function readRequestHeaders(reader: Reader): Pick<ApiProxyRoute, "setHeaders" | "removeHeaders"> {
  if (reader.present) reader.only(["set", "remove"]);
  const setHeaders = reader.at("set").present ? readHeaders(reader.at("set")) : {};
  const removeHeaders = reader.at("remove").present ? readHeaderNames(reader.at("remove"), checkChangeable) : [];
  for (const header of removeHeaders) {
    if (!Object.hasOwn(setHeaders, header)) continue;
    reader.problem(
      "header-twice",
      `The header "${header}" is both set and removed.`,
      "Remove it from one of the two. Setting a header already replaces what the client sent.",
    );
  }
  return { setHeaders, removeHeaders };
}
