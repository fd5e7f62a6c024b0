import type { Case } from "./cases.ts";
import { type Outcome, observed, type ReadAnswer, statuses } from "./observation.ts";
import {
  type CorsText,
  type DescriptionText,
  type OracleRoute,
  type Places,
  segmentsOf,
} from "./oracle/description.ts";
import { type Arrival, allowsOrigin, type Decision, letsIn, type Oracle, type Verdict } from "./oracle/oracle.ts";
import { decoded, isPlain } from "./oracle/path.ts";
import type { Arrived } from "./world/backend.ts";
import { type Received, valuesOf } from "./world/client.ts";

/** A request that was not decided as the contract requires. */
export interface Failure {
  readonly case: Case;
  readonly request: string;
  readonly faults: readonly string[];
  readonly because: string;
  /** Whether the gateway accepted a request that it had to reject. No reason excuses that. */
  readonly opens: boolean;
}

/** One fault. `case` is set if it shows another case than the one that the request was sent for. */
export interface Fault {
  readonly case?: Case;
  readonly text: string;
}

export interface Judged {
  readonly decision: Decision | undefined;
  readonly faults: readonly Fault[];
  /** Whether the gateway accepted a request that it had to reject, which no vendor may list. */
  readonly opens: boolean;
}

const plainly = (texts: readonly string[]): readonly Fault[] => texts.map((text) => ({ text }));
const showing = (name: Case, texts: readonly string[]): readonly Fault[] => texts.map((text) => ({ case: name, text }));

/** What the judge needs to know about a vendor. */
interface Judging {
  readonly readAnswer: ReadAnswer;
  readonly authorizationHeader: string;
  readonly repliesByFunction?: boolean;
  readonly ownHeaders?: readonly string[];
  readonly behind?: unknown;
}

/** Finds every difference between an outcome and what the verdict allows. */
export class Judge {
  readonly #description: DescriptionText;
  readonly #places: Places;
  readonly #readAnswer: ReadAnswer;
  /** The header in which the backend receives the client's Authorization header. */
  readonly #authorizationHeader: string;
  readonly #repliesByFunction: boolean;
  readonly #ownHeaders: readonly string[];
  readonly #decidesBehind: boolean;
  readonly #oracle: Oracle;

  constructor(description: DescriptionText, places: Places, vendor: Judging, oracle: Oracle) {
    this.#oracle = oracle;
    this.#description = description;
    this.#places = places;
    this.#readAnswer = vendor.readAnswer;
    this.#authorizationHeader = vendor.authorizationHeader;
    this.#repliesByFunction = vendor.repliesByFunction ?? false;
    this.#ownHeaders = vendor.ownHeaders ?? [];
    this.#decidesBehind = vendor.behind !== undefined;
  }

  judge(outcome: Outcome, verdict: Verdict): Judged {
    const { received, arrived } = outcome;
    const decision = observed(outcome, this.#readAnswer, verdict.allowed);
    const faults: string[] = [];
    if (decision === undefined) {
      faults.push(`an answer that no decision explains: ${received.status} ${received.body.toString().slice(0, 200)}`);
    } else if (!verdict.allowed.has(decision)) {
      faults.push(
        `decided "${decision}" where the contract allows ${[...verdict.allowed].join(" or ")} (status ${received.status})`,
      );
    }
    // A function that replies is invoked like any other, and is logged as such.
    const replied = this.#repliesByFunction && decision === "replied";
    const logged = replied ? functionsReply(outcome.logged) : outcome.logged;
    // To the gateway, what is behind it is a backend.
    const forwarded = this.#decidesBehind && logged.decision === "proxied" && logged.backend;
    if (decision !== undefined && !forwarded && !agrees(logged.decision, decision, received.status)) {
      faults.push(`the log contains "${logged.decision}", but the observed decision is "${decision}"`);
    }
    if (!forwarded && logged.backend !== arrived.length > 0)
      faults.push(`according to the log, ${logged.backend ? "a" : "no"} backend was reached`);
    const range = decision === undefined ? undefined : statuses[decision];
    if (range !== undefined && !range.includes(received.status)) {
      faults.push(`"${decision}" is answered ${received.status}, outside ${range.join(", ")}`);
    }
    const touches = decision === "proxied" || decision === "backend down";
    if (arrived.length > (touches ? 1 : 0)) faults.push(`reached a backend ${arrived.length} times`);
    const { guard } = verdict;
    const forwardsOdd = guard !== undefined && decision === "proxied" && this.#forwardsOdd(outcome, verdict);
    if (forwardsOdd) faults.push(`forwarded an odd path that leads to ${guard}`);
    const readInto = decision === "proxied" ? this.#readInto(outcome, verdict) : undefined;
    if (readInto !== undefined) faults.push(`an open route forwarded a path that a server may read as ${readInto.key}`);
    return {
      decision,
      faults: [
        ...(rejectsType(outcome, verdict, decision) ? showing("reply-type", faults) : plainly(faults)),
        ...(decision === "proxied" ? this.#proxied(outcome, verdict) : []),
        ...(decision === "replied" ? showing("reply", this.#replied(outcome, verdict)) : []),
        ...plainly(this.#cors(outcome, verdict, decision)),
      ],
      opens: opens(decision, verdict) || forwardsOdd || readInto !== undefined || this.#swaps(outcome, verdict),
    };
  }

  #proxied(outcome: Outcome, verdict: Verdict): readonly Fault[] {
    const { request, sending } = outcome;
    const [arrived] = outcome.arrived;
    if (arrived === undefined) return plainly(["answered as a backend does, and none was reached"]);
    const arrival = verdict.arrivals.find((expected) => this.#landsAt(expected, arrived, isPlain(request.path)));
    if (arrival === undefined) {
      const expected = verdict.arrivals.map(
        ({ backend, segments }) => `${backend} ${JSON.stringify(segments.map(({ text }) => text))}`,
      );
      const text = `arrived at ${arrived.backend} ${arrived.target}, expected ${expected.join(" or ")}`;
      // Where another decision was due anyway, the path is not what is wrong.
      if (!verdict.allowed.has("proxied") || !isPlain(request.path)) return plainly([text]);
      const elsewhere = verdict.arrivals.every(({ backend }) => backend !== arrived.backend);
      return showing(elsewhere ? "route-hit" : "path-mapped", [text]);
    }
    const query = arrived.target.slice(pathOf(arrived.target).length + 1);
    const { sentQuery } = outcome.received;
    const sameQuery = arrived.query === undefined ? query === sentQuery : meansTheSame(arrived.query, sentQuery);
    const differs = (name: Case, is: boolean, text: string) => (is ? showing(name, [text]) : []);
    return [
      ...differs("route-hit", arrived.method !== request.method, `arrived as ${arrived.method}`),
      ...differs("query-intact", !sameQuery, `arrived with the query ${JSON.stringify(arrived.query ?? query)}`),
      ...differs(
        "body-intact",
        !arrived.body.equals(sending.body ?? Buffer.alloc(0)),
        `arrived with ${arrived.body.length} other bytes`,
      ),
      ...this.#headers(outcome, verdict, arrival, arrived),
      ...showing("private-hit", this.#host(arrived)),
      ...showing("backend-answer-intact", answered(outcome)),
    ];
  }

  #landsAt({ backend, segments }: Arrival, arrived: Arrived, exactly: boolean): boolean {
    if (arrived.backend !== backend) return false;
    const seen = this.#segmentsBelow(arrived)?.slice() ?? [];
    // The trailing slash of an odd path may be forwarded.
    if (!exactly && seen.at(-1) === "" && segments.at(-1)?.text !== "") seen.pop();
    const place = this.#places.backends[backend];
    return (
      seen.length === segments.length &&
      segments.every(({ text }, index) => {
        const segment = seen[index] ?? "";
        if ((decoded(segment) ?? segment) === text) return true;
        // A segment with a broken encoding, of which a part between gateway and backend may decode the rest.
        if (decoded(text) === undefined && decodedWhereValid(segment) === decodedWhereValid(text)) return true;
        // The event of an HTTP API contains the path decoded, so that an encoded percent sign arrives as itself.
        return place !== undefined && "functionArn" in place && segment === text;
      })
    );
  }

  /** The segments, as they arrived, below the path of the backend's URL. */
  #segmentsBelow({ backend, target }: Arrived): readonly string[] | undefined {
    const place = this.#places.backends[backend];
    // A function sees the path as it came in.
    const base = place !== undefined && "url" in place ? new URL(place.url).pathname.replace(/\/$/, "") : "";
    const path = pathOf(target);
    if (!path.startsWith(base)) return undefined;
    const below = path.slice(base.length);
    return segmentsOf(below === "" ? "/" : below);
  }

  /** Whether what the client chose of the path arrived as odd as it was sent. */
  #forwardsOdd({ arrived, request }: Outcome, { arrivals }: Verdict): boolean {
    const [first] = arrived;
    if (first === undefined) return false;
    const arrival = arrivals.find((expected) => this.#landsAt(expected, first, isPlain(request.path)));
    const chosen = this.#segmentsBelow(first)?.filter((_, index) => arrival?.segments[index]?.own !== true) ?? [];
    return !isPlain(`/${chosen.join("/")}`);
  }

  /** The guarded route whose path a lenient server reads into what an open route forwarded. */
  #readInto({ arrived, request }: Outcome, verdict: Verdict): OracleRoute | undefined {
    const [first] = arrived;
    const below = first === undefined ? undefined : this.#segmentsBelow(first);
    if (first === undefined || below === undefined) return undefined;
    return this.#oracle.readInto(request, verdict, first.backend, `/${below.join("/")}`);
  }

  #headers({ sending }: Outcome, verdict: Verdict, arrival: Arrival, arrived: Arrived): readonly Fault[] {
    const faults: Fault[] = [];
    const list = (values: readonly string[]) => values.flatMap((value) => value.split(/,\s*/)).join(",");
    for (const [name, value] of Object.entries(arrival.set)) {
      const values = valuesOf(arrived.headers, name);
      if (values.length === 1 && values[0] === value) continue;
      faults.push({ case: "header-set", text: `${name} is ${JSON.stringify(values)}, not ${value}` });
    }
    for (const name of arrival.removed) {
      const values = valuesOf(arrived.headers, name);
      if (values.length > 0)
        faults.push({ case: "header-removed", text: `${name} arrived: ${JSON.stringify(values)}` });
    }
    const names = new Set(sending.headers.map(([name]) => name.toLowerCase()));
    for (const name of names) {
      if (this.#ownHeaders.includes(name)) continue;
      if (Object.hasOwn(arrival.set, name) || arrival.removed.includes(name)) continue;
      // On an open route a credential is one header among others.
      const authorizes = name === "authorization" && verdict.routes.some(({ audiences }) => audiences !== undefined);
      const sent = list(
        authorizes && sending.genuine !== undefined ? [sending.genuine] : valuesOf(sending.headers, name),
      );
      const held = authorizes ? this.#authorizationHeader : name;
      const seen = list(valuesOf(arrived.headers, held));
      // A gateway may add its own address to the list of those the request went through.
      if (name === "x-forwarded-for" ? seen.startsWith(sent) : seen === sent) continue;
      const text = `${held} is ${JSON.stringify(seen)}, sent was ${JSON.stringify(sent)}`;
      // Which of two credentials arrives is a question of its own.
      if (authorizes && sending.genuine !== undefined) faults.push({ text });
      else faults.push({ case: authorizes ? "authorization-intact" : "headers-intact", text });
    }
    return faults;
  }

  /** Whether a backend sees, instead of the `Authorization` that was checked, another. */
  #swaps({ sending: { genuine }, arrived }: Outcome, { routes }: Verdict): boolean {
    const [first] = arrived;
    if (genuine === undefined || first === undefined || routes.every(({ audiences }) => audiences === undefined)) {
      return false;
    }
    return !valuesOf(first.headers, this.#authorizationHeader).some((value) => value.includes(genuine));
  }

  /** Of a private backend, whose network is not found by its name. */
  #host({ backend, headers }: Arrived): readonly string[] {
    const place = this.#places.backends[backend];
    if (place === undefined || !("link" in place)) return [];
    const [wanted, seen] = [new URL(place.url).host, valuesOf(headers, "host")];
    return seen.length === 1 && seen[0] === wanted ? [] : [`was asked for ${JSON.stringify(seen)}, not for ${wanted}`];
  }

  #replied({ received, request }: Outcome, verdict: Verdict): readonly string[] {
    const replies = verdict.routes.flatMap((route) => route.text.reply ?? []);
    const faults = replies.map((reply) => {
      const found: string[] = [];
      const text =
        reply.body === undefined ? "" : typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
      if (received.status !== reply.status) found.push(`replied ${received.status}, not ${reply.status}`);
      if (received.body.toString() !== text && request.method !== "HEAD") {
        found.push(`replied ${JSON.stringify(received.body.toString())}, not ${JSON.stringify(text)}`);
      }
      const type = typeof reply.body === "string" ? "text/plain; charset=utf-8" : "application/json";
      const headers = { ...(reply.body === undefined ? {} : { "content-type": type }), ...reply.headers };
      for (const [name, value] of Object.entries(headers)) {
        const values = valuesOf(received.headers, name.toLowerCase());
        if (values.length !== 1 || values[0] !== value)
          found.push(`replied ${name}: ${JSON.stringify(values)}, not ${value}`);
      }
      return found;
    });
    return faults.find((found) => found.length === 0) ?? faults[0] ?? ["a reply that no route has"];
  }

  #cors({ received, request }: Outcome, verdict: Verdict, decision: Decision | undefined): readonly string[] {
    const { cors } = this.#description;
    const header = (name: string) => request.headers.find(([key]) => key.toLowerCase() === name)?.[1];
    const origin = header("origin");
    const allowed = valuesOf(received.headers, "access-control-allow-origin");
    if (cors === undefined || !allowsOrigin(cors, origin)) {
      // An answer that names a declared origin lets no other in.
      const undeclared = allowed.filter((value) => cors?.origins.includes(value) !== true);
      return undeclared.length === 0 ? [] : [`lets ${JSON.stringify(undeclared)} in, which nobody declared`];
    }
    const must =
      decision === "proxied" || decision === "replied" || (decision === "preflight" && verdict.allowed.size === 1);
    if (!must && allowed.length === 0) return [];
    return corsFaults(
      cors,
      received,
      origin ?? "",
      decision === "preflight" ? header("access-control-request-method") : undefined,
    );
  }
}

/** Whether a route that replies rejected the request because of the media type that it declares. */
function rejectsType({ received, request }: Outcome, verdict: Verdict, decision: Decision | undefined): boolean {
  const declares = request.headers.some(([name]) => name.toLowerCase() === "content-type");
  const rejects = decision === "malformed" || decision === undefined;
  return rejects && received.status === 415 && declares && verdict.allowed.has("replied");
}

/** The log entry of a reply as if no function had sent it. Any other entry is unchanged. */
function functionsReply(logged: Outcome["logged"]): Outcome["logged"] {
  return logged.decision === "proxied" && logged.backend ? { decision: "replied", backend: false } : logged;
}

/**
 * Whether the data plane's log names the decision. A vendor's artefacts do not tell a reply from a refusal when both are
 * answers of the policy with the same status, so there the log may name either.
 */
function agrees(logged: string, decision: Decision, status: number): boolean {
  if (logged === decision) return true;
  return decision === "replied" && (statuses[logged as Decision]?.includes(status) ?? false);
}

function corsFaults(cors: CorsText, received: Received, origin: string, method: string | undefined): readonly string[] {
  const faults: string[] = [];
  const words = (name: string) =>
    valuesOf(received.headers, name).flatMap((value) => value.toLowerCase().split(/\s*,\s*/));
  const allowed = valuesOf(received.headers, "access-control-allow-origin");
  if (allowed.length !== 1 || (allowed[0] !== origin && !(allowed[0] === "*" && cors.origins.includes("*")))) {
    faults.push(`access-control-allow-origin is ${JSON.stringify(allowed)} for ${origin}`);
  }
  const credentials = words("access-control-allow-credentials").includes("true");
  if (credentials !== (cors.credentials ?? false)) faults.push(`credentials are ${credentials ? "" : "not "}allowed`);
  if (method === undefined) {
    for (const name of cors.expose ?? []) {
      if (!words("access-control-expose-headers").includes(name.toLowerCase())) faults.push(`${name} is not exposed`);
    }
    return faults;
  }
  if (!words("access-control-allow-methods").includes(method.toLowerCase())) faults.push(`${method} is not allowed`);
  for (const name of cors.headers ?? ["authorization", "content-type"]) {
    // Only what was asked for needs an answer.
    if (name.toLowerCase() === "authorization" && !words("access-control-allow-headers").includes("authorization")) {
      faults.push(`the header ${name} is not allowed`);
    }
  }
  const age = words("access-control-max-age");
  const seconds = cors.maxAgeSeconds ?? 600;
  if (age.length > 0 ? age[0] !== String(seconds) : seconds > 5)
    faults.push(`max-age is ${JSON.stringify(age)}, not ${seconds}`);
  return faults;
}

/** What the client does not see of the backend's answer. */
function answered({ received, answer, request }: Outcome): readonly string[] {
  const faults: string[] = [];
  if (received.status !== answer.status) faults.push(`the client sees ${received.status}, not ${answer.status}`);
  for (const [name, value] of Object.entries(answer.headers)) {
    if (valuesOf(received.headers, name).join() !== value) faults.push(`the client does not see ${name}: ${value}`);
  }
  const body = request.method === "HEAD" ? "" : answer.body;
  if (received.body.toString() !== body)
    faults.push(`the client sees the body ${received.body.toString().slice(0, 80)}`);
  return faults;
}

/** Whether decoded pairs are those of a query; of the same name in the same order, else in any. */
function meansTheSame(pairs: readonly (readonly [string, string])[], query: string): boolean {
  const grouped = (all: Iterable<readonly [string, string]>): string =>
    JSON.stringify([...Map.groupBy(all, ([name]) => name)].sort(([a], [b]) => (a < b ? -1 : 1)));
  return grouped(pairs) === grouped(new URLSearchParams(query));
}

function pathOf(target: string): string {
  return target.split("?")[0] ?? "";
}

/** Whether it let a request in that nothing lets in, and that no reason excuses. */
function opens(decision: Decision | undefined, { allowed, excusable }: Verdict): boolean {
  if (decision === undefined || !letsIn(decision) || excusable?.has(decision) === true) return false;
  return ![...allowed].some(letsIn);
}

/** The failures that an outcome is: one for each case that it shows to be broken. */
export function failuresOf(name: Case, outcome: Outcome, verdict: Verdict, judged: Judged): readonly Failure[] {
  const { request, sending } = outcome;
  const { credential, signature } = request;
  const token = credential.kind === "token" ? JSON.stringify(credential) : credential.kind;
  const signed = signature === undefined || signature.kind === "none" ? "" : ` ${JSON.stringify(signature)}`;
  const byCase = Map.groupBy(judged.faults, (fault) => fault.case ?? name);
  return [...byCase].map(([shown, faults]) => ({
    case: shown,
    request: `${request.method} ${sending.target} [${token}${signed}]`,
    faults: faults.map(({ text }) => text),
    because: verdict.because,
    opens: judged.opens,
  }));
}

/** A text with each escape of an ASCII character decoded, whatever else it contains. */
function decodedWhereValid(text: string): string {
  return text.replace(/%[0-7][0-9a-f]/gi, (code) => decodeURIComponent(code));
}
