package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	accountpages "kommunebilde/dashboard/accounts"
	"kommunebilde/domain"
	"kommunebilde/domain/accounts"
	"kommunebilde/domain/texts"
	"kommunebilde/domain/typed"
)

// account adds, lists, disables and enables accounts, sets passwords, and says
// who may sign in by a login provider.
func account(ctx context.Context, o *folder, by domain.Actor, args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("account", flag.ContinueOnError)
	name := fs.String("name", "", "add: the person's `name`")
	role := fs.String("role", "", "add: one or more `roles`, comma between: "+roleNames())
	areas := fs.String("areas", "", "add, for fagansvarlig and godkjenner: `ids` of areas, comma between")
	municipality := fs.String("municipality", "", "add, for kommune: its `number`")
	public := fs.String("url", o.public, "invite: the `address` people use, where the server is not running")
	words, err := parse(fs, args, -1)
	if err != nil {
		return err
	}
	binds := len(words) == 4 && (words[0] == "bind" || words[0] == "unbind")
	if len(words) == 0 || len(words) != 2 && words[0] != "list" && !binds {
		return misuse("account add ID … | list | disable ID | enable ID | password ID | erase ID | invite ID | reset-second ID | end ID | bind ID ISSUER SUBJECT | unbind ID ISSUER SUBJECT")
	}
	if len(words) > 1 {
		o.trace.Whom = domain.AccountID(words[1])
	}
	if words[0] != "list" && words[0] != "add" {
		if err := o.mayChange(words[0], domain.AccountID(words[1])); err != nil {
			return err
		}
	}
	if binds {
		who := accounts.Identity{Issuer: words[2], Subject: words[3]}
		if err := o.auth.Bind(domain.AccountID(words[1]), who, words[0] == "bind"); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s: %s %s.\n", words[1], words[0], words[3])
		return nil
	}
	switch words[0] {
	case "list":
		return listAccounts(o, out)
	case "disable", "enable":
		if err := o.auth.Disable(domain.AccountID(words[1]), words[0] == "disable"); err != nil {
			return o.inWords(err)
		}
		if words[0] == "enable" {
			fmt.Fprintf(out, "%s: enabled.\n", words[1])
			return nil
		}
		fmt.Fprintf(out, "%s: disabled. Its sessions and tokens have ended.\n", words[1])
		o.tellLast(out)
		return nil
	case "erase":
		return o.erase(ctx, by, domain.AccountID(words[1]), out)
	case "invite":
		return o.invite(domain.AccountID(words[1]), *public, out)
	case "reset-second":
		if err := o.auth.ResetSecond(domain.AccountID(words[1])); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s: passkeys, app and recovery codes are taken away; its sessions have ended.\n", words[1])
		return nil
	case "end":
		if err := o.endSessions(domain.AccountID(words[1])); err != nil {
			return err
		}
		if a, _ := o.auth.Account(domain.AccountID(words[1])); a.Disabled {
			fmt.Fprintf(out, "%s: it is disabled, and has neither sessions nor tokens.\n", words[1])
			return nil
		}
		fmt.Fprintf(out, "%s: its sessions have ended. Its tokens stay.\n", words[1])
		return nil
	case "add":
		roles := list(*role)
		if *areas != "" && !slices.Contains(roles, string(domain.RoleAssessor)) && !slices.Contains(roles, string(domain.RoleApprover)) {
			return misuse("--areas is of the roles %s and %s, and --role has none of them", domain.RoleAssessor, domain.RoleApprover)
		}
		if *municipality != "" && !slices.Contains(roles, string(domain.RoleMunicipality)) {
			return misuse("--municipality is of the role %s, and --role does not have it", domain.RoleMunicipality)
		}
		var grants []domain.Grant
		for _, r := range roles {
			g, err := o.grant(domain.Role(r), list(*areas), *municipality, out)
			if err != nil {
				return err
			}
			grants = append(grants, g)
		}
		if len(grants) == 0 {
			return misuse("account add wants --role, one or more of: %s", roleNames())
		}
		a := accounts.Account{ID: domain.AccountID(words[1]), Name: *name, Grants: grants, Created: o.now().UTC()}
		return o.withPassword(in, out, words[1], func(p string) error { return o.auth.AddAccount(ctx, a, p) })
	case "password":
		return o.withPassword(in, out, words[1], func(p string) error {
			return o.auth.SetPassword(ctx, domain.AccountID(words[1]), p)
		})
	}
	return misuse("account %s: there is add, list, disable, enable, password, erase, bind, unbind, invite, reset-second and end", words[0])
}

// mayChange refuses what would do nothing for an account that is not there, is
// erased or is disabled.
func (o *folder) mayChange(what string, id domain.AccountID) error {
	a, ok := o.auth.Account(id)
	switch {
	case !ok:
		return fmt.Errorf("there is no account %q; account list has all", id)
	case a.Erased() && (what != "erase" || len(o.clerk.State().NamesKept(id)) == 0):
		return fmt.Errorf("%s is erased, and nothing brings it back: make another account with another id", id)
	case a.Disabled && slices.Contains([]string{"invite", "password", "reset-second", "token add"}, what):
		return fmt.Errorf("%s is disabled and lets nobody in: account enable %s first", id, id)
	}
	return nil
}

// tellLast says so when nobody is left who manages accounts at their pages.
func (o *folder) tellLast(out io.Writer) {
	now := o.now()
	for _, a := range o.auth.Accounts() {
		if !a.Disabled && slices.ContainsFunc(a.Grants, func(g domain.Grant) bool {
			return g.Role == domain.RoleAdmin && (g.Until.IsZero() || now.Before(g.Until))
		}) {
			return
		}
	}
	fmt.Fprintln(out, "No administrator is left: nobody can manage accounts at /kontoer, nor read /sporing. Make one here: account add ID --role admin, or account enable ID.")
}

// erase leaves nothing of an account but its id: first no name is there to be
// written down, then what was written down is taken out of the minutes; the trace
// of it takes it out of the audit log.
func (o *folder) erase(ctx context.Context, by domain.Actor, id domain.AccountID, out io.Writer) error {
	was, _ := o.auth.Account(id)
	if err := o.auth.Erase(id); err != nil {
		return o.inWords(err)
	}
	if err := o.jotted.Forget(id); err != nil {
		return fmt.Errorf("%s can sign in no more, but what it typed and did not save is still there; run this again: %w", id, err)
	}
	if names := o.clerk.State().NamesKept(id); len(names) > 0 {
		if _, err := o.submit(ctx, by, texts.Redact{Texts: names, Reason: "Kontoen er slettet"}); err != nil {
			return fmt.Errorf("%s can sign in no more, but is still named in minutes; run this again: %w", id, err)
		}
	}
	fmt.Fprintf(out, "%s: name, password, rights, sessions and what it typed and did not save are gone, also from what minutes keep of who took part and from the audit log; the id stays in what it did. Backups made before still have them.\n", id)
	o.tellLast(out)
	return o.tellTyped(by, was.Name, out)
}

// tellTyped says where an erased name still stands: what somebody typed of a person
// belongs to the office, which judges it text by text.
func (o *folder) tellTyped(by domain.Actor, name string, out io.Writer) error {
	fmt.Fprint(out, "What others typed stays: author, reported by, and texts. ")
	if name == "" {
		fmt.Fprintln(out, "Find it with kommunebilder texts --find NAME, and take it out with redact.")
		return nil
	}
	found, err := texts.Find(o.clerk.State(), by, typed.Of(name), o.now())
	if err != nil {
		return o.inWords(err)
	}
	count := "1 text"
	if len(found) != 1 {
		count = fmt.Sprintf("%d texts", len(found))
	}
	fmt.Fprintf(out, "%q stands in %s; a part of the name may stand in others. Find them with kommunebilder texts --find %q, and take them out with redact.\n", name, count, name)
	return nil
}

// invite makes an invitation and tells its link, this once.
func (o *folder) invite(id domain.AccountID, public string, out io.Writer) error {
	secret, ends, err := o.auth.Invite(id)
	if err != nil {
		return o.inWords(err)
	}
	fmt.Fprintf(out, "%s%s#%s\nIt works once, until %s. Send it to nobody else.\n",
		strings.TrimSuffix(public, "/"), accountpages.InvitePath, secret, ends.Local().Format("2006-01-02 15:04"))
	return nil
}

func (o *folder) endSessions(id domain.AccountID) error {
	if _, ok := o.auth.Account(id); !ok {
		return fmt.Errorf("there is no account %q", id)
	}
	return o.inWords(o.auth.EndAll(id, false))
}

// withPassword reads a password, or makes one and tells it, and uses it.
func (o *folder) withPassword(in io.Reader, out io.Writer, id string, use func(string) error) error {
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the password: %w", err)
	}
	p := strings.TrimRight(line, "\r\n")
	made := p == ""
	if made {
		p = newPassword()
	}
	if err := use(p); err != nil {
		return o.inWords(err)
	}
	if made {
		fmt.Fprintf(out, "%s: password %s\n", id, p)
	} else {
		fmt.Fprintf(out, "%s: password set.\n", id)
	}
	return nil
}

// newPassword makes a password of 80 bits that can be read over a telephone.
func newPassword() string {
	s := strings.ToLower(rand.Text())[:16]
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// grant makes a grant of what the command line says, and refuses what would
// give nothing or name what is not there.
func (o *folder) grant(r domain.Role, areas []string, municipality string, out io.Writer) (domain.Grant, error) {
	g := domain.Grant{Role: r}
	if !slices.Contains(domain.Roles(), r) || r == domain.RolePublic {
		return g, misuse("role %q: there is %s", r, roleNames())
	}
	if !slices.Contains([]domain.Role{domain.RoleAssessor, domain.RoleApprover, domain.RoleMunicipality}, r) {
		return g, nil
	}
	pack, err := o.pack(out)
	if err != nil {
		return g, err
	}
	switch r {
	case domain.RoleAssessor, domain.RoleApprover:
		for _, a := range areas {
			i := pack.Catalogue.ColumnIndex(domain.ColumnID(a))
			if i < 0 || pack.Catalogue.Columns[i].Kind != domain.ColumnArea {
				return g, misuse("--areas: there is no area %q", a)
			}
			g.Areas = append(g.Areas, domain.ColumnID(a))
		}
		if len(g.Areas) == 0 {
			return g, misuse("role %s wants --areas", r)
		}
	case domain.RoleMunicipality:
		g.Municipality = domain.MunicipalityID(municipality)
		if pack.Catalogue.MunicipalityIndex(g.Municipality) < 0 {
			return g, misuse("role %s wants --municipality with a number of the county, not %q", r, municipality)
		}
	}
	return g, nil
}

func roleNames() string {
	var names []string
	for _, r := range domain.Roles() {
		if r != domain.RolePublic {
			names = append(names, string(r))
		}
	}
	return strings.Join(names, ", ")
}

func listAccounts(o *folder, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tROLES\tSTATE")
	for _, a := range o.auth.Accounts() {
		var roles []string
		for _, g := range a.Grants {
			s := string(g.Role)
			for _, area := range g.Areas {
				s += " " + string(area)
			}
			roles = append(roles, strings.TrimSpace(s+" "+string(g.Municipality)))
		}
		state := "active"
		switch {
		case a.Erased():
			state = "erased"
		case a.Disabled:
			state = "disabled"
		}
		if a.Provider != "" {
			state += ", rights by " + a.Provider
		}
		for _, who := range a.Identities {
			state += ", " + who.Subject
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.ID, a.Name, strings.Join(roles, ", "), state)
	}
	return w.Flush()
}

// tokens adds, lists and revokes the tokens of programs.
func tokens(_ context.Context, o *folder, _ domain.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("token", flag.ContinueOnError)
	label := fs.String("label", "", "add: what the token is for, in `words`")
	words, err := parse(fs, args, -1)
	if err != nil {
		return err
	}
	if len(words) > 1 {
		o.trace.Whom = domain.AccountID(words[1])
		if err := o.mayChange("token "+words[0], o.trace.Whom); err != nil {
			return err
		}
	}
	switch {
	case len(words) == 2 && words[0] == "add":
		if *label == "" {
			return misuse("token add %s wants --label WORDS: what the token is for", words[1])
		}
		secret, err := o.auth.AddToken(domain.AccountID(words[1]), *label)
		if err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s\nIt is shown this once. Programs send it as: Authorization: Bearer …\n", secret)
		return nil
	case len(words) == 3 && words[0] == "revoke":
		if err := o.auth.RevokeToken(domain.AccountID(words[1]), words[2]); err != nil {
			if domain.CodeOf(err) == domain.NotFound {
				return fmt.Errorf("%s has no token %q; token list %s has them", words[1], words[2], words[1])
			}
			return o.inWords(err)
		}
		fmt.Fprintln(out, "Revoked.")
		return nil
	case len(words) == 2 && words[0] == "list":
		w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "TOKEN\tLABEL\tCREATED\tLAST USED")
		for _, s := range o.auth.Sessions(domain.AccountID(words[1])) {
			if s.Token {
				used := "never"
				if !s.Seen.IsZero() {
					used = s.Seen.Format(time.DateTime)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Key, s.Label, s.Created.Format(time.DateOnly), used)
			}
		}
		return w.Flush()
	}
	return misuse("token add ACCOUNT [--label L] | list ACCOUNT | revoke ACCOUNT TOKEN")
}
