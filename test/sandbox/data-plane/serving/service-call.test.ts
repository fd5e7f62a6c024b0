import assert from "node:assert/strict";
import type { Forward, Reply } from "../../../../sandbox/data-plane/interpreter.ts";
import type { ProxyEnd } from "../../../../sandbox/data-plane/serving/backend-exchange.ts";
import { ServiceCall } from "../../../../sandbox/data-plane/serving/service-call.ts";

const reply = (status: number, body: string): Reply => ({ status, headers: [["content-type", "text/plain"]], body });

function forwardOf(name: string, more: Partial<Forward> = {}): Forward {
  return {
    method: "POST",
    origin: `http://${name}.example.com`,
    path: "/orders",
    headers: [["x-from", name]],
    timeoutMs: 1_000,
    maxBodyBytes: 10,
    tooLarge: () => reply(413, name),
    down: (cause) => reply(cause === "timeout" ? 504 : 503, name),
    ...more,
  };
}

/** A gateway that marks each response that it passes on. */
const marking: Pick<Required<Forward>, "response"> = {
  response: (status, headers) => ({ status, headers: [...headers, ["x-gateway", "1"]] }),
};

const ended = (more: Partial<ProxyEnd>): ProxyEnd => ({
  decision: "proxied",
  status: 200,
  backend: true,
  bytes: 7,
  ...more,
});

describe("A gateway's call to a service of the same sandbox", () => {
  it("is the service's request to its container, once", () => {
    const gateway = forwardOf("gateway", { ...marking, retriesReset: true });
    const { forward } = new ServiceCall(gateway, forwardOf("service"));
    assert.deepEqual(
      [forward.method, forward.origin, forward.path, forward.headers, forward.retriesReset],
      ["POST", "http://service.example.com", "/orders", [["x-from", "service"]], undefined],
    );
  });

  it("has a container's response that the service changes first, and then the gateway", () => {
    const service = forwardOf("service", { response: (status, headers) => ({ status: status + 1, headers }) });
    const call = new ServiceCall(forwardOf("gateway", marking), service);
    assert.deepEqual(call.forward.response?.(200, [["a", "b"]]), {
      status: 201,
      headers: [
        ["a", "b"],
        ["x-gateway", "1"],
      ],
    });
    const end = ended({ status: 201, backendStatus: 200 });
    assert.deepEqual(call.ends(end), { gateway: end, service: end });
  });

  it("ends by the shorter of the two time-outs, with the response of the one whose it is", () => {
    for (const [gatewayMs, serviceMs, by] of [
      [1_000, 2_000, "gateway"],
      [1_000, 1_000, "gateway"],
      [2_000, 1_000, "service"],
    ] as const) {
      const gateway = forwardOf("gateway", { ...marking, timeoutMs: gatewayMs });
      const call = new ServiceCall(gateway, forwardOf("service", { timeoutMs: serviceMs }));
      assert.equal(call.forward.timeoutMs, 1_000);
      const down = call.forward.down("timeout");
      assert.deepEqual([down.status, down.body], [504, by]);
      const end = ended({ decision: "backend down", status: 504, problem: "no data" });
      const ends = call.ends(end);
      if (by === "gateway") {
        const gone = { problem: "the client closed the connection", status: 0, bytes: 0 };
        assert.deepEqual(ends, { gateway: end, service: ended(gone) });
      } else {
        assert.deepEqual(ends, { gateway: ended({ status: 504, backendStatus: 504 }), service: end });
        assert.deepEqual(down.headers.at(-1), ["x-gateway", "1"]);
      }
    }
  });

  it("is limited by the smaller of the two limits, with the response of the one whose it is", () => {
    const gateway = forwardOf("gateway", marking);
    const small = new ServiceCall(gateway, forwardOf("service", { maxBodyBytes: 5 }));
    assert.deepEqual([small.forward.maxBodyBytes, small.forward.tooLarge().body], [5, "service"]);
    const large = new ServiceCall(gateway, forwardOf("service", { maxBodyBytes: 20 }));
    assert.deepEqual([large.forward.maxBodyBytes, large.forward.tooLarge().body], [10, "gateway"]);
  });

  it("whose container is down gets the service's response, which the gateway passes on as a backend's", () => {
    const call = new ServiceCall(forwardOf("gateway", marking), forwardOf("service"));
    const { status, headers, body } = call.forward.down("refused");
    assert.deepEqual([status, headers.at(-1), body], [503, ["x-gateway", "1"], "service"]);
    const end = ended({ decision: "backend down", status: 503, problem: "refused", backend: false });
    assert.deepEqual(call.ends(end), { gateway: ended({ status: 503, backendStatus: 503 }), service: end });
  });
});
