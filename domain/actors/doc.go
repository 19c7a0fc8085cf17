// Package actors has the office's list of regional actors: the bodies that meetings
// hear beside the municipalities, such as police, power company and hospital.
package actors
