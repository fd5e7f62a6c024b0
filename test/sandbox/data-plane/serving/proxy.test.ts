import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { BACKEND, Loopback, raw, TestDataPlane, to, until } from "../test-data-plane.ts";

const MEBIBYTE = 1024 * 1024;

describe("A proxied request", () => {
  let stand: TestDataPlane;
  let url: string;

  beforeEach(async () => {
    stand = await new TestDataPlane().start();
    url = await stand.serve({
      "/any": { "x-amazon-apigateway-any-method": to("/any") },
      "/short": { "x-amazon-apigateway-any-method": to("/short", { timeoutInMillis: 150 }) },
      "/patient": { get: to("/patient", { timeoutInMillis: 800 }) },
      "/nowhere": { get: to("/", { uri: "https://nowhere.example.com/" }) },
    });
  });
  afterEach(() => stand.close());

  it("streams a large response: the backend waits for a client that does not read", async () => {
    const total = 100 * MEBIBYTE;
    let written = 0;
    stand.backend.answer = (_request, response) => {
      response.writeHead(200, { "content-length": String(total) });
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) {
            response.once("drain", more);
            return;
          }
        }
        response.end();
      };
      more();
    };
    const response = await new Promise<IncomingMessage>((resolve) => httpRequest(`${url}/any`, resolve).end());
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(written < 40 * MEBIBYTE, `the backend could send ${written} bytes to a client that read nothing`);
    let received = 0;
    for await (const chunk of response) {
      received += (chunk as Buffer).length;
      // What is neither with the backend nor with the client is held somewhere: in the kernel, here mostly.
      const held = written - received;
      assert.ok(held < 40 * MEBIBYTE, `${held} bytes are held on the way`);
    }
    assert.equal(received, total);
  });

  it("streams its body, each part before the next is sent", async () => {
    let arrived = "";
    stand.backend.answer = (request, response) => {
      request.on("data", (chunk) => {
        arrived += chunk;
      });
      request.on("end", () => response.end(arrived));
    };
    const request = httpRequest(`${url}/any`, { method: "POST" });
    const answered = once(request, "response");
    for (const part of ["one ", "two ", "three"]) {
      request.write(part);
      await until(`the arrival of ${part}`, () => arrived.endsWith(part));
    }
    request.end();
    const [response] = (await answered) as [IncomingMessage];
    assert.equal((await response.toArray()).join(""), "one two three");
  });

  it("streams a response while its body is still being sent", async () => {
    stand.backend.answer = (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    };
    const request = httpRequest(`${url}/any`, { method: "POST" });
    request.write("ping");
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const [first] = await once(response, "data");
    assert.equal(String(first), "ping");
    request.end("pong");
    assert.equal((await response.toArray()).join(""), "pong");
  });

  it("is rejected for its declared length before it reaches the backend, and the connection stays usable", async () => {
    const large = 10 * MEBIBYTE + 1;
    const response = await fetch(`${url}/any`, { method: "POST", body: Buffer.alloc(large) });
    assert.deepEqual([response.status, await response.text()], [413, '{"message":"Request Entity Too Large"}']);
    assert.deepEqual([stand.log.at(-1)?.decision, stand.log.at(-1)?.backend], ["too large", false]);
    assert.equal((await fetch(`${url}/any`, { method: "POST", body: Buffer.alloc(large - 1) })).status, 200);
    assert.equal(stand.backend.last.body.length, large - 1);
  });

  it("without a declared length is rejected as soon as it is too large", async () => {
    const part = Buffer.alloc(MEBIBYTE);
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(part);
      },
    });
    let closed = false;
    stand.backend.answer = (request) => {
      request.resume().on("close", () => {
        closed = true;
      });
    };
    const response = await fetch(`${url}/any`, { method: "POST", body, duplex: "half" } as RequestInit);
    assert.equal(response.status, 413);
    await response.text();
    await until("the end of the backend's request", () => closed);
    assert.equal(stand.log.at(-1)?.decision, "too large");
  });

  it("gets no 100 Continue when it is rejected", async () => {
    const post = (path: string, length: number): string =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`;
    const refused = await raw(url, post("/any", 11 * MEBIBYTE));
    assert.match(refused, /^HTTP\/1\.1 413 /);
    assert.match(refused, /\r\nconnection: close\r\n/i);
    assert.match(await raw(url, post("/no-such-route", 5)), /^HTTP\/1\.1 404 /);
    assert.match(await raw(url, post("/any", 5)), /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  });

  it("is cancelled at the backend when the client closes the connection, before and during the response", async () => {
    let arrived = 0;
    let gone = 0;
    stand.backend.answer = (request, response) => {
      arrived++;
      request.resume();
      response.on("close", () => gone++);
      if (request.url?.includes("begun") === true) response.writeHead(200).write("begun");
    };
    for (const query of ["", "?begun"]) {
      const before = gone;
      const { port } = new URL(url);
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(`GET /any${query} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await until("the request", () => arrived === before + 1 && (query === "" || socket.bytesRead > 0));
      socket.destroy();
      await until("the cancellation", () => gone === before + 1);
    }
    await until("the log", () => stand.log.length === 2);
    assert.deepEqual(
      stand.log.map(({ status, reason }) => [status, reason]),
      [
        [0, "the client closed the connection"],
        [200, "the client closed the connection"],
      ],
    );
  });

  it("is cancelled at the backend when the client closes the connection while it sends the body", async () => {
    let [arrived, gone] = [false, false];
    stand.backend.answer = (request) => {
      arrived = true;
      request.resume().on("close", () => {
        gone = true;
      });
    };
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nbegin");
    await until("the request", () => arrived);
    socket.destroy();
    await until("the cancellation", () => gone);
  });

  it("reaches the backend only after a small body is complete, and never when the client closes the connection first", async () => {
    let requests = 0;
    stand.backend.answer = (request, response) => {
      requests++;
      request.pipe(response);
    };
    const small = (body: string) => `POST /any HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${body}`;
    const gone = connect(Number(new URL(url).port), "127.0.0.1");
    await new Promise((sent) => gone.write(small("begin"), sent));
    await new Promise((resolve) => setTimeout(resolve, 50));
    gone.destroy();
    await until("the log", () => stand.log.length === 1);
    assert.deepEqual([stand.log[0]?.status, stand.log[0]?.backend, requests], [0, false, 0]);

    const slow = connect(Number(new URL(url).port), "127.0.0.1");
    let answer = "";
    slow.setEncoding("utf8").on("data", (text) => {
      answer += text;
    });
    slow.write(small("begin"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(requests, 0);
    slow.write("-ends");
    await until("the answer", () => answer.includes("begin-ends"));
    slow.destroy();
  });

  it("gets the gateway's response when the backend does not respond in time, and is cancelled there", async () => {
    let gone = false;
    stand.backend.answer = (_request, response) => {
      response.on("close", () => {
        gone = true;
      });
    };
    const began = performance.now();
    const response = await fetch(`${url}/short`);
    assert.equal(response.status, 504);
    assert.ok(performance.now() - began > 140);
    assert.deepEqual([stand.log.at(-1)?.decision, stand.log.at(-1)?.backend], ["backend down", true]);
    await until("the cancellation", () => gone);
  });

  it("is cut off when the backend stops in the middle of its response, so that a part is not mistaken for the whole", async () => {
    stand.backend.answer = (_request, response) => {
      response.writeHead(200).write("half");
    };
    const response = await fetch(`${url}/short`);
    await assert.rejects(response.text());
    assert.match(stand.log.at(-1)?.reason ?? "", /no data from the backend for 150 ms/);
  });

  it("may take long when the backend keeps sending, or the client keeps it waiting", async () => {
    stand.backend.answer = async (_request, response) => {
      response.writeHead(200);
      for (let part = 0; part < 5; part++) {
        await new Promise((resolve) => setTimeout(resolve, 220));
        response.write("part ");
      }
      response.end();
    };
    assert.equal(await (await fetch(`${url}/patient`)).text(), "part part part part part ");
    stand.backend.answer = (_request, response) => response.end(Buffer.alloc(64 * MEBIBYTE));
    const slow = await new Promise<IncomingMessage>((resolve) => httpRequest(`${url}/patient`, resolve).end());
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    let bytes = 0;
    for await (const chunk of slow) bytes += (chunk as Buffer).length;
    assert.equal(bytes, 64 * MEBIBYTE);
  });

  it("is cut off when the backend breaks off its response", async () => {
    stand.backend.answer = (_request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("begin");
      setTimeout(() => response.destroy(), 20);
    };
    const response = await fetch(`${url}/any`);
    await assert.rejects(response.text());
    assert.match(stand.log.at(-1)?.reason ?? "", /the backend broke off its response/);
  });

  it("gets the gateway's response when the backend closes without a response, refuses the connection, or does not speak HTTP", async () => {
    stand.backend.answer = (_request, response) => response.destroy();
    assert.equal((await fetch(`${url}/any`)).status, 503);
    stand.backend.answer = (_request, response) => response.socket?.end("hello\r\n\r\n");
    assert.equal((await fetch(`${url}/any`)).status, 503);
    await stand.backend.web.close();
    assert.equal((await fetch(`${url}/any`, { method: "POST", body: "x".repeat(100_000) })).status, 503);
    assert.deepEqual(
      stand.log.map(({ decision }) => decision),
      ["backend down", "backend down", "backend down"],
    );
    assert.equal(stand.log.at(-1)?.backend, false);
  });

  it("to a name without a host map entry is refused, and the log says how to add one", async () => {
    assert.equal((await fetch(`${url}/nowhere`)).status, 503);
    const { decision, backend, reason } = stand.log.at(-1) ?? {};
    assert.deepEqual([decision, backend], ["backend down", false]);
    assert.match(reason ?? "", /^no host map entry for https:\/\/nowhere\.example\.com; add one with /);
  });

  it("follows a change of the host map from the next request on", async () => {
    assert.equal((await fetch(`${url}/any`)).headers.get("x-backend"), "yes");
    const other = await new Loopback((_request, response) => response.end("the other")).start();
    stand.hosts.map(BACKEND, other.origin);
    assert.equal(await (await fetch(`${url}/any`)).text(), "the other");
    await other.close();
  });

  it("loses the headers of a connection in both directions, those that `Connection` lists included", async () => {
    let headers: readonly string[] = [];
    let names: readonly string[] = [];
    stand.backend.answer = (request, response) => {
      headers = request.rawHeaders.map((item) => item.toLowerCase());
      names = headers.filter((_, index) => index % 2 === 0);
      response.writeHead(200, [
        "Connection",
        "x-hop",
        "X-Hop",
        "1",
        "Keep-Alive",
        "timeout=1",
        "Upgrade",
        "h2c",
        "X-End",
        "2",
      ]);
      response.end("ok");
    };
    const answer = await raw(
      url,
      "GET /any HTTP/1.1\r\nHost: client.example\r\nConnection: keep-alive, X-Secret\r\nX-Secret: 1\r\nKeep-Alive: 1\r\n" +
        "TE: trailers\r\nProxy-Connection: x\r\nX-Kept: 1\r\n\r\n",
    );
    for (const name of ["x-secret", "keep-alive", "te", "proxy-connection"]) assert.ok(!names.includes(name), name);
    assert.ok(headers.includes("x-kept"));
    assert.equal(headers[headers.indexOf("host") + 1], "backend.example.com");
    assert.match(answer, /\r\nX-End: 2\r\n/);
    assert.doesNotMatch(answer, /x-hop|upgrade|timeout=1/i);
  });

  it("gets no body for HEAD, 204 and 304, and the connection stays usable", async () => {
    stand.backend.answer = (request, response) => {
      const status = Number(request.headers["x-status"]);
      response.writeHead(status, status === 200 ? { "content-length": "5" } : {});
      response.end(status === 200 ? "12345" : undefined);
    };
    const one = (method: string, status: number): string =>
      `${method} /any HTTP/1.1\r\nHost: x\r\nX-Status: ${status}\r\n\r\n`;
    const answers = await raw(url, one("HEAD", 200) + one("GET", 204) + one("GET", 304) + one("GET", 200));
    assert.deepEqual(
      [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
      ["200", "204", "304", "200"],
    );
    assert.ok(answers.endsWith("\r\n\r\n12345"));
    assert.equal(answers.match(/12345/g)?.length, 1);
    assert.match(answers.slice(0, answers.indexOf("204")), /content-length: 5/i);
  });

  it("gets only the final response, not the interim ones", async () => {
    stand.backend.answer = (_request, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeProcessing();
      response.end("final");
    };
    assert.match(
      await raw(url, "GET /any HTTP/1.1\r\nHost: x\r\n\r\n"),
      /^HTTP\/1\.1 200 OK\r\n(?:(?!HTTP)[\s\S])*final$/,
    );
  });

  it("keeps repeated headers separate in both directions", async () => {
    let cookies: readonly string[] = [];
    stand.backend.answer = (request, response) => {
      const { rawHeaders } = request;
      cookies = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === "x-many");
      response.writeHead(200, { "set-cookie": ["a=1", "b=2"] }).end();
    };
    const response = await raw(url, "GET /any HTTP/1.1\r\nHost: x\r\nX-Many: 1\r\nX-Many: 2\r\n\r\n");
    assert.deepEqual(cookies, ["1", "2"]);
    assert.match(response, /set-cookie: a=1\r\nset-cookie: b=2\r\n/i);
  });

  it("cannot be smuggled: two lengths, or a length and chunks, are rejected", async () => {
    const smuggled = [
      "Content-Length: 4\r\nContent-Length: 5",
      "Content-Length: 4\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      "Transfer-Encoding: xchunked",
      "Content-Length: +4",
      "Content-Length : 4",
    ];
    for (const fields of smuggled) {
      const answer = await raw(
        url,
        `POST /any HTTP/1.1\r\nHost: x\r\n${fields}\r\n\r\n0\r\n\r\nGET /any HTTP/1.1\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 400 /, fields);
    }
    assert.equal(stand.backend.seen.length, 0);
  });

  it("is one request to the backend, whatever its path and headers contain", async () => {
    assert.match(await raw(url, "GET /any HTTP/1.1\r\nHost: x\r\nX-A: b\rX-B: c\r\n\r\n"), /^HTTP\/1\.1 400 /);
    assert.deepEqual(
      stand.backend.seen.map((seen) => seen.url),
      [],
    );
    assert.equal((await fetch(`${url}/any?a=b%0d%0aX:%20y`)).status, 200);
    assert.equal(stand.backend.last.url, "/any?a=b%0d%0aX:%20y");
  });
});
