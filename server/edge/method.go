package edge

import (
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// knownMethod has a method that Fiber does not know answered as any that no
// address takes: with our page, counted and logged. Fiber answers it before the
// chain. In log and numbers it is TRACE, since anything can stand in its place.
func knownMethod(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		switch string(ctx.Method()) {
		case fiber.MethodGet, fiber.MethodHead, fiber.MethodPost, fiber.MethodPut, fiber.MethodPatch,
			fiber.MethodDelete, fiber.MethodConnect, fiber.MethodOptions, fiber.MethodTrace:
		default:
			ctx.Request.Header.SetMethod(fiber.MethodTrace)
		}
		next(ctx)
	}
}

// changes reports whether a method is one that changes something.
func changes(method string) bool { return method != fiber.MethodGet && method != fiber.MethodHead }
