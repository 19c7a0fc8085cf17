package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
)

// floorArg makes this program the floor: a process that does nothing but write
// the same bytes to many TCP connections, one after the other.
const floorArg = "-serve-floor"

// serveFloor tells its address, takes as many connections as it is told, and
// writes to all of them as often as it is told.
func serveFloor(in io.Reader, out io.Writer) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer ln.Close()
	fmt.Fprintln(out, ln.Addr())
	orders := bufio.NewReader(in)
	var n int
	if _, err := fmt.Fscanln(orders, &n); err != nil || n < 1 || n > maxScreens {
		return fmt.Errorf("how many? %d: %w", n, err)
	}
	conns := make([]net.Conn, n)
	for i := range conns {
		if conns[i], err = ln.Accept(); err != nil {
			return err
		}
		defer conns[i].Close()
	}
	fmt.Fprintln(out, "ready")
	for {
		var size int
		if _, err := fmt.Fscanln(orders, &size); err != nil {
			return nil // told to end
		}
		b := make([]byte, size)
		for _, c := range conns {
			if _, err := c.Write(b); err != nil {
				return err
			}
		}
		fmt.Fprintln(out, "written")
	}
}

// floor is the other side: the process, and readers on all its connections.
type floor struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	conns  []net.Conn
	got    atomic.Int64 // bytes
	wanted int64
}

func startFloor(ctx context.Context, n int) (*floor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	f := &floor{cmd: exec.CommandContext(ctx, self, floorArg)}
	f.cmd.Stderr = os.Stderr
	if f.in, err = f.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	f.out = bufio.NewReader(out)
	if err := f.cmd.Start(); err != nil {
		return nil, err
	}
	if err := f.connect(ctx, n); err != nil {
		f.stop()
		return nil, err
	}
	return f, nil
}

func (f *floor) connect(ctx context.Context, n int) error {
	addr, err := f.say(n)
	if err != nil {
		return err
	}
	for i := range n {
		d := dialer(addr, i)
		c, err := d.DialContext(ctx, "tcp", addr)
		if err != nil {
			return err
		}
		f.conns = append(f.conns, c)
		go func() {
			b := make([]byte, 1024)
			for {
				n, err := c.Read(b)
				if err != nil {
					return
				}
				f.got.Add(int64(n))
			}
		}()
	}
	_, err = f.hear()
	return err
}

// say gives an order and returns the next word.
func (f *floor) say(n int) (string, error) {
	if _, err := fmt.Fprintln(f.in, n); err != nil {
		return "", err
	}
	return f.hear()
}

func (f *floor) hear() (word string, err error) {
	_, err = fmt.Fscanln(f.out, &word)
	return word, err
}

// write has size bytes written to every connection, and returns what it took:
// the process's CPU, and the time until the last byte had come.
func (f *floor) write(ctx context.Context, size int) (cpu, last time.Duration, err error) {
	p := process(f.cmd.Process.Pid)
	before, err := p.cpu()
	if err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	f.wanted += int64(size) * int64(len(f.conns))
	if _, err := f.say(size); err != nil {
		return 0, 0, err
	}
	if err := until(ctx, func() bool { return f.got.Load() >= f.wanted }); err != nil {
		return 0, 0, fmt.Errorf("the floor's bytes: %w", err)
	}
	last = time.Since(begun)
	after, err := p.cpu()
	return after - before, last, err
}

func (f *floor) stop() {
	_ = f.in.Close() // it ends by itself
	for _, c := range f.conns {
		_ = c.Close()
	}
	_ = f.cmd.Wait()
}
