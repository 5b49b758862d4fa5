//go:build tools

// Package tools names the programs that ../run builds, so that go.mod pins their versions.
package tools

import (
	_ "github.com/fullstorydev/grpcurl/cmd/grpcurl"
	_ "google.golang.org/grpc/examples/helloworld/greeter_client"
	_ "google.golang.org/grpc/examples/helloworld/greeter_server"
	_ "google.golang.org/grpc/examples/route_guide/client"
	_ "google.golang.org/grpc/examples/route_guide/server"
	_ "google.golang.org/grpc/interop/client"
	_ "google.golang.org/grpc/interop/server"
)
