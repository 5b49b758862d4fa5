// Some of the gRPC interoperability cases with grpc-js as the client: node client.js PORT CASE PROTO
'use strict';

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [port, name, proto] = process.argv.slice(2);
const TestService = grpc.loadPackageDefinition(loader.loadSync(proto)).grpc.testing.TestService;
const client = new TestService(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
const UPLOADS = [27182, 8, 1828, 45904];
const DOWNLOADS = [31415, 9, 2653, 58979];
const WHITESPACE = '\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \u{1f608}\t\n';

const payload = (size) => ({ body: Buffer.alloc(size) });

const metadata = () => {
  const fields = new grpc.Metadata();
  fields.set('x-grpc-test-echo-initial', 'test_initial_metadata_value');
  fields.set('x-grpc-test-echo-trailing-bin', Buffer.from([0xab, 0xab, 0xab]));
  return fields;
};

const unary = (request, fields) =>
  new Promise((resolve) => client.unaryCall(request, fields, (error) => resolve(error)));

const streamed = (stream, onData) =>
  new Promise((resolve) => {
    stream.on('data', onData);
    stream.on('error', resolve);
    stream.on('end', resolve);
  });

const cases = {
  empty_unary: () => new Promise((resolve) => client.emptyCall({}, resolve)),
  custom_metadata: async () => {
    await unary({ responseSize: 1, payload: payload(1) }, metadata());
    const stream = client.fullDuplexCall(metadata());
    stream.write({ responseParameters: [{ size: 1 }], payload: payload(1) });
    stream.end();
    await streamed(stream, () => {});
  },
  special_status_message: () =>
    unary({ responseStatus: { code: 2, message: WHITESPACE } }, new grpc.Metadata()),
  ping_pong: () => {
    const stream = client.fullDuplexCall();
    let round = 0;
    const next = () =>
      stream.write({ responseParameters: [{ size: DOWNLOADS[round] }], payload: payload(UPLOADS[round]) });
    next();
    return streamed(stream, () => (++round < UPLOADS.length ? next() : stream.end()));
  },
  cancel_after_first_response: () => {
    const stream = client.fullDuplexCall();
    stream.write({ responseParameters: [{ size: 31415 }], payload: payload(27182) });
    return streamed(stream, () => stream.cancel());
  },
};

cases[name]().finally(() => client.close());
