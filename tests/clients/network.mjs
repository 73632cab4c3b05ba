// A network between a program and the server, which fails when it is told to.
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { address } from "./common.mjs";

export async function network() {
  const [host, port] = address.split(":");
  const sockets = new Set();
  const faults = [];
  const net = { asked: [], down: false };

  const server = createServer((asked, answer) => {
    if (net.down) return asked.socket.destroy();
    const parts = [];
    asked.on("data", (part) => parts.push(part));
    asked.on("end", () => {
      const body = Buffer.concat(parts);
      const text = `${asked.method} ${asked.url} ${body.subarray(0, 65_536).toString("utf8")}`;
      net.asked.push(text);
      const at = faults.findIndex(({ part }) => text.includes(part));
      const [fault] = at < 0 ? [] : faults.splice(at, 1);
      if (fault?.busy) {
        answer.writeHead(429, { "content-type": "application/json", "retry-after": "1" });
        return answer.end(JSON.stringify({ errors: [{ message: "busy", extensions: { code: "RATE_LIMITED" } }] }));
      }
      const options = { host, port, method: asked.method, path: asked.url, headers: { ...asked.headers, host: address } };
      const onward = request(options, (got) => {
        // Lost on the way back: the server has done it, and nobody hears of it.
        if (fault) return got.resume().on("end", () => asked.socket.destroy());
        answer.writeHead(got.statusCode, got.headers);
        got.pipe(answer);
      });
      // Whoever is gone on one side is gone on the other.
      onward.on("error", () => asked.socket.destroy());
      answer.once("close", () => onward.destroy());
      onward.end(body);
    });
  });
  // A WebSocket: the head as it came, then whatever is said.
  server.on("upgrade", (asked, socket, said) => {
    if (net.down) return socket.destroy();
    const onward = connect(port, host);
    const headers = asked.rawHeaders.map((word, n) => (n % 2 ? `${word}\r\n` : `${word}: `)).join("");
    onward.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers}\r\n`);
    onward.write(said);
    onward.on("error", () => socket.destroy()).once("close", () => socket.destroy());
    socket.once("close", () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  server.on("connection", (socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));

  net.url = `http://127.0.0.1:${server.address().port}`;
  // The answer to the next request in which this stands is lost; or it is told to wait, and not done.
  net.lose = (part) => faults.push({ part });
  net.busy = (part) => faults.push({ part, busy: true });
  net.cut = () => {
    net.down = true;
    for (const socket of sockets) socket.destroy();
  };
  net.mend = () => (net.down = false);
  net.close = () => {
    net.cut();
    server.close();
  };
  return net;
}
