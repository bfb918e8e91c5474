// interop drives an agent with containerd's own ttrpc client and prints TAP:
//
//	interop ADDRESS BUNDLE
//
// ADDRESS is unix://PATH or hvsock://PATH:PORT. BUNDLE is a folder with
// config.json and husk.json as for `husk ctl ADDRESS run`; its image must
// have a shell. The container's command is this test's own.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/containerd/ttrpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	agent    = "grpc.AgentService"
	health   = "grpc.Health"
	id       = "interop"
	inFlight = 20
	script   = "read line; echo \"got $line\"; cat; echo bye >&2; exit 7"
)

var (
	client  *ttrpc.Client
	counted int
	failed  int
)

func test(name string, fn func(ctx context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err := fn(ctx)
	counted++
	if err != nil {
		failed++
		fmt.Printf("# %s\nnot ",
			strings.Replace(err.Error(), "\n", "\n# ", -1))
	}
	fmt.Printf("ok %d - %s\n", counted, name)
}

func dial(address string) (net.Conn, error) {
	if p := strings.TrimPrefix(address, "unix://"); p != address {
		return net.Dial("unix", p)
	}
	p := strings.TrimPrefix(address, "hvsock://")
	colon := strings.LastIndex(p, ":")
	if p == address || colon < 0 {
		return nil, errors.New("unknown address " + address)
	}
	c, err := net.Dial("unix", p[:colon])
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(c, "CONNECT %s\n", p[colon+1:])
	// One byte at a time: what follows the line belongs to ttrpc.
	line, err := bufio.NewReaderSize(oneByte{c}, 16).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "OK ") {
		err = errors.New("handshake: " + line)
	}
	return c, err
}

type oneByte struct{ net.Conn }

func (o oneByte) Read(p []byte) (int, error) {
	return o.Conn.Read(p[:1])
}

func expectCode(err error, want ...codes.Code) error {
	got := status.Code(err)
	for _, c := range want {
		if c == got {
			return nil
		}
	}
	return fmt.Errorf("%v is not %v (%v)", got, want, err)
}

func guestPath(p string) string {
	if strings.HasPrefix(p, "/") {
		return p
	}
	return path.Join("/run/kata-containers", id, p)
}

func isBind(m *mount) bool {
	for _, o := range append(m.Options, m.Type) {
		if o == "bind" || o == "rbind" {
			return true
		}
	}
	return false
}

func readJSON(file string, into interface{}) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

func readBundle(dir string) (*createContainer, error) {
	q := &createContainer{ContainerID: id, ExecID: id, OCI: &spec{}}
	if err := readJSON(filepath.Join(dir, "config.json"), q.OCI); err != nil {
		return nil, err
	}
	err := readJSON(filepath.Join(dir, "husk.json"), q)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	if q.OCI.Process == nil || q.OCI.Root == nil {
		return nil, errors.New("config.json: process or root is missing")
	}
	q.OCI.Process.Args = []string{"sh", "-c", script}
	q.OCI.Root.Path = guestPath(q.OCI.Root.Path)
	for _, m := range q.OCI.Mounts {
		if isBind(m) {
			m.Source = guestPath(m.Source)
		}
	}
	for _, s := range q.Storages {
		s.MountPoint = guestPath(s.MountPoint)
	}
	if l := q.OCI.Linux; l != nil {
		var kept []*namespace
		for _, n := range l.Namespaces {
			if n.Type != "network" && n.Type != "time" {
				kept = append(kept, n)
			}
		}
		l.Namespaces = kept
	}
	return q, nil
}

func readAll(ctx context.Context, method string) (string, error) {
	var all []byte
	for {
		var r readResponse
		err := client.Call(ctx, agent, method,
			&readRequest{ContainerID: id, ExecID: id, Len: 32768}, &r)
		if err != nil || len(r.Data) == 0 {
			return string(all), err
		}
		all = append(all, r.Data...)
	}
}

func write(ctx context.Context, exec, text string) error {
	var r writeResponse
	err := client.Call(ctx, agent, "WriteStdin", &writeRequest{
		ContainerID: id, ExecID: exec, Data: []byte(text)}, &r)
	if err == nil && int(r.Len) != len(text) {
		err = fmt.Errorf("wrote %d of %d bytes", r.Len, len(text))
	}
	return err
}

func wait(ctx context.Context, exec string, want int32) error {
	var r waitResponse
	err := client.Call(ctx, agent, "WaitProcess",
		&processRef{ContainerID: id, ExecID: exec}, &r)
	if err == nil && r.Status != want {
		err = fmt.Errorf("status %d is not %d", r.Status, want)
	}
	return err
}

// startExecs starts processes that end when they are written a line.
func startExecs(ctx context.Context, create *createContainer) error {
	like := create.OCI.Process
	for i := 2; i < inFlight; i++ {
		q := &execProcess{ContainerID: id, ExecID: execID(i),
			Process: &process{User: like.User, Env: like.Env,
				Cwd:  like.Cwd,
				Args: []string{"sh", "-c", "read line; exit $line"}}}
		err := client.Call(ctx, agent, "ExecProcess", q, &empty{})
		if err != nil {
			return err
		}
	}
	return nil
}

func execID(i int) string {
	return fmt.Sprintf("exec%d", i)
}

// life serves the started container and the execs in it with inFlight
// requests at the same time: both outputs, and the exit status of every exec.
func life(ctx context.Context) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []string
	)
	note := func(what string, err error) {
		if err != nil {
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, what+": "+err.Error())
		}
	}
	output := func(method, want string) {
		defer wg.Done()
		got, err := readAll(ctx, method)
		if err == nil && got != want {
			err = fmt.Errorf("%.20q (%d bytes) is not %.20q (%d)",
				got, len(got), want, len(want))
		}
		note(method, err)
	}
	big := strings.Repeat("0123456789abcdef", 8192)
	wg.Add(inFlight)
	go output("ReadStdout", "got first\n"+big)
	go output("ReadStderr", "bye\n")
	for i := 2; i < inFlight; i++ {
		go func(i int) {
			defer wg.Done()
			note(execID(i), wait(ctx, execID(i), int32(i)))
		}(i)
	}
	// All of them are waiting now; others must not wait with them.
	time.Sleep(300 * time.Millisecond)
	note("Check", check(ctx))
	for i := inFlight - 1; i >= 2; i-- {
		note("exec", write(ctx, execID(i), fmt.Sprintf("%d\n", i)))
	}
	for _, text := range []string{"fir", "st\n", big} {
		note("WriteStdin", write(ctx, id, text))
	}
	note("CloseStdin", client.Call(ctx, agent, "CloseStdin",
		&processRef{ContainerID: id, ExecID: id}, &empty{}))
	wg.Wait()
	// Only now: the agent forgets a process that was waited for.
	note("WaitProcess", wait(ctx, id, 7))
	if len(errs) > 0 {
		return errors.New(strings.Join(errs, "\n"))
	}
	return nil
}

func check(ctx context.Context) error {
	var r checkResponse
	err := client.Call(ctx, health, "Check", &checkRequest{}, &r)
	if err == nil && r.Status != 1 {
		err = fmt.Errorf("status %d", r.Status)
	}
	return err
}

func version(ctx context.Context) error {
	var r versionResponse
	err := client.Call(ctx, health, "Version", &checkRequest{}, &r)
	if err == nil && (r.GrpcVersion != "0.0.1" || r.AgentVersion == "") {
		err = errors.New(r.String())
	}
	return err
}

func manyChecks(ctx context.Context) error {
	results := make(chan error, 500)
	for i := 0; i < cap(results); i++ {
		go func() { results <- check(ctx) }()
	}
	for i := 0; i < cap(results); i++ {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}

func unknownMethod(ctx context.Context) error {
	err := client.Call(ctx, agent, "NoSuchMethod", &empty{}, &empty{})
	return expectCode(err, codes.Unimplemented)
}

func unknownService(ctx context.Context) error {
	err := client.Call(ctx, "grpc.NoSuchService", "Check", &empty{}, &empty{})
	return expectCode(err, codes.Unimplemented)
}

func wrongPayload(ctx context.Context) error {
	// CheckRequest's field is a string; this sends a number.
	err := client.Call(ctx, health, "Check", &waitResponse{Status: 5},
		&checkResponse{})
	return expectCode(err, codes.InvalidArgument)
}

func oversize(ctx context.Context) error {
	err := client.Call(ctx, agent, "WriteStdin",
		&writeRequest{ContainerID: id, Data: make([]byte, 5<<20)},
		&writeResponse{})
	if err := expectCode(err, codes.ResourceExhausted); err != nil {
		return err
	}
	return check(ctx)
}

func unknownContainer(ctx context.Context) error {
	err := client.Call(ctx, agent, "StartContainer",
		&containerRef{ContainerID: "nobody"}, &empty{})
	return expectCode(err, codes.NotFound, codes.InvalidArgument)
}

func on(method string) func(context.Context) error {
	return func(ctx context.Context) error {
		return client.Call(ctx, agent, method,
			&containerRef{ContainerID: id}, &empty{})
	}
}

func run(address, bundle string) error {
	create, err := readBundle(bundle)
	if err != nil {
		return err
	}
	conn, err := dial(address)
	if err != nil {
		return err
	}
	client = ttrpc.NewClient(conn)
	defer client.Close()
	test("Check says SERVING", check)
	test("Version says which", version)
	test("500 Checks at the same time", manyChecks)
	test("an unknown method is unimplemented", unknownMethod)
	test("an unknown service is unimplemented", unknownService)
	test("a payload of the wrong type is refused", wrongPayload)
	test("an oversized message is refused and the next one read", oversize)
	test("an unknown container is refused", unknownContainer)
	test("CreateSandbox", func(ctx context.Context) error {
		err := client.Call(ctx, agent, "CreateSandbox",
			&createSandbox{Hostname: id, SandboxID: id}, &empty{})
		return expectCode(err, codes.OK, codes.AlreadyExists)
	})
	test("CreateContainer", func(ctx context.Context) error {
		return client.Call(ctx, agent, "CreateContainer", create, &empty{})
	})
	test("StartContainer", on("StartContainer"))
	test("ExecProcess, many", func(ctx context.Context) error {
		return startExecs(ctx, create)
	})
	test(fmt.Sprintf("a container's life, %d requests in flight", inFlight),
		life)
	test("RemoveContainer", on("RemoveContainer"))
	test("Check still says SERVING", check)
	return nil
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: interop ADDRESS BUNDLE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Printf("Bail out! %v\n", err)
		os.Exit(1)
	}
	fmt.Printf("1..%d\n", counted)
	if failed > 0 {
		os.Exit(1)
	}
}
