// A node-coap server and client on one UDP socket, driven by JSON lines: commands come in on stdin, what happens goes out on stdout.
'use strict';

const dgram = require('dgram');
const readline = require('readline');
const coap = require('coap');
const packet = require('coap-packet');

const tell = (event, data) => process.stdout.write(JSON.stringify({ event, ...data }) + '\n');
const hex = buffer => Buffer.from(buffer ?? []).toString('hex').toUpperCase();
const texts = (options, name) => options.filter(o => o.name === name).map(o => o.value.toString());

// What node-coap understood of a message; options it has no name for come by number, in hexadecimal.
const describe = message => ({
  code: message.code,
  path: '/' + texts(message.options, 'Uri-Path').join('/'),
  query: texts(message.options, 'Uri-Query'),
  format: message.headers['Content-Format'] ?? null,
  accept: message.headers.Accept ?? null,
  observe: message.headers.Observe ?? null,
  location: '/' + texts(message.options, 'Location-Path').join('/'),
  unknown: message.options.filter(o => /^\d+$/.test(o.name)).map(o => `${o.name}=${hex(o.value)}`),
  payload: hex(message.payload),
});

const socket = dgram.createSocket('udp4');
const server = coap.createServer({ piggybackReplyMs: Number(process.argv[2] ?? 10000) });
const received = [];   // requests with their responses, in order; answered by index
const sent = new Map(); // observations by the id the driver gave them

server.on('request', (request, response) => {
  received.push({ request, response });
  tell('request', { n: received.length - 1, from: request.rsinfo.port, ...describe(request) });
});

const types = ['CON', 'NON', 'ACK', 'RST'];
socket.on('message', (bytes, from) => {
  const message = packet.parse(bytes);
  tell('datagram', { type: types[(bytes[0] >> 4) & 3], code: message.code, mid: message.messageId, token: hex(message.token), from: from.port });
});

const setOptions = (target, options) => {
  for (const [name, value] of Object.entries(options ?? {}))
    target.setOption(name, Array.isArray(value) ? value.map(v => Buffer.from(v)) : value?.hex !== undefined ? Buffer.from(value.hex, 'hex') : value);
};

const commands = {
  // Answers a request; on an observation it sends the next notification.
  answer({ n, code, options, payload }) {
    const { request, response } = received[n];
    if (code)
      response.statusCode = code;
    setOptions(response, options);
    const body = Buffer.from(payload ?? '', 'hex');
    if (request.headers.Observe === 0)
      response.write(body);
    else
      response.end(body);
  },
  request({ id, port, method, path, query, observe, options, payload, confirmable }) {
    const request = agent.request({ host: '127.0.0.1', port, method, pathname: path, query, observe, confirmable });
    setOptions(request, options);
    request.on('error', e => tell('failed', { id, reason: e.message }));
    request.on('timeout', () => tell('failed', { id, reason: 'timeout' }));
    request.on('response', response => {
      tell('response', { id, ...describe(response) });
      if (!observe || typeof response.append !== 'function')
        return;
      sent.set(id, response);
      let first = true; // the stream repeats what the response said
      response.on('data', payload => {
        if (!first)
          tell('notification', { id, observe: response.headers.Observe ?? null, format: response.headers['Content-Format'] ?? null, payload: hex(payload) });
        first = false;
      });
    });
    request.end(Buffer.from(payload ?? '', 'hex'));
  },
  // Forgets an observation, so that the next notification is answered with RST; or tells the peer with Observe 1.
  forget({ id, deregister }) {
    sent.get(id).close(deregister === true);
  },
  raw({ port, bytes }) {
    socket.send(Buffer.from(bytes, 'hex'), port, '127.0.0.1');
  },
};

let agent;
socket.bind(0, '127.0.0.1', () => {
  agent = new coap.Agent({ socket });
  server.listen(socket, () => tell('listening', { port: socket.address().port }));
});
readline.createInterface({ input: process.stdin })
  .on('line', line => {
    const { op, ...arguments_ } = JSON.parse(line);
    commands[op](arguments_);
  })
  .on('close', () => process.exit(0));
