import { type AccessLogLine, type Outcome, type RequestEnd, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsAccessLog } from "../artefacts/access-log.ts";

/** Reads the value of one variable; undefined or empty when it has none. */
export type ReadVariable<Source> = (source: Source, end: RequestEnd) => string | undefined;

/** Finds the reader of a variable by its name, e.g. `identity.sourceIp`; undefined for unknown names. */
export type Variables<Source> = (name: string) => ReadVariable<Source> | undefined;

/** A format that API Gateway or the sandbox refuses. The message is the service's own where it is known. */
export class UnusableFormat extends Error {
  override readonly name = "UnusableFormat";
}

type Part<Source> = { readonly text: string } | { readonly read: ReadVariable<Source>; readonly quoted: boolean };

const VARIABLE = /\$context((?:\.[A-Za-z0-9_-]+)+)/g;

/**
 * Reads the format of an access log's line.
 *
 * It must be one line and contain an id of the request, and HTTP APIs refuse unknown variables: the messages were observed
 * (ministryofjustice/cloud-platform-environments#12962, aws/aws-cdk#22591, serverless/serverless#7038). A REST API accepts
 * unknown variables and writes a hyphen for each; the sandbox refuses them, because they are always a mistake.
 * @throws UnusableFormat
 */
export function readFormat<Source>(
  format: string,
  variables: Variables<Source>,
  kind: "HTTP" | "REST",
): readonly Part<Source>[] {
  const line = kind === "REST" ? format.replace(/\r?\n$/, "") : format;
  if (/[\r\n]/.test(line)) {
    throw new UnusableFormat(
      `Access Log format must be single line${kind === "REST" ? ", new line character is allowed only at end of the format" : ""}: '${format}'`,
    );
  }
  const parts: Part<Source>[] = [];
  const unknown: string[] = [];
  let names = 0;
  let from = 0;
  for (const match of line.matchAll(VARIABLE)) {
    const name = (match[1] ?? "").slice(1);
    const read = variables(name);
    if (read === undefined) unknown.push(match[0]);
    else parts.push({ text: line.slice(from, match.index) }, { read, quoted: name === "error.messageString" });
    if (name === "requestId" || name === "extendedRequestId") names++;
    from = match.index + match[0].length;
  }
  parts.push({ text: line.slice(from) });
  if (unknown.length > 0) {
    const message = `The following context variables are not supported: [${unknown.join(", ")}]`;
    throw new UnusableFormat(
      kind === "HTTP" ? message : `${message} (a message of the sandbox: API Gateway would write a hyphen for each)`,
    );
  }
  const stray = parts.find((part) => "text" in part && /\$(?:\{|[A-Za-z])/.test(part.text));
  if (stray !== undefined && "text" in stray) {
    throw new UnusableFormat(
      `only $context variables are replaced, written as $context.name, and "${stray.text}" contains another`,
    );
  }
  if (names === 0) {
    throw new UnusableFormat(
      `Access Log format must include either $context.requestId or $context.extendedRequestId : '${format}'`,
    );
  }
  return parts;
}

/** The access log of one stage. */
export class AccessLog<Source> {
  readonly #parts: readonly Part<Source>[];
  readonly #logGroups: Omit<AccessLogLine, "message">;

  /**
   * @param alsoTo a second log group
   * @throws UnsupportedArtefact for an unusable format
   */
  constructor(
    { logGroup, format }: AwsAccessLog,
    variables: Variables<Source>,
    kind: "HTTP" | "REST",
    alsoTo?: string,
  ) {
    this.#logGroups = { logGroup, ...(alsoTo === undefined ? {} : { alsoTo }) };
    try {
      this.#parts = readFormat(format, variables, kind);
    } catch (error) {
      if (error instanceof UnusableFormat) throw new UnsupportedArtefact("stage.accessLog.format", error.message);
      throw error;
    }
  }

  /** Returns the outcome with the function that writes its line when the request has ended. */
  of<Logged extends Outcome>(outcome: Logged, source: Source): Logged {
    const logged = (end: RequestEnd): AccessLogLine => ({
      ...this.#logGroups,
      message: this.#parts.map((part) => ("text" in part ? part.text : format(part, source, end))).join(""),
    });
    return { ...outcome, logged };
  }
}

/**
 * A variable as the line shows it: a hyphen when it has no value, otherwise escaped as within a JSON string. Quotation marks and
 * backslashes were observed on a live REST API (DataBiosphere/azul#4348, July 2024). Unverified: HTTP APIs do the same, and
 * control characters are escaped too.
 */
function format<Source>(
  { read, quoted }: Extract<Part<Source>, { readonly quoted: boolean }>,
  source: Source,
  end: RequestEnd,
): string {
  const value = read(source, end);
  if (value === undefined || value === "") return "-";
  const text = JSON.stringify(value);
  return quoted ? text : text.slice(1, -1);
}

/** The variables of a request's end, which both kinds of API have. */
export const endVariables: Readonly<Record<string, ReadVariable<unknown>>> = {
  "error.message": (_, { error }) => error?.message ?? undefined,
  "error.messageString": (_, { error }) => error?.message ?? undefined,
  "error.responseType": (_, { error }) => error?.type,
  "integration.error": integrationError,
  "integration.integrationStatus": (_, { integration }) => whole(integration?.serviceStatus),
  "integration.latency": (_, { integration }) => whole(integration?.ms),
  "integration.status": (_, { integration }) => whole(integration?.status),
  integrationErrorMessage: integrationError,
  integrationLatency: (_, { integration }) => whole(integration?.ms),
  integrationStatus: (_, { integration }) => whole(integration?.serviceStatus),
  responseLatency: (_, { ms }) => whole(ms),
  responseLength: (_, { bytes }) => whole(bytes),
  // Unverified: the service writes a hyphen when the client disconnects before the response.
  status: (_, { status }) => (status === 0 ? undefined : String(status)),
};

function integrationError(_: unknown, { integration }: RequestEnd): string | undefined {
  return integration?.problem;
}

function whole(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Math.round(value));
}
