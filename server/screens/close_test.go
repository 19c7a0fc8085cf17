package screens

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	contrib "github.com/gofiber/contrib/websocket"

	"kommunebilde/server/servertest"
)

// TestCloseDoesNotWaitForWhoDoesNotRead: a screen that takes nothing more holds up
// neither its own end nor a restart.
func TestCloseDoesNotWaitForWhoDoesNotRead(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe() // has room for nothing
	defer far.Close()
	defer near.Close()
	greeted := make(chan error, 1)
	go func() {
		req, err := http.ReadRequest(bufio.NewReader(far))
		if err == nil {
			sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			_, err = fmt.Fprintf(far, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
		}
		greeted <- err
	}()
	dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return near, nil }}
	conn, _, err := dialer.Dial("ws://skjerm/", nil)
	servertest.Must(t, err)
	servertest.Must(t, <-greeted)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		(&screen{conn: &contrib.Conn{Conn: conn}}).close(closeFrame(websocket.CloseServiceRestart, "restart"))
	}()
	select {
	case <-closed:
	case <-time.After(10 * time.Second):
		t.Error("it waits for a screen that does not read")
	}
}
