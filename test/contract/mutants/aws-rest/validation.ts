import { type Editable, operation } from "../json-document.ts";
import type { Mutant } from "../mutant.ts";
import { onArtefacts, onDocument } from "./artefacts.ts";

const VALIDATOR = "x-amazon-apigateway-request-validator";

/** Returns the model whose schema requires this member. */
function modelOf(root: Editable, member: string): Editable {
  const found = Object.values(root.components?.schemas ?? {}).find((schema) =>
    JSON.stringify(schema.required ?? []).includes(`"${member}"`),
  );
  if (found === undefined) throw new Error(`No model requires the member "${member}".`);
  return found;
}

function validator(root: Editable): Editable {
  const [found] = Object.values(root[`${VALIDATOR}s`] ?? {});
  if (found === undefined) throw new Error("The document has no validator.");
  return found;
}

/** Mutants of the validation of requests. */
export const validationMutants: readonly Mutant[] = (
  [
    {
      fault: "the validator of one route is dropped",
      mutate: onDocument((root) => {
        delete operation(root, "post", "/orders")[VALIDATOR];
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "the validator does not validate bodies",
      mutate: onDocument((root) => {
        validator(root).validateRequestBody = false as unknown as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "the validator does not validate parameters",
      mutate: onDocument((root) => {
        validator(root).validateRequestParameters = false as unknown as Editable;
      }),
      caughtBy: "parameter-missing",
    },
    {
      fault: "a required parameter is optional",
      mutate: onDocument((root) => {
        const parameters = operation(root, "get", "/orders").parameters as unknown as { required: boolean }[];
        for (const parameter of parameters) parameter.required = false;
      }),
      caughtBy: "parameter-missing",
    },
    {
      fault: "a required member of a body is optional",
      mutate: onDocument((root) => {
        delete modelOf(root, "article").required;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "a body may have undeclared members",
      mutate: onDocument((root) => {
        delete modelOf(root, "article").additionalProperties;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "a member of a body may have any type",
      mutate: onDocument((root) => {
        const { properties } = modelOf(root, "article");
        if (properties !== undefined) properties.count = {} as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "bodies with a content type other than JSON are not validated",
      mutate: onDocument((root) => {
        for (const path of Object.values(root.paths ?? {})) {
          for (const found of Object.values(path)) delete found.requestBody?.content?.$default;
        }
      }),
      caughtBy: "body-type",
    },
    {
      fault: "bodies of a media type that a route does not check are validated",
      mutate: onDocument((root) => {
        const content = operation(root, "put", "/mixed").requestBody?.content as Editable;
        content.$default = content["application/json"] as Editable;
      }),
      caughtBy: "body-type-unchecked",
    },
    {
      fault: "bodies of the only media type that a route checks are not validated",
      mutate: onDocument((root) => {
        const content = operation(root, "put", "/mixed").requestBody?.content as Editable;
        content["text/plain"] = content["application/json"] as Editable;
        delete content["application/json"];
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "a route validates bodies against the wrong schema",
      mutate: onDocument((root) => {
        operation(root, "post", "/orders").requestBody = operation(root, "post", "/any").requestBody as Editable;
      }),
      caughtBy: "body-invalid",
    },
    {
      fault: "bodies that must be validated are treated as bytes",
      mutate: onArtefacts((artefacts) => ({ ...artefacts, binaryMediaTypes: ["*/*"] })),
      caughtBy: "body-invalid",
    },
  ] as const
).map((mutant) => ({ ...mutant, description: "checked" as const }));
