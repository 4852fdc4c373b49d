// Package grpcdemo asks a Python service for the outliers of a series: the other way to use Python from Go, to
// compare package gomagic/golib/python with. It is a module of its own, so that no cell needs gRPC.
//
//	server, err := grpcdemo.Start(ctx, "python3") // which needs grpcio, protobuf and numpy
//	…
//	defer server.Close()
//	positions, err := server.Stream(ctx, []float64{…})  // a message a reading
//	positions, err = server.Readings(ctx, []float64{…}) // one message of readings
//	positions, err = server.Packed(ctx, []float64{…})   // one message, in it the bytes of all values
//
// The service is server/server.py, its messages are in detector.proto. All forms run outliers.find, the function of
// gomagic/golib/python/example/outliers, in a process of the service's own. No memory is shared: what crosses is copied.
package grpcdemo

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/timestamppb"

	"gomagic/golib/python/grpcdemo/detectorpb"
)

// A Server is a running service and a connection to it.
type Server struct {
	program    *exec.Cmd
	stdin      io.Closer
	connection *grpc.ClientConn
	client     detectorpb.DetectorClient
}

// Start runs server.py by the given interpreter and connects to it. The service ends with Close, with ctx, or when
// this process does. What the service writes to its standard error goes to ours.
func Start(ctx context.Context, interpreter string) (*Server, error) {
	program := exec.CommandContext(ctx, interpreter, filepath.Join(Folder(), "server", "server.py"))
	program.Stderr = os.Stderr
	stdin, err := program.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := program.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := program.Start(); err != nil {
		return nil, fmt.Errorf("the service cannot be started: %w", err)
	}
	server := &Server{program: program, stdin: stdin}
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		server.Close()
		return nil, fmt.Errorf("the service ended before it listened: %v", program.ProcessState)
	}
	server.connection, err = grpc.NewClient("127.0.0.1:"+strings.TrimSpace(port),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy())
	if err != nil {
		return nil, fmt.Errorf("no connection to the service: %w", err)
	}
	server.client = detectorpb.NewDetectorClient(server.connection)
	return server, nil
}

// Close ends the service and waits for it.
func (s *Server) Close() error {
	if s.connection != nil {
		s.connection.Close()
	}
	s.stdin.Close()
	return s.program.Wait()
}

// Stream sends a message for each value of the series, as one writes it first, and returns where the outliers are.
func (s *Server) Stream(ctx context.Context, series []float64) ([]int64, error) {
	stream, err := s.client.DetectStream(ctx)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	for i, value := range series {
		if err := stream.Send(reading(start, i, value)); err == io.EOF {
			break // the service has answered early; CloseAndRecv tells why
		} else if err != nil {
			return nil, err
		}
	}
	found, err := stream.CloseAndRecv()
	return found.GetPositions(), err
}

// Readings sends one message with a reading for each value, and returns where the outliers are. That is how
// https://www.ardanlabs.com/blog/2020/06/python-go-grpc.html sends its metrics.
func (s *Server) Readings(ctx context.Context, series []float64) ([]int64, error) {
	start := time.Now()
	message := &detectorpb.Readings{Readings: make([]*detectorpb.Reading, len(series))}
	for i, value := range series {
		message.Readings[i] = reading(start, i, value)
	}
	found, err := s.client.DetectReadings(ctx, message)
	return found.GetPositions(), err
}

// reading makes the message for the value at position i, taken i minutes after start.
func reading(start time.Time, i int, value float64) *detectorpb.Reading {
	return &detectorpb.Reading{Time: timestamppb.New(start.Add(time.Duration(i) * time.Minute)), Value: value}
}

// Packed sends the whole series as the bytes of one message, and returns where the outliers are. gRPC takes messages
// of up to 4 MiB, which is 524,000 values.
func (s *Server) Packed(ctx context.Context, series []float64) ([]int64, error) {
	bytes := make([]byte, 0, 8*len(series))
	for _, value := range series {
		bytes = binary.LittleEndian.AppendUint64(bytes, math.Float64bits(value))
	}
	found, err := s.client.DetectPacked(ctx, &detectorpb.Series{Values: bytes})
	return found.GetPositions(), err
}

// Folder is where this file is, and the service beside it: the programs of this module run where they were built.
func Folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}
