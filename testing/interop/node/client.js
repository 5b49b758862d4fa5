// One call with grpc-js over TLS: PORT CA IDENTITY HOST AUTHORITY METHOD. Prints how it ended, for ../run to compare.
// IDENTITY and AUTHORITY may be empty.
'use strict';

const fs = require('fs');
const grpc = require('@grpc/grpc-js');

const [port, ca, identity, host, authority, method] = process.argv.slice(2);
const own = identity ? fs.readFileSync(identity) : null;
const credentials = grpc.credentials.createSsl(fs.readFileSync(ca), own, own);
const client = new grpc.Client(`127.0.0.1:${port}`, credentials, {
  'grpc.ssl_target_name_override': host,
  'grpc.default_authority': authority || host,
  'grpc.enable_retries': 0,
});
const same = (bytes) => bytes;

client.makeUnaryRequest(
  `/grpc.testing.TestService/${method}`, same, same, Buffer.alloc(0), {deadline: Date.now() + 20_000}, (error) => {
    console.log(JSON.stringify({code: error ? error.code : 0, message: error ? error.details : ''}));
    client.close();
  });
