import type { Api } from "../checked-api.ts";
import { documentOf } from "../document-form.ts";
import { precedence } from "../path/precedence.ts";
import { PolygateError, ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";
import { readAuth, readAuthName, unreadAuth } from "./auth.ts";
import { readBackend } from "./backend.ts";
import type { Context } from "./context.ts";
import { readCors } from "./cors.ts";
import { readLimits } from "./limits.ts";
import { isOneLine } from "./list.ts";
import { readPlans } from "./plans.ts";
import { readRemarks } from "./remarks.ts";
import { readRoutes } from "./routes.ts";

/**
 * Checks a description and fills in every default.
 *
 * @throws {PolygateError} with every problem, each with its place and a remedy.
 */
export function normalise(description: unknown): Api {
  const problems = new ProblemList();
  const root = new Reader(description, "", problems);
  if (
    !root.only([
      "version",
      "title",
      "backends",
      "auth",
      "default",
      "cors",
      "plans",
      "ignored",
      "unchecked",
      "notes",
      "routes",
    ])
  ) {
    throw new PolygateError("The API", problems.all);
  }
  readVersion(root.at("version"));
  const title = readTitle(root.at("title"));
  const context = readContext(root);
  const remarks = readRemarks(root);
  const [keys, routes] = readRoutes(root.at("routes"), context);
  const cors = context.hasCors ? readCors(root.at("cors"), routes) : undefined;
  const plans = readPlans(
    root.at("plans"),
    routes.filter(({ auth }) => auth !== unreadAuth),
    keys,
  );
  const ordered = precedence(routes, problems);
  if (problems.all.length > 0) {
    throw new PolygateError(title === undefined ? "The API" : `The API "${title}"`, problems.all);
  }
  const document = documentOf(description);
  return {
    ...(document === undefined ? {} : { document }),
    ...(title === undefined ? {} : { title }),
    backends: context.backends,
    auth: context.auth,
    ...(cors === undefined ? {} : { cors }),
    plans,
    ...remarks,
    routes: ordered,
  };
}

function readVersion(reader: Reader): void {
  if (reader.value === 1) return;
  reader.problem("unknown-version", "The version of a description must be 1.", "Write version: 1.");
}

function readTitle(reader: Reader): string | undefined {
  const title = reader.present ? reader.text() : undefined;
  if (title !== undefined && !isOneLine(title)) {
    reader.problem("control-character", "A title must be one line of text.", "Remove the control character.");
  }
  return title;
}

function readContext(root: Reader): Context {
  const backends = root.at("backends").named(readBackend);
  const auth = root.at("auth").named(readAuth);
  const defaults = root.at("default");
  if (defaults.present) defaults.only(["auth", "limits", "timeoutSeconds"]);
  const [defaultAuth, limits, timeout] = [defaults.at("auth"), defaults.at("limits"), defaults.at("timeoutSeconds")];
  const context: Context = {
    backends,
    auth,
    backendNames: namesIn(root.at("backends")),
    authNames: namesIn(root.at("auth")),
    defaultAuth,
    limits: limits.present ? readLimits(limits) : [],
    timeoutSeconds: timeout.present ? (timeout.integer(1, 3600) ?? 15) : 15,
    hasCors: root.at("cors").present,
  };
  if (defaultAuth.present) readAuthName(defaultAuth, context);
  return context;
}

function namesIn(reader: Reader): readonly string[] {
  return typeof reader.value === "object" && reader.value !== null ? Object.keys(reader.value) : [];
}
