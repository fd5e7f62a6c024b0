import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type { ProviderCalls } from "../../sandbox/control-plane/provider-methods.ts";
import { ProviderServer } from "../../sandbox/control-plane/provider-server.ts";
import { isForeignPeer, ownerOf } from "../../sandbox/peer-owner.ts";

const ends = { localAddress: "127.0.0.1", localPort: 0x9c40, remoteAddress: "127.0.0.1", remotePort: 0xd431 };

/** Lines as Linux writes them: the server's own end, a finished connection with the same ports, and the client's end. */
const table = (
  uid: number,
): string => `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:9C40 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 11111 1 0000000000000000 20 4 30 10 -1
   1: 0100007F:D431 0100007F:9C40 06 00000000:00000000 03:00000A2B 00000000     0        0 0 3 0000000000000000
   2: 0100007F:D431 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  ${uid}        0 22222 1 0000000000000000 20 4 30 10 -1
`;

describe("the owner of a connection", () => {
  it("is the user of the client's end, in the table of either protocol", () => {
    assert.equal(ownerOf(table(1001), ends), 1001);
    const mapped = table(1002).replaceAll("0100007F:", "0000000000000000FFFF00000100007F:");
    assert.equal(ownerOf(mapped, { ...ends, remoteAddress: "::ffff:127.0.0.1" }), 1002);
    assert.equal(ownerOf(table(1001), { ...ends, remotePort: 0xd432 }), undefined);
    assert.equal(ownerOf("", ends), undefined);
  });

  it("is this user for a connection that this process opens", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const [socket] = (await once(server, "connection")) as [Socket];
    assert.equal(isForeignPeer(socket), false);
    client.destroy();
    server.close();
  });

  it("decides whether a provider takes calls: a connection of another user is closed before its first call", async () => {
    // No method is called.
    const server = new ProviderServer({} as ProviderCalls, () => true);
    const port = await server.listen(0);
    const client = new providerGrpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const error = await new Promise<grpc.ServiceError | null>((resolve) => {
      client.attach(new pluginMessages.PluginAttach(), (refused) => resolve(refused));
    });
    client.close();
    await server.close(1_000);
    assert.equal(error?.code, grpc.status.UNAVAILABLE);
  });
});
