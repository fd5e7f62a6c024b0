import type { AwsSigner } from "../../../data-plane/aws/artefacts/signer.ts";
import { member, parseApiDocument } from "../../api-document.ts";
import type { Records } from "../../records.ts";
import { policyDocument } from "./policy.ts";
import { accessKeys, userPolicies, userPolicyAttachments, users } from "./record.ts";
import { userArn } from "./user.ts";

/**
 * The users who may sign requests, for an API whose document requires signatures; nothing for any other API, so that it receives no
 * secrets. Roles cannot sign, because the sandbox has no service that issues their credentials.
 */
export function signersFor(
  records: Records,
  document: string,
  region: string,
): { readonly signers?: readonly AwsSigner[] } {
  return requiresSignatures(parseApiDocument(document)) ? { signers: signersOf(records, region) } : {};
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

/** Whether an operation requires signatures, or a security scheme does. */
function requiresSignatures(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const type = member(member(value, "x-amazon-apigateway-auth"), "type");
  if (typeof type === "string" && type.toUpperCase() === "AWS_IAM") return true;
  if (member(value, "x-amazon-apigateway-authtype") === "awsSigv4") return true;
  return Object.values(value).some(requiresSignatures);
}
