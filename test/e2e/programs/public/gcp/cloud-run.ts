/** Two services that anyone may call. */
import { cloudrun } from "@pulumi/gcp";

const location = "us-central1";
function open(name: string, service: cloudrun.Service) {
  new cloudrun.IamMember(name, { service: service.name, location, role: "roles/run.invoker", member: "allUsers" });
  return service.statuses.apply((statuses) => statuses[0]?.url);
}
const hello = new cloudrun.Service("cloud-run-hello", {
  location,
  template: { spec: { containers: [{ image: "gcr.io/cloudrun/hello" }] } },
});
const shop = new cloudrun.Service("cloud-run-shop", {
  location,
  template: {
    spec: {
      containers: [
        {
          image: "gcr.io/shop/shop:v1",
          resources: { limits: { memory: "1Gi" } },
          ports: [{ containerPort: 8080 }],
        },
      ],
      containerConcurrency: 50,
    },
  },
});
export const urls = [open("cloud-run-hello", hello), open("cloud-run-shop", shop)];
