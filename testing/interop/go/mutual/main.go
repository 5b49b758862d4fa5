// Command mutual is what grpc-go's interop programs leave out: a server that wants a certificate of its clients, a
// client that shows one, and single calls whose status ../../run compares.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

var (
	serve     = flag.Bool("serve", false, "be the server")
	port      = flag.Int("port", 0, "of the server, on 127.0.0.1")
	ca        = flag.String("ca", "", "PEM file with whom to trust")
	identity  = flag.String("identity", "", "PEM file with the own certificate and its key")
	name      = flag.String("case", "", "what to play, or call")
	soak      = flag.Int("soak", 10, "iterations of the soak cases")
	method    = flag.String("method", "EmptyCall", "of TestService, for call")
	host      = flag.String("host", "127.0.0.1", "whom the server has to prove to be")
	shown     = flag.String("authorization", "", "what is shown, for call")
	times     = flag.Int("times", 1, "how often, for call")
	authority = flag.String("authority", "", "whom the call is for, the host if empty")
)

func main() {
	flag.Parse()
	if *serve {
		log.Fatal(newServer().Serve(listen()))
	}
	conn := dial()
	defer conn.Close()
	if *name == "call" {
		for range *times {
			call(conn)
		}
		return
	}
	play, found := cases[*name]
	if !found {
		log.Fatalf("%s is not a case", *name)
	}
	play(context.Background(), conn, testgrpc.NewTestServiceClient(conn))
}

func config() *tls.Config {
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(read(*ca)) {
		log.Fatalf("%s holds no certificate", *ca)
	}
	config := &tls.Config{RootCAs: trusted, ClientCAs: trusted, ServerName: *host}
	if *identity != "" {
		pem := read(*identity)
		own, err := tls.X509KeyPair(pem, pem)
		if err != nil {
			log.Fatalf("%s: %v", *identity, err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return config
}

func read(file string) []byte {
	content, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	return listener
}

func newServer() *grpc.Server {
	config := config()
	config.ClientAuth = tls.RequireAndVerifyClientCert
	server := grpc.NewServer(grpc.Creds(credentials.NewTLS(config)))
	testgrpc.RegisterTestServiceServer(server, interop.NewTestServer())
	return server
}

func dial() *grpc.ClientConn {
	conn, err := grpc.NewClient(
		fmt.Sprintf("127.0.0.1:%d", *port), grpc.WithTransportCredentials(credentials.NewTLS(config())))
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

// call makes one call and prints how it ended.
func call(conn *grpc.ClientConn) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var options []grpc.CallOption
	if *authority != "" {
		options = append(options, grpc.CallAuthority(*authority))
	}
	if *shown != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", *shown)
	}
	ended := status.Convert(invoke(ctx, conn, options))
	said, _ := json.Marshal(map[string]any{"code": int(ended.Code()), "message": ended.Message()})
	fmt.Println(string(said))
}

// invoke calls a method that is unary, or FullDuplexCall.
func invoke(ctx context.Context, conn *grpc.ClientConn, options []grpc.CallOption) error {
	path := "/grpc.testing.TestService/" + *method
	if *method != "FullDuplexCall" {
		return conn.Invoke(ctx, path, &testgrpc.SimpleRequest{}, &testgrpc.SimpleResponse{}, options...)
	}
	stream, err := testgrpc.NewTestServiceClient(conn).FullDuplexCall(ctx, options...)
	if err != nil {
		return err
	}
	// Where the call has ended, what it was comes from Recv.
	_ = stream.Send(&testgrpc.StreamingOutputCallRequest{})
	_ = stream.CloseSend()
	for {
		if _, err := stream.Recv(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

type stub = testgrpc.TestServiceClient

var cases = map[string]func(context.Context, *grpc.ClientConn, stub){
	"empty_unary":                 simple(interop.DoEmptyUnaryCall),
	"large_unary":                 simple(interop.DoLargeUnaryCall),
	"client_streaming":            simple(interop.DoClientStreaming),
	"server_streaming":            simple(interop.DoServerStreaming),
	"ping_pong":                   simple(interop.DoPingPong),
	"empty_stream":                simple(interop.DoEmptyStream),
	"custom_metadata":             simple(interop.DoCustomMetadata),
	"status_code_and_message":     simple(interop.DoStatusCodeAndMessage),
	"special_status_message":      simple(interop.DoSpecialStatusMessage),
	"cancel_after_begin":          simple(interop.DoCancelAfterBegin),
	"cancel_after_first_response": simple(interop.DoCancelAfterFirstResponse),
	"timeout_on_sleeping_server":  simple(interop.DoTimeoutOnSleepingServer),
	"unimplemented_method": func(ctx context.Context, conn *grpc.ClientConn, _ stub) {
		interop.DoUnimplementedMethod(ctx, conn)
	},
	"unimplemented_service": func(ctx context.Context, conn *grpc.ClientConn, _ stub) {
		interop.DoUnimplementedService(ctx, testgrpc.NewUnimplementedServiceClient(conn))
	},
	"rpc_soak": func(ctx context.Context, conn *grpc.ClientConn, _ stub) {
		interop.DoSoakTest(ctx, soakOn(func() (*grpc.ClientConn, func()) { return conn, func() {} }))
	},
	"channel_soak": func(ctx context.Context, _ *grpc.ClientConn, _ stub) {
		interop.DoSoakTest(ctx, soakOn(func() (*grpc.ClientConn, func()) {
			conn := dial()
			return conn, func() { conn.Close() }
		}))
	},
}

func simple(do func(context.Context, stub, ...grpc.CallOption)) func(context.Context, *grpc.ClientConn, stub) {
	return func(ctx context.Context, _ *grpc.ClientConn, client stub) { do(ctx, client) }
}

// soakOn has the measures of ../../run for all clients.
func soakOn(channel func() (*grpc.ClientConn, func())) interop.SoakTestConfig {
	return interop.SoakTestConfig{
		RequestSize:                      271828,
		ResponseSize:                     314159,
		PerIterationMaxAcceptableLatency: 10 * time.Second,
		OverallTimeout:                   50 * time.Second,
		ServerAddr:                       fmt.Sprintf("127.0.0.1:%d", *port),
		NumWorkers:                       1,
		Iterations:                       *soak,
		ChannelForTest:                   channel,
	}
}
