// Package document makes what an edition says of a place into one HTML file for paper:
// styles, typeface and map inside, no script, nothing that it asks for. A PDF is printed
// from it, and is the same as long as the file is: it holds no time but the edition's, and
// nothing of who asked but what their picture has.
package document
