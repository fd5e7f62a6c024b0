import { selfSigned } from "../../../self-signed.ts";
import { identifier } from "../../identifier.ts";
import { type Properties, text, withoutUndefined } from "../../property-value.ts";
import { type ResourceModel, VendorError } from "../../resource-model.ts";
import { optional } from "../optional.ts";
import { type AwsSettings, arn, regionOf } from "../region.ts";
import { tagOutputs, tagsOf } from "../tags.ts";
import { timestamp } from "../timestamp.ts";
import { type ClientCertificateRecord, clientCertificates, restStages } from "./record.ts";

/** How long a certificate is valid (docs.aws.amazon.com, rest-api-backend-authentication). */
const DAYS = 365;

/**
 * `aws:apigateway/clientCertificate:ClientCertificate` (terraform-provider-aws, internal/service/apigateway/client_certificate.go): a
 * self-signed certificate, whose key nobody can read. Only its description and its tags can change.
 */
export const clientCertificate: ResourceModel<AwsSettings> = {
  replaces: ["region"],
  cleared: ["description", "tags"],
  recomputed: { tags: ["tagsAll"] },

  create(call, inputs) {
    const region = regionOf(call.settings, inputs);
    const taken = (id: string) => clientCertificates.get(call.records, region, id) !== undefined;
    const id = identifier(6, [call.urn, region, "client-certificate"], taken);
    // Unverified: the subject and the algorithm of a generated certificate.
    const { certificate, key, expires } = selfSigned("ApiGateway", DAYS);
    const expirationDate = expires.toISOString().replace(/\.\d+Z$/, "Z");
    const dates = { createdDate: timestamp(), expirationDate };
    const record: ClientCertificateRecord = { id, region, certificate, key, ...dates, ...changeable(inputs) };
    clientCertificates.put(call.records, record, region, id);
    return { id, outputs: read(record) };
  },

  read(call, id, state) {
    const record = clientCertificates.get(call.records, regionOf(call.settings, state), id);
    return record && { id, outputs: read(record) };
  },

  update(call, id, { inputs }) {
    const region = regionOf(call.settings, inputs);
    const before = clientCertificates.get(call.records, region, id);
    if (before === undefined) {
      throw new VendorError(
        `updating API Gateway Client Certificate (${id}): NotFoundException: Invalid client certificate identifier specified`,
      );
    }
    const { description: _, ...rest } = before;
    const after: ClientCertificateRecord = { ...rest, ...changeable(inputs) };
    clientCertificates.put(call.records, after, region, id);
    return read(after);
  },

  delete(call, id, state) {
    const region = regionOf(call.settings, state);
    const used = restStages.list(call.records, region).find(([, stage]) => stage.clientCertificateId === id);
    if (used !== undefined) {
      // Unverified: AWS rejects this.
      throw new VendorError(
        `deleting API Gateway Client Certificate (${id}): BadRequestException: the stage ${used[1].name} of API ${used[1].apiId} uses it`,
      );
    }
    clientCertificates.delete(call.records, region, id);
  },
};

function changeable(inputs: Properties): Pick<ClientCertificateRecord, "description" | "tags"> {
  return { ...optional("description", text(inputs, "description")), tags: tagsOf(inputs) };
}

function read({ id, region, tags, certificate, key: _, ...rest }: ClientCertificateRecord): Properties {
  return withoutUndefined({
    ...rest,
    description: rest.description ?? "",
    arn: arn("apigateway", region, `/clientcertificates/${id}`, false),
    pemEncodedCertificate: certificate,
    region,
    ...tagOutputs(tags),
  });
}
