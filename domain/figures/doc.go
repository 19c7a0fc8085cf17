// Package figures has the numbers beside a situation's levels: how many are without
// power, evacuated or cut off, by source, and what they come to.
package figures
