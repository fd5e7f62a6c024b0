import assert from "node:assert/strict";
import { resourceName } from "../../../components/aws/resource-name.ts";

describe("the name of a resource whose physical name Pulumi generates", () => {
  it("is kept where AWS accepts it, with room for Pulumi's suffix", () => {
    for (const name of ["shop_EU-replies", "1-role", "x".repeat(56)]) assert.equal(resourceName(name, 64), name);
  });

  it("does not change from version to version", () => {
    assert.equal(resourceName("Shop EU-replies", 64), "shop-eu-replies-625cf194");
    assert.equal(
      resourceName(`shop-${"x".repeat(60)}-role`, 64),
      "shop-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-62cd0fc2",
    );
    assert.equal(resourceName("erp.x-balancer", 32), "erp-x-balancer-26e8c04b");
    assert.equal(resourceName("erp-on-premises-east-balancer", 32), "erp-on-premises-c57dab75");
  });
});
