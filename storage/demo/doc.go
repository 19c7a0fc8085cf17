// Package demo makes up a county's year, so that the product can be shown and
// tried before there is anything real in it.
//
// [Seed] fills an empty journal with a story: an edition from draft through
// hearing to publication, what the office knows of its municipalities, the next
// edition half done, and weeks of preparedness meetings, the last of them still
// open. It is made by the same rules as everything else (Decide, Seal,
// Apply), only with times in the past. For a given pack and time the records
// are always the same.
//
// All of it is synthetic. The first record declares the journal as made up,
// which every page, title and export then says. The sentences name nobody and
// no place, speak of capacity rather than of people, and lay blame on nobody:
// a made-up red beside a real municipality's name must not be worth quoting.
package demo
