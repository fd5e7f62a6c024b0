import type { AwsSigner } from "../../../data-plane/artefacts.ts";
import { member, parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { policyDocument } from "./policy.ts";
import { accessKeys, userPolicies, userPolicyAttachments, users } from "./record.ts";
import { userArn } from "./user.ts";

/**
 * Who may sign requests, for an API whose document asks for signatures; nobody's secrets for any other. There are no sessions of
 * roles: the sandbox has no service that would give out their credentials.
 */
export function signersFor(
  records: Records,
  document: string,
  region: string,
): { readonly signers?: readonly AwsSigner[] } {
  return asksForSignatures(parseApiDocument(document)) ? { signers: signersOf(records, region) } : {};
}

function signersOf(records: Records, region: string): readonly AwsSigner[] {
  return accessKeys.list(records).flatMap(([, key]): readonly AwsSigner[] => {
    const user = users.get(records, key.user);
    if (user === undefined) return [];
    const operation = `reading the policies of ${user.name}`;
    const attached = userPolicyAttachments.list(records, user.name);
    return [
      {
        accessKeyId: key.id,
        secretAccessKey: key.secret,
        active: key.active,
        principal: { arn: userArn({ region }, user), userId: user.uniqueId, name: user.name },
        policies: [
          ...userPolicies.list(records, user.name).map(([, { policy }]) => policy),
          ...attached.map(([, { policyArn }]) => policyDocument(records, policyArn, operation)),
        ],
        ...(user.permissionsBoundary === undefined
          ? {}
          : { boundary: policyDocument(records, user.permissionsBoundary, operation) }),
      },
    ];
  });
}

/** Whether any operation says so, or a scheme that operations may name. */
function asksForSignatures(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const type = member(member(value, "x-amazon-apigateway-auth"), "type");
  if (typeof type === "string" && type.toUpperCase() === "AWS_IAM") return true;
  if (member(value, "x-amazon-apigateway-authtype") === "awsSigv4") return true;
  return Object.values(value).some(asksForSignatures);
}
