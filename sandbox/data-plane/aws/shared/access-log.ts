import { type AccessLogLine, type Outcome, type RequestEnd, UnsupportedArtefact } from "../../interpreter.ts";
import type { AwsAccessLog } from "../artefacts/access-log.ts";

/** What is read for one variable; undefined or empty when there is nothing to say. */
export type ReadVariable<Source> = (source: Source, end: RequestEnd) => string | undefined;

/** Finds the reader of a variable by its name, e.g. `identity.sourceIp`; undefined for names that there are none of. */
export type Variables<Source> = (name: string) => ReadVariable<Source> | undefined;

/** A format that API Gateway, or the sandbox, refuses. The message is the service's own where that is known. */
export class UnusableFormat extends Error {
  override readonly name = "UnusableFormat";
}

type Part<Source> = { readonly text: string } | { readonly read: ReadVariable<Source>; readonly quoted: boolean };

const VARIABLE = /\$context((?:\.[A-Za-z0-9_-]+)+)/g;

/**
 * Reads the format of an access log's line.
 *
 * That it is one line, holds an id of the request, and that HTTP APIs refuse variables that they do not have, are words seen of
 * the service (ministryofjustice/cloud-platform-environments#12962, aws/aws-cdk#22591, serverless/serverless#7038). A REST API takes
 * names that nobody knows and writes hyphens for them; here they are refused, since that is never what was meant.
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
      kind === "HTTP" ? message : `${message} (the sandbox's words: API Gateway would write a hyphen for each)`,
    );
  }
  const stray = parts.find((part) => "text" in part && /\$(?:\{|[A-Za-z])/.test(part.text));
  if (stray !== undefined && "text" in stray) {
    throw new UnusableFormat(
      `only $context variables are put in, written as $context.name, and "${stray.text}" holds another`,
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
   * @throws UnsupportedArtefact for formats that cannot be read
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

  /** The outcome, which writes a line when the request has ended. */
  of<Logged extends Outcome>(outcome: Logged, source: Source): Logged {
    const logged = (end: RequestEnd): AccessLogLine => ({
      ...this.#logGroups,
      message: this.#parts.map((part) => ("text" in part ? part.text : written(part, source, end))).join(""),
    });
    return { ...outcome, logged };
  }
}

/**
 * Of values that there are none of, a hyphen. The rest is escaped as inside of a JSON text: quotation marks and backslashes were seen
 * so of a live REST API (DataBiosphere/azul#4348, July 2024); that HTTP APIs do it, and what becomes of control characters, is U.
 */
function written<Source>(
  { read, quoted }: Extract<Part<Source>, { readonly quoted: boolean }>,
  source: Source,
  end: RequestEnd,
): string {
  const value = read(source, end);
  if (value === undefined || value === "") return "-";
  const text = JSON.stringify(value);
  return quoted ? text : text.slice(1, -1);
}

/** What an access log says of a request's end, for both kinds of API. */
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
  // Of a client that went away before there was an answer, what the service writes is U.
  status: (_, { status }) => (status === 0 ? undefined : String(status)),
};

function integrationError(_: unknown, { integration }: RequestEnd): string | undefined {
  return integration?.problem;
}

function whole(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(Math.round(value));
}
