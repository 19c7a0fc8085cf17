// Package about says what the product is and is not, what it is built with, and
// what went wrong where a page cannot be shown.
package about
