// Package situations draws situations and exercises: their list, their figures, and
// requests for assistance.
package situations
