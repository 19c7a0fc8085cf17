// Package screens draws the list of paired wall screens, and how one is paired.
package screens
