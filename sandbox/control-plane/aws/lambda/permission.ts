import { uniqueName } from "../../identifier.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { checkArn, checkLength, checkMatch, verifying } from "../argument-check.ts";
import { splitImportId } from "../import-id.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, accountId, regionOf } from "../region.ts";
import { functions, functionVersions, noSuchFunction, type PermissionRecord, permissions } from "./record.ts";

/** A function's name or ARN, whole or partial (terraform-provider-aws, internal/service/lambda/permission.go). */
const FUNCTION =
  /^(?:arn:[\w-]+:lambda:)?(?:([a-z]{2}-(?:[a-z]+-){1,2}\d):)?(?:(\d{12}):)?(?:function:)?([0-9A-Za-z_-]+)(?::(\$LATEST|[0-9A-Za-z_-]+))?$/;

/** Conditions that an invocation by API Gateway does not meet, or may not meet. */
const CONDITIONS = ["eventSourceToken", "functionUrlAuthType", "invokedViaFunctionUrl", "principalOrgId"];

/** `aws:lambda/permission:Permission`: one statement of a function's policy. */
export const permission: ResourceModel<AwsSettings> = {
  replaces: ["*"],

  verify: verifying((inputs, fail) => {
    checkMatch(inputs, "action", /^(?:lambda:[*]|lambda:[a-zA-Z]+|[*])$/, "an action of Lambda", fail);
    checkMatch(inputs, "function", FUNCTION, "a function's name or ARN", fail);
    for (const name of ["statementId", "statementIdPrefix"]) {
      checkMatch(inputs, name, /^[0-9A-Za-z_-]*$/, "only letters, digits, hyphens and underscores", fail);
      checkLength(inputs, name, 1, 100, fail);
    }
    checkMatch(inputs, "sourceAccount", /^\d{12}$/, "an account of 12 digits", fail);
    checkArn(inputs, "sourceArn", fail);
    if (inputs.statementId !== undefined && inputs.statementIdPrefix !== undefined) {
      fail("statementId", '"statement_id": conflicts with statement_id_prefix');
    }
  }),

  create(call, inputs) {
    const { region, account, name, qualifier } = target(regionOf(call.settings, inputs), inputs);
    const taken = (statementId: string) =>
      permissions.get(call.records, region, name, qualifier || "$", statementId) !== undefined;
    const statementId =
      text(inputs, "statementId") ?? uniqueName(text(inputs, "statementIdPrefix") ?? "terraform-", call.urn, taken);
    const operation = `adding Lambda Permission (${text(inputs, "function")}/${statementId})`;
    if (account !== accountId || functions.get(call.records, region, name) === undefined) {
      throw new VendorError(noSuchFunction(operation, region, name));
    }
    if (qualifier === "$LATEST") {
      throw new VendorError(
        `${operation}: InvalidParameterValueException: We currently do not support adding policies for $LATEST.`,
      );
    }
    if (qualifier !== "" && functionVersions.get(call.records, region, name, qualifier) === undefined) {
      throw new VendorError(noSuchFunction(operation, region, `${name}:${qualifier}`));
    }
    if (taken(statementId)) {
      throw new VendorError(
        `${operation}: ResourceConflictException: The statement id (${statementId}) provided already exists. ` +
          "Please provide a new statement id, or remove the existing statement.",
      );
    }
    const permission: PermissionRecord = {
      statementId,
      functionName: name,
      region,
      qualifier,
      action: text(inputs, "action") ?? "",
      principal: text(inputs, "principal") ?? "",
      ...optional("sourceArn", text(inputs, "sourceArn")),
      ...optional("sourceAccount", text(inputs, "sourceAccount")),
      conditional: CONDITIONS.some((condition) => inputs[condition] !== undefined),
    };
    permissions.put(call.records, permission, region, name, qualifier || "$", statementId);
    return { id: statementId, outputs: read(permission, inputs) };
  },

  read(call, id, state) {
    // An import id contains the function: `FUNCTION_NAME/STATEMENT_ID` or `FUNCTION_NAME:QUALIFIER/STATEMENT_ID`.
    const [importedFunction, importedId] = splitImportId(id);
    const remembered = importedFunction === undefined ? state : { ...state, function: importedFunction };
    if (text(remembered, "function") === undefined) {
      throw new VendorError(
        `Unexpected format of ID ("${id}"), expected FUNCTION_NAME/STATEMENT_ID or FUNCTION_NAME:QUALIFIER/STATEMENT_ID`,
      );
    }
    const { region, name, qualifier } = target(regionOf(call.settings, state), remembered);
    const found = permissions.get(call.records, region, name, qualifier || "$", importedId ?? id);
    if (found === undefined) return undefined;
    const named = importedFunction === undefined ? state : { function: name };
    return { id: found.statementId, outputs: read(found, named) };
  },

  // Every argument replaces.
  update: (_call, _id, { state }) => state,

  delete(call, id, state) {
    const { region, name, qualifier } = target(regionOf(call.settings, state), state);
    permissions.delete(call.records, region, name, qualifier || "$", id);
  },
};

/** The function that a permission belongs to. */
function target(region: string, inputs: Properties) {
  const [, ownRegion, account, name, qualifier] = FUNCTION.exec(text(inputs, "function") ?? "") ?? [];
  return {
    region: ownRegion ?? region,
    account: account ?? accountId,
    name: name ?? "",
    qualifier: text(inputs, "qualifier") ?? qualifier ?? "",
  };
}

function read(permission: PermissionRecord, remembered: Properties): Properties {
  const conditions = Object.fromEntries(CONDITIONS.map((condition) => [condition, remembered[condition]]));
  return withoutUndefined({
    ...conditions,
    action: permission.action,
    // The provider keeps the form in which the program writes the function.
    function: text(remembered, "function") ?? permission.functionName,
    principal: permission.principal,
    qualifier: permission.qualifier,
    region: permission.region,
    sourceAccount: permission.sourceAccount,
    sourceArn: permission.sourceArn,
    statementId: permission.statementId,
    statementIdPrefix: text(remembered, "statementIdPrefix") ?? "",
  });
}
