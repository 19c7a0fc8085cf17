package pdf

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
)

// Rule is one of the core checks of PDF/UA-1, by its number in the Matterhorn Protocol
// and what is wrong.
type Rule string

// The rules that [Check] counts faults against.
const (
	NoStructure  Rule = "01-004 the document has no structure"
	Loose        Rule = "01-005 painted outside of structure and decoration"
	Unmarked     Rule = "06-000 the document does not say that it is tagged"
	NoProperties Rule = "06-001 no properties in XMP"
	NoStandard   Rule = "05-001 the properties do not name PDF/UA-1"
	NoTitle      Rule = "06-003 no title in the properties"
	TitleUnshown Rule = "07-001 the title is not shown"
	OddElement   Rule = "02-001 an element that the standard does not know"
	TableNesting Rule = "09-004 a table with something else than rows and cells"
	ListNesting  Rule = "09-006 a list with something else than items"
	NoLanguage   Rule = "11-006 no language"
	NoAlt        Rule = "13-004 a figure without a text"
	FirstHeading Rule = "14-002 the first heading is not of level 1"
	SkipsLevel   Rule = "14-003 a heading's level is skipped"
	NoScope      Rule = "15-003 a table's heading without scope"
	LinkApart    Rule = "28-002 a link outside of the structure"
	TabOrder     Rule = "28-008 links in another order than the structure's"
	NoLinkName   Rule = "28-012 a link without a name"
	FontApart    Rule = "31-009 a font that is not in the file"
)

// Rules returns all of them.
func Rules() []Rule {
	return []Rule{NoStructure, Loose, Unmarked, NoProperties, NoStandard, NoTitle, TitleUnshown, OddElement, TableNesting, ListNesting,
		NoLanguage, NoAlt, FirstHeading, SkipsLevel, NoScope, LinkApart, TabOrder, NoLinkName, FontApart}
}

// Faults are how often each rule is broken.
type Faults map[Rule]int

// String lists them, "" for none.
func (f Faults) String() (s string) {
	for _, r := range slices.Sorted(maps.Keys(f)) {
		s += strconv.Itoa(f[r]) + " × " + string(r) + "\n"
	}
	return s
}

// Check counts the faults of a document. Its error is [ErrForeign].
func Check(document []byte) (Faults, error) {
	f, err := parse(document)
	if err != nil {
		return nil, err
	}
	root := f.root()
	if root == nil {
		return nil, foreign("no root")
	}
	c := &check{file: f, faults: Faults{}, seen: map[ref]bool{}}
	c.properties(root)
	for _, o := range f.objects {
		if d, _ := dictOf(o); d != nil && err == nil {
			err = c.object(d)
		}
	}
	c.structure(root)
	return c.faults, err
}

func dictOf(o *object) (*dict, bool) {
	if o == nil {
		return nil, false
	}
	d, ok := o.value.(*dict)
	return d, ok
}

type check struct {
	*file
	faults  Faults
	seen    map[ref]bool // elements, so that a circle ends
	roles   *dict
	heading int // the level of the last, 0 before the first
}

func (c *check) must(holds bool, r Rule) {
	if !holds {
		c.faults[r]++
	}
}

func (c *check) properties(root *dict) {
	mark, view := c.dict(root.of["MarkInfo"]), c.dict(root.of["ViewerPreferences"])
	c.must(mark != nil && mark.of["Marked"] == operator("true"), Unmarked)
	c.must(view != nil && view.of["DisplayDocTitle"] == operator("true"), TitleUnshown)
	c.must(plainText(root.of["Lang"]) != "", NoLanguage)
	var xmp []byte
	if r, ok := root.of["Metadata"].(ref); ok && c.file.object(r) != nil {
		xmp = c.file.object(r).stream
	}
	c.must(xmp != nil, NoProperties)
	c.must(bytes.Contains(xmp, []byte(`pdfuaid:part="1"`)), NoStandard)
	_, title, _ := bytes.Cut(xmp, []byte(`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">`))
	title, _, _ = bytes.Cut(title, []byte("</"))
	c.must(len(title) > 0, NoTitle)
}

// object checks a page or a font.
func (c *check) object(d *dict) error {
	switch {
	case d.is("Type", "Font") && !d.is("Subtype", "Type0") && !d.is("Subtype", "Type3"): // the one has another, the other is drawn in the file
		of := c.dict(d.of["FontDescriptor"])
		c.must(of != nil && (of.has("FontFile") || of.has("FontFile2") || of.has("FontFile3")), FontApart)
	case d.is("Type", "Page"):
		return c.page(d)
	}
	return nil
}

func (c *check) page(d *dict) error {
	if links, _ := c.follow(d.of["Annots"]).(list); len(links) > 0 {
		c.must(d.is("Tabs", "S"), TabOrder)
		for _, a := range links {
			link := c.dict(a)
			c.must(link != nil && link.has("StructParent"), LinkApart)
			c.must(link != nil && plainText(link.of["Contents"]) != "", NoLinkName)
		}
	}
	r, ok := d.of["Contents"].(ref)
	if !ok || c.file.object(r) == nil {
		return foreign("a page without content")
	}
	content, err := c.content(c.file.object(r))
	if err != nil {
		return err
	}
	return loose(content, func(int, int) { c.faults[Loose]++ })
}
