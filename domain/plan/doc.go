// Package plan has what a planned edition is to be: of which day its judgements are,
// which edition it follows, what it judges, who answers for which area, and since when
// each row is judged. An edition without a plan has none of this.
package plan
