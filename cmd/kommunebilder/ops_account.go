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

	"kommunebilde"
	"kommunebilde/dashboard"
)

// accounts adds, lists, disables and enables accounts, sets passwords, and says
// who may sign in by a login provider.
func accounts(ctx context.Context, o *office, _ kommunebilde.Actor, args []string, in io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("account", flag.ContinueOnError)
	name := fs.String("name", "", "")
	role := fs.String("role", "", "")
	areas := fs.String("areas", "", "")
	municipality := fs.String("municipality", "", "")
	public := fs.String("url", o.public, "")
	words, err := parse(fs, args, -1)
	if err != nil {
		return err
	}
	if len(words) == 4 && (words[0] == "bind" || words[0] == "unbind") {
		o.trace.Whom = kommunebilde.AccountID(words[1])
		who := kommunebilde.Identity{Issuer: words[2], Subject: words[3]}
		if err := o.auth.Bind(kommunebilde.AccountID(words[1]), who, words[0] == "bind"); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s: %s %s.\n", words[1], words[0], words[3])
		return nil
	}
	if len(words) == 0 || len(words) != 2 && words[0] != "list" {
		return misuse("account add ID … | list | disable ID | enable ID | password ID | erase ID | invite ID | reset-second ID | end ID | bind ID ISSUER SUBJECT | unbind ID ISSUER SUBJECT")
	}
	if len(words) == 2 {
		o.trace.Whom = kommunebilde.AccountID(words[1])
	}
	switch words[0] {
	case "list":
		return listAccounts(o, out)
	case "disable", "enable":
		if err := o.auth.Disable(kommunebilde.AccountID(words[1]), words[0] == "disable"); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s: %sd.\n", words[1], words[0])
		return nil
	case "erase":
		if err := o.auth.Erase(kommunebilde.AccountID(words[1])); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s: name, password, rights and sessions are gone, the id stays in what it did. Backups made before still have them.\n", words[1])
		return nil
	case "invite":
		return o.invite(kommunebilde.AccountID(words[1]), *public, out)
	case "reset-second":
		if err := o.auth.ResetSecond(kommunebilde.AccountID(words[1])); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s: passkeys, app and recovery codes are taken away; its sessions have ended.\n", words[1])
		return nil
	case "end":
		if err := o.endSessions(kommunebilde.AccountID(words[1])); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: its sessions have ended. Its tokens stay.\n", words[1])
		return nil
	case "add":
		var grants []kommunebilde.Grant
		for _, r := range list(*role) {
			g, err := o.grant(kommunebilde.Role(r), list(*areas), *municipality)
			if err != nil {
				return err
			}
			grants = append(grants, g)
		}
		if len(grants) == 0 {
			return misuse("account add wants --role, one or more of: %s", roleNames())
		}
		a := kommunebilde.Account{ID: kommunebilde.AccountID(words[1]), Name: *name, Grants: grants, Created: o.now().UTC()}
		return o.withPassword(in, out, words[1], func(p string) error { return o.auth.AddAccount(ctx, a, p) })
	case "password":
		return o.withPassword(in, out, words[1], func(p string) error {
			return o.auth.SetPassword(ctx, kommunebilde.AccountID(words[1]), p)
		})
	}
	return misuse("account %s: there is add, list, disable, enable, password, erase, bind, unbind, invite, reset-second and end", words[0])
}

// invite makes an invitation and tells its link, this once.
func (o *office) invite(id kommunebilde.AccountID, public string, out io.Writer) error {
	secret, ends, err := o.auth.Invite(id)
	if err != nil {
		return o.inWords(err)
	}
	fmt.Fprintf(out, "%s%s#%s\nIt works once, until %s. Send it to nobody else.\n",
		strings.TrimSuffix(public, "/"), dashboard.InvitePath, secret, ends.Local().Format("2006-01-02 15:04"))
	return nil
}

func (o *office) endSessions(id kommunebilde.AccountID) error {
	if _, ok := o.auth.Account(id); !ok {
		return fmt.Errorf("there is no account %q", id)
	}
	return o.inWords(o.auth.EndAll(id, false))
}

// withPassword reads a password, or makes one and tells it, and uses it.
func (o *office) withPassword(in io.Reader, out io.Writer, id string, use func(string) error) error {
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
func (o *office) grant(r kommunebilde.Role, areas []string, municipality string) (kommunebilde.Grant, error) {
	g := kommunebilde.Grant{Role: r}
	if !slices.Contains(kommunebilde.Roles(), r) || r == kommunebilde.RolePublic {
		return g, misuse("role %q: there is %s", r, roleNames())
	}
	switch r {
	case kommunebilde.RoleAssessor, kommunebilde.RoleApprover:
		for _, a := range areas {
			i := o.pack.Catalogue.ColumnIndex(kommunebilde.ColumnID(a))
			if i < 0 || o.pack.Catalogue.Columns[i].Kind != kommunebilde.ColumnArea {
				return g, misuse("--areas: there is no area %q", a)
			}
			g.Areas = append(g.Areas, kommunebilde.ColumnID(a))
		}
		if len(g.Areas) == 0 {
			return g, misuse("role %s wants --areas", r)
		}
	case kommunebilde.RoleMunicipality:
		g.Municipality = kommunebilde.MunicipalityID(municipality)
		if o.pack.Catalogue.MunicipalityIndex(g.Municipality) < 0 {
			return g, misuse("role %s wants --municipality with a number of the county, not %q", r, municipality)
		}
	}
	return g, nil
}

func roleNames() string {
	var names []string
	for _, r := range kommunebilde.Roles() {
		if r != kommunebilde.RolePublic {
			names = append(names, string(r))
		}
	}
	return strings.Join(names, ", ")
}

func listAccounts(o *office, out io.Writer) error {
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
		if a.Disabled {
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
func tokens(_ context.Context, o *office, _ kommunebilde.Actor, args []string, _ io.Reader, out io.Writer) error {
	fs := flag.NewFlagSet("token", flag.ContinueOnError)
	label := fs.String("label", "", "")
	words, err := parse(fs, args, -1)
	if err != nil {
		return err
	}
	if len(words) > 1 {
		o.trace.Whom = kommunebilde.AccountID(words[1])
	}
	switch {
	case len(words) == 2 && words[0] == "add":
		secret, err := o.auth.AddToken(kommunebilde.AccountID(words[1]), *label)
		if err != nil {
			return o.inWords(err)
		}
		fmt.Fprintf(out, "%s\nIt is shown this once. Programs send it as: Authorization: Bearer …\n", secret)
		return nil
	case len(words) == 3 && words[0] == "revoke":
		if err := o.auth.RevokeToken(kommunebilde.AccountID(words[1]), words[2]); err != nil {
			return o.inWords(err)
		}
		fmt.Fprintln(out, "Revoked.")
		return nil
	case len(words) == 2 && words[0] == "list":
		w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "TOKEN\tLABEL\tCREATED\tLAST USED")
		for _, s := range o.auth.Sessions(kommunebilde.AccountID(words[1])) {
			if s.Token {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Key, s.Label, s.Created.Format(time.DateOnly), s.Seen.Format(time.DateTime))
			}
		}
		return w.Flush()
	}
	return misuse("token add ACCOUNT [--label L] | list ACCOUNT | revoke ACCOUNT TOKEN")
}
