// A volunteer's own program: a Socket.IO client that is not ours. It obeys one JSON command a line, and says each thing that
// happens to it as one JSON line: {"event", "payload"} for what it receives, {"answer"} for what a command gave.
//
//   node volunteer.mjs URL TOKEN
//   {"do": "connect"} | {"do": "disconnect"} | {"do": "ask", "name": "duty:set", "payload": {"on": true}}
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, token] = process.argv.slice(2);
const ANSWER_MILLISECONDS = 10_000;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const socket = io(url, { auth: { token }, transports: ["websocket"], autoConnect: false, reconnection: false });
socket.onAny((event, payload) => say({ event, payload }));

const commands = {
  connect: () =>
    new Promise((resolve) => {
      socket.once("connect", () => resolve("connected"));
      socket.once("connect_error", (error) => resolve(`refused: ${error.message}`));
      socket.connect();
    }),
  disconnect: async () => {
    socket.disconnect();
    return "disconnected";
  },
  ask: ({ name, payload }) => socket.timeout(ANSWER_MILLISECONDS).emitWithAck(name, payload),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  say({ answer: await commands[command.do](command).catch((error) => `failed: ${error.message}`) });
}
socket.disconnect();
