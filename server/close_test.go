package server

import (
	"errors"

	"github.com/fasthttp/websocket"
)

// codeOfClose returns the code that a server closed with, 0 for none.
func codeOfClose(err error) int {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return closed.Code
	}
	return 0
}

func dialer() *websocket.Dialer { return &websocket.Dialer{} }
