// Command pulumi-language-nodejs runs Pulumi programs written for Node on behalf of the Pulumi engine.
//
// The engine starts it with its own gRPC address as the first argument, reads the port that it prints as its first
// line, and calls the LanguageRuntime service there. It exists because the engine is published as a Go module and the
// official host is not; an engine installed by other means brings the official host, which is then used instead.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// engineCheckInterval is how often the host checks that an engine that did not start it is still alive.
const engineCheckInterval = 5 * time.Minute

func main() {
	tracing := flag.String("tracing", "", "a Zipkin-compatible endpoint, handed to the program")
	showVersion := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *showVersion {
		fmt.Println(version.Version)
		return
	}
	logging.InitLogging(false, 0, false)
	if err := serve(flag.Arg(0), *tracing); err != nil {
		fmt.Fprintf(os.Stderr, "pulumi-language-nodejs: %v\n", err)
		os.Exit(1)
	}
}

// serve serves the engine until it ends or asks the host to stop.
func serve(engineAddress, tracing string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if engineAddress != "" {
		if err := rpcutil.Healthcheck(ctx, engineAddress, engineCheckInterval, stop); err != nil {
			return fmt.Errorf("could not watch the engine at %s: %w", engineAddress, err)
		}
		go endWithEngine()
	}

	host := newLanguageHost(ctx, engineAddress, tracing)
	cancel := make(chan bool)
	go func() {
		<-ctx.Done()
		host.cancel()
		close(cancel)
	}()
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return fmt.Errorf("could not serve: %w", err)
	}
	fmt.Printf("%d\n", handle.Port)
	return <-handle.Done
}

// endWithEngine ends this host and every process that it started when the engine that started it ends.
//
// The engine holds the other end of standard input for as long as it lives, so the end of it is the one sign of the
// engine's death that comes at once, on every platform, and however the engine died.
func endWithEngine() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	endProcessGroup()
	os.Exit(1)
}
