#!/usr/bin/env python3
"""The gRPC interoperability cases with grpcio as the client. One case a process, as the clients of gRPC do it.

Needs the modules that grpc_tools.protoc makes of interop.proto on PYTHONPATH; ../run sees to that.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
from pathlib import Path

import grpc
import interop_pb2 as pb
import interop_pb2_grpc as stubs

UPLOADS = (27182, 8, 1828, 45904)
DOWNLOADS = (31415, 9, 2653, 58979)
INITIAL = ("x-grpc-test-echo-initial", "test_initial_metadata_value")
TRAILING = ("x-grpc-test-echo-trailing-bin", b"\xab\xab\xab")
WHITESPACE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"


def check(actual, expected) -> None:
    if actual != expected:
        raise AssertionError(f"{actual!r} (expected: {expected!r})")


def expect_status(call, code: grpc.StatusCode, details: str | None = None) -> None:
    try:
        call()
    except grpc.RpcError as e:
        check(e.code(), code)
        if details is not None:
            check(e.details(), details)
    else:
        raise AssertionError(f"the call succeeded (expected: {code})")


def payload(size: int) -> pb.Payload:
    return pb.Payload(body=bytes(size))


def download(size: int) -> pb.StreamingOutputCallRequest:
    return pb.StreamingOutputCallRequest(response_parameters=[pb.ResponseParameters(size=size)])


def empty_unary(stub: stubs.TestServiceStub) -> None:
    check(stub.EmptyCall(pb.Empty()), pb.Empty())


def large_unary(stub: stubs.TestServiceStub) -> None:
    answer = stub.UnaryCall(pb.SimpleRequest(response_size=314159, payload=payload(271828)))
    check(len(answer.payload.body), 314159)


def client_streaming(stub: stubs.TestServiceStub) -> None:
    answer = stub.StreamingInputCall(pb.StreamingInputCallRequest(payload=payload(size)) for size in UPLOADS)
    check(answer.aggregated_payload_size, sum(UPLOADS))


def server_streaming(stub: stubs.TestServiceStub) -> None:
    request = pb.StreamingOutputCallRequest(
        response_parameters=[pb.ResponseParameters(size=size) for size in DOWNLOADS])
    check([len(answer.payload.body) for answer in stub.StreamingOutputCall(request)], list(DOWNLOADS))


def ping_pong(stub: stubs.TestServiceStub) -> None:
    requests: queue.Queue = queue.Queue()
    answers = stub.FullDuplexCall(iter(requests.get, None))
    for up, down in zip(UPLOADS, DOWNLOADS):
        request = download(down)
        request.payload.CopyFrom(payload(up))
        requests.put(request)
        check(len(next(answers).payload.body), down)
    requests.put(None)
    check(next(answers, None), None)


def empty_stream(stub: stubs.TestServiceStub) -> None:
    check(list(stub.FullDuplexCall(iter(()))), [])


def custom_metadata(stub: stubs.TestServiceStub) -> None:
    request = pb.SimpleRequest(response_size=1, payload=payload(1))
    _, unary = stub.UnaryCall.with_call(request, metadata=(INITIAL, TRAILING))
    stream = stub.FullDuplexCall(iter((download(1),)), metadata=(INITIAL, TRAILING))
    check(len(list(stream)), 1)
    for call in (unary, stream):
        check(dict(call.initial_metadata())[INITIAL[0]], INITIAL[1])
        check(dict(call.trailing_metadata())[TRAILING[0]], TRAILING[1])


def status_code_and_message(stub: stubs.TestServiceStub) -> None:
    status = pb.EchoStatus(code=2, message="test status message")
    expect_status(
        lambda: stub.UnaryCall(pb.SimpleRequest(response_status=status)),
        grpc.StatusCode.UNKNOWN, status.message)
    request = pb.StreamingOutputCallRequest(response_status=status)
    expect_status(
        lambda: list(stub.FullDuplexCall(iter((request,)))), grpc.StatusCode.UNKNOWN, status.message)


def special_status_message(stub: stubs.TestServiceStub) -> None:
    status = pb.EchoStatus(code=2, message=WHITESPACE)
    expect_status(
        lambda: stub.UnaryCall(pb.SimpleRequest(response_status=status)), grpc.StatusCode.UNKNOWN, WHITESPACE)


def unimplemented_method(stub: stubs.TestServiceStub) -> None:
    expect_status(lambda: stub.UnimplementedCall(pb.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def cancel_after_begin(stub: stubs.TestServiceStub) -> None:
    forever = threading.Event()
    call = stub.StreamingInputCall.future(iter(forever.wait, True))
    call.cancel()
    check(call.cancelled(), True)
    check(call.code(), grpc.StatusCode.CANCELLED)
    forever.set()


def cancel_after_first_response(stub: stubs.TestServiceStub) -> None:
    requests: queue.Queue = queue.Queue()
    call = stub.FullDuplexCall(iter(requests.get, None))
    requests.put(download(31415))
    next(call)
    call.cancel()
    expect_status(lambda: next(call), grpc.StatusCode.CANCELLED)
    requests.put(None)


def timeout_on_sleeping_server(stub: stubs.TestServiceStub) -> None:
    requests: queue.Queue = queue.Queue()
    request = download(1)
    request.payload.CopyFrom(payload(27182))
    requests.put(request)
    call = stub.FullDuplexCall(iter(requests.get, None), timeout=0.001)
    expect_status(lambda: list(call), grpc.StatusCode.DEADLINE_EXCEEDED)
    requests.put(None)


CASES = {
    case.__name__: case
    for case in (
        empty_unary, large_unary, client_streaming, server_streaming, ping_pong, empty_stream, custom_metadata,
        status_code_and_message, special_status_message, unimplemented_method, cancel_after_begin,
        cancel_after_first_response, timeout_on_sleeping_server)
}


def unimplemented_service(channel: grpc.Channel) -> None:
    stub = stubs.UnimplementedServiceStub(channel)
    expect_status(lambda: stub.UnimplementedCall(pb.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def call(channel: grpc.Channel, method: str, authorization: str | None) -> None:
    """Makes one call and prints how it ended."""
    path = f"/grpc.testing.TestService/{method}"
    shown = (("authorization", authorization),) if authorization else ()
    try:
        if method == "FullDuplexCall":
            list(channel.stream_stream(path, bytes, bytes)(iter((b"",)), timeout=20, metadata=shown))
        else:
            channel.unary_unary(path, bytes, bytes)(b"", timeout=20, metadata=shown)
    except grpc.RpcError as e:
        print(json.dumps({"code": e.code().value[0], "message": e.details()}))
    else:
        print(json.dumps({"code": 0, "message": ""}))


def credentials(ca: str, identity: str | None) -> grpc.ChannelCredentials:
    own = Path(identity).read_bytes() if identity else None
    return grpc.ssl_channel_credentials(Path(ca).read_bytes(), own, own)


def connect(arguments: argparse.Namespace) -> grpc.Channel:
    target = f"127.0.0.1:{arguments.port}"
    # Retries off: a call that the gateway loses has to show.
    options = [("grpc.enable_retries", 0)]
    if not arguments.ca:
        return grpc.insecure_channel(target, options=options)
    if arguments.host:
        options += [
            ("grpc.ssl_target_name_override", arguments.host),
            ("grpc.default_authority", arguments.authority or arguments.host)]
    return grpc.secure_channel(target, credentials(arguments.ca, arguments.identity), options=options)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--case", required=True, choices=[*CASES, "unimplemented_service", "call"])
    parser.add_argument("--ca", help="PEM file with whom to trust; clear text without")
    parser.add_argument("--identity", help="PEM file with the own certificate and its key")
    parser.add_argument("--host", help="whom the server has to prove to be, for call")
    parser.add_argument("--authority", help="whom the call is for, the host if empty")
    parser.add_argument("--authorization", help="what is shown, for call")
    parser.add_argument("--times", type=int, default=1, help="how often, for call")
    parser.add_argument("--method", default="EmptyCall", help="of TestService, for call")
    arguments = parser.parse_args()
    with connect(arguments) as channel:
        if arguments.case == "call":
            for _ in range(arguments.times):
                call(channel, arguments.method, arguments.authorization)
        elif arguments.case == "unimplemented_service":
            unimplemented_service(channel)
        else:
            CASES[arguments.case](stubs.TestServiceStub(channel))
    return 0


if __name__ == "__main__":
    sys.exit(main())
