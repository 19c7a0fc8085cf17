// Package policy reads the policy out as the people who answer for it read it: role by
// role, board by board. It asks the kernel's policy for everything, so that it cannot
// say anything but what holds.
package policy
