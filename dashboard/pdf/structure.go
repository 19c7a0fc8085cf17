package pdf

import "slices"

// standard are the elements of PDF 1.7.
var standard = []name{"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct", "Private",
	"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "THead", "TBody", "TFoot",
	"Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "Warichu", "RB", "RT", "RP", "WT", "WP", "Figure", "Formula", "Form"}

// within is what an element may have, and which rule says so.
var within = map[name]struct {
	kids []name
	rule Rule
}{
	"Table": {[]name{"TR", "THead", "TBody", "TFoot", "Caption"}, TableNesting},
	"THead": {[]name{"TR"}, TableNesting},
	"TBody": {[]name{"TR"}, TableNesting},
	"TFoot": {[]name{"TR"}, TableNesting},
	"TR":    {[]name{"TH", "TD"}, TableNesting},
	"L":     {[]name{"LI", "L", "Caption"}, ListNesting},
	"LI":    {[]name{"Lbl", "LBody"}, ListNesting},
}

const deepestElement = 1000

func (c *check) structure(root *dict) {
	tree := c.dict(root.of["StructTreeRoot"])
	if tree == nil || tree.of["K"] == nil || c.dict(tree.of["ParentTree"]) == nil {
		c.faults[NoStructure]++
		return
	}
	c.roles = c.dict(tree.of["RoleMap"])
	for _, k := range kids(tree) {
		c.element(k, 0)
	}
}

// role is an element's type, as the standard names it.
func (c *check) role(e *dict) name {
	s, _ := e.of["S"].(name)
	if c.roles != nil {
		if as, ok := c.roles.of[s].(name); ok {
			return as
		}
	}
	return s
}

// element checks what v is, and what is in it.
func (c *check) element(v value, depth int) {
	if r, ok := v.(ref); ok {
		if c.seen[r] {
			return
		}
		c.seen[r] = true
	}
	e := c.dict(v)
	if e == nil || !e.has("S") || depth > deepestElement {
		return
	}
	role := c.role(e)
	c.must(slices.Contains(standard, role), OddElement)
	switch {
	case role == "TH":
		c.must(c.scoped(e), NoScope)
	case role == "Figure":
		c.must(plainText(e.of["Alt"]) != "" || plainText(e.of["ActualText"]) != "", NoAlt)
	case len(role) == 2 && role[0] == 'H' && role[1] >= '1' && role[1] <= '6':
		c.headingOf(int(role[1] - '0'))
	}
	if may, ok := within[role]; ok {
		for _, k := range c.elementsIn(e, 0) {
			c.must(slices.Contains(may.kids, k), may.rule)
		}
	}
	for _, k := range kids(e) {
		c.element(k, depth+1)
	}
}

func (c *check) headingOf(level int) {
	switch {
	case c.heading == 0:
		c.must(level == 1, FirstHeading)
	default:
		c.must(level <= c.heading+1, SkipsLevel)
	}
	c.heading = level
}

// elementsIn are the types of what is in an element; what is no structure is looked
// through.
func (c *check) elementsIn(e *dict, depth int) (out []name) {
	for _, k := range kids(e) {
		d := c.dict(k)
		switch {
		case d == nil || !d.has("S"):
		case c.role(d) == "NonStruct" && depth < deepest:
			out = append(out, c.elementsIn(d, depth+1)...)
		default:
			out = append(out, c.role(d))
		}
	}
	return out
}

func (c *check) scoped(e *dict) bool {
	all, ok := e.of["A"].(list)
	if !ok {
		all = list{e.of["A"]}
	}
	return slices.ContainsFunc(all, func(a value) bool { d := c.dict(a); return d != nil && d.has("Scope") })
}
