import type { Overrides } from "../../components/api/openapi/overrides.ts";
import type { AnswersText } from "./oracle/answers.ts";
import { type DocumentText, isUnsecured, type OperationText } from "./oracle/document.ts";

const keysOf = (operations: readonly OperationText[]): readonly string[] => operations.map(({ key }) => key);

/** The members of `answers`, each with the operations that it is about. */
function answersOf({ operations }: DocumentText, answers: AnswersText): object {
  const { schemes = {}, prefer, anyScope, unsecured } = answers;
  const kept = operations.filter(({ key }) => answers.without?.includes(key) !== true);
  const secured = kept.filter((operation) => !isUnsecured(operation));
  const about = (name: string): readonly string[] =>
    keysOf(secured.filter(({ security = [] }) => security.some((each) => Object.hasOwn(each, name))));
  const open = keysOf(kept.filter(isUnsecured));
  const choosing = keysOf(secured.filter(({ security = [] }) => security.length > 1));
  const scoped = keysOf(
    secured.filter(({ security = [] }) => security.some((each) => Object.values(each).flat().length > 1)),
  );
  return {
    schemes: Object.fromEntries(
      Object.entries(schemes)
        .filter(([name]) => about(name).length > 0)
        .map(([name, answer]) => [name, { ...answer, operations: about(name) }]),
    ),
    ...(prefer === undefined ? {} : { prefer: { order: prefer, operations: choosing } }),
    ...(anyScope === undefined ? {} : { scopes: { kind: "any", reason: anyScope, operations: scoped } }),
    ...(unsecured === undefined || open.length === 0 ? {} : { unsecured: { ...unsecured, operations: open } }),
  };
}

/** The answers as a user writes them: an overlay beside the document, and in code what single operations need. */
export function overridesOf(document: DocumentText, answers: AnswersText): Overrides {
  const { auth, plans, backends, to, operations = {}, without = [] } = answers;
  // Documents that require something everywhere need no auth of the user.
  const isNeeded = document.operations.some(isUnsecured);
  const root = Object.entries({ auth: isNeeded ? auth : undefined, plans, backends, to });
  const members = Object.fromEntries(root.filter(([, value]) => value !== undefined));
  const update = { "x-polygate": { ...members, answers: answersOf(document, answers) } };
  const overlay = { overlay: "1.0.0", info: { title: "Answers", version: "1" }, actions: [{ target: "$", update }] };
  return { overlay, routes: { ...operations, ...Object.fromEntries(without.map((key) => [key, null])) } };
}
